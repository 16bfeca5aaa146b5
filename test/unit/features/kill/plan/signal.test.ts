import { describe, expect, test } from "vitest";
import { isStoppingSignal, parseSignal } from "../../../../../src/features/kill/plan/signal.ts";

describe("parseSignal", () => {
  test.each([
    ["TERM", "TERM"],
    ["sigterm", "TERM"],
    ["15", "TERM"],
    ["SIGKILL", "KILL"],
    ["9", "KILL"],
    ["hup", "HUP"],
    ["1", "HUP"],
    ["INT", "INT"],
    ["3", "QUIT"],
  ])("reads %s", (text, signal) => {
    expect(parseSignal(text)).toBe(signal);
  });

  test.each(["", "0", "SIG", "FOO", "STOP", "19", "USR1", "TERM ", "-9", "9.0", "09", "toString", "15\n"])(
    "takes no %j",
    (text) => {
      expect(parseSignal(text)).toBeUndefined();
    },
  );
});

test.each(["STOP", "SIGSTOP", "tstp", "19", "TTIN", "22"])("%s only stops", (text) => {
  expect(isStoppingSignal(text)).toBe(true);
  expect(parseSignal(text)).toBeUndefined();
});
