import { expect, test } from "vitest";
import { payloadRate, payloadText } from "../../../../../src/features/sessions/text/payload-text.ts";

const now = 1_000_000_000;

test.each([
  [0, 0, 1, "some", 1],
  [2, 0, 1, "2B/s in", 2],
  [1, 0, 30, "<1B/s in", 1],
  [1023, 0, 1, "1.0K/s in", 1023],
  [0, 27_648, 1, "27K/s out", 27_648],
  [1229, 15_728_640, 1, "1.2K/s in, 15M/s out", 15_729_869],
  [0, 10_200, 1, "10K/s out", 10_200],
  [0, 999, 1, "999B/s out", 999],
  [0, 2 ** 50 * 5, 1, "5120T/s out", 2 ** 50 * 5],
])("%s bytes in and %s out in %s s", (fromClient, toClient, seconds, text, rate) => {
  const payload = { quietSinceMs: now, latest: { fromClient, toClient, seconds } };
  expect(payloadText(payload, now)).toBe(text);
  expect(payloadRate(payload)).toBe(rate);
});

test("how long there was nothing", () => {
  const payload = { quietSinceMs: now - 300_000, latest: undefined };
  expect(payloadText(payload, now)).toBe("none for 5m");
  expect(payloadRate(payload)).toBe(0);
});
