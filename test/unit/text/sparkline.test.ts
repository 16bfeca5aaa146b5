import { expect, test } from "vitest";
import { sparkline } from "../../../src/text/sparkline.ts";

test.each([
  [[10, 9, 10], "█▇█"],
  [[0, 0], "▁▁"],
  [[4, 2, 0], "█▅▁"],
  [[], ""],
])("%j is drawn from 0: %s", (values, bars) => {
  expect(sparkline(values, true)).toBe(bars);
});
