import { describe, expect, test } from "vitest";
import { painterFor, type ColorMode } from "../../../src/text/color.ts";

type Environment = Readonly<Record<string, string>>;

describe("who decides, strongest first", () => {
  test.each<[ColorMode, Environment, boolean, boolean]>([
    ["always", { NO_COLOR: "1", FORCE_COLOR: "0", TERM: "dumb" }, false, true],
    ["never", { FORCE_COLOR: "1" }, true, false],
    ["auto", { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
    ["auto", { NO_COLOR: "0" }, true, false],
    ["auto", { NO_COLOR: "" }, true, true],
    ["auto", { FORCE_COLOR: "1" }, false, true],
    ["auto", { FORCE_COLOR: "true", TERM: "dumb" }, false, true],
    ["auto", { FORCE_COLOR: "0" }, true, false],
    ["auto", { FORCE_COLOR: "false" }, true, false],
    ["auto", { FORCE_COLOR: "" }, false, false],
    ["auto", { TERM: "dumb" }, true, false],
    ["auto", { TERM: "xterm" }, true, true],
    ["auto", {}, true, true],
    ["auto", {}, false, false],
  ])("--color=%s with %j, terminal %j: %j", (mode, env, isTerminal, isColored) => {
    expect(painterFor(mode, env, isTerminal).green("x")).toBe(isColored ? "\u001B[32mx\u001B[39m" : "x");
  });
});
