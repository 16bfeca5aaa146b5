import { expect, test } from "vitest";
import { parseKeys } from "../../../../../src/features/watch/screen/keys.ts";

const typed = (text: string) => parseKeys(text).map((key) => (typeof key === "string" ? key : `'${key.character}'`));

test.each([
  ["\x1b[A\x1bOB", ["up", "down"]],
  ["\x1b[5~\x1b[6~", ["pageUp", "pageDown"]],
  ["\x1b[H\x1b[1~\x1bOF\x1b[4~", ["home", "home", "end", "end"]],
  ["\r\n\x1b", ["enter", "enter", "escape"]],
  ["\x7f\b", ["backspace", "backspace"]],
  ["\x03\x1a\x0c", ["interrupt", "suspend", "redraw"]],
  ["jk/ü漢😀", ["'j'", "'k'", "'/'", "'ü'", "'漢'", "'😀'"]],
])("%j", (text, keys) => {
  expect(typed(text)).toEqual(keys);
});

test.each(["\x1b[1;5C", "\x1b[?1;2c", "\x1b[200~", "\x00", "\x07", "\x1bOP", "\x1b[24~"])(
  "%j means nothing",
  (text) => {
    expect(typed(text)).toEqual([]);
  },
);
