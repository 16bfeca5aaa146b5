import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exampleFiles } from "../../recorder/example/record-example.ts";

const shipped = new URL("../../../src/host/recorded/example/", import.meta.url);

test.each(Object.entries(exampleFiles()))("%s is what npm run record-example writes", (name, text) => {
  expect(readFileSync(new URL(name, shipped), "utf8")).toBe(text);
});
