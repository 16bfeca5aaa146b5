import { expect, test } from "vitest";
import { literal, macro } from "../../../../packaging/manual/roff.ts";

test.each([
  [".so /etc/shadow", "\\&.so /etc/shadow"],
  ["'br", "\\&'br"],
  ["a\n.b", "a .b"],
  ["\\fB", "\\efB"],
  ["--not-user", "\\-\\-not\\-user"],
  ["30m …", "30m \\[u2026]"],
  ["\u{1f511}", "\\[u1F511]"],
  ["self,user, tty,", "self,\\:user, tty,"],
  ['say "x"', "say \\(dqx\\(dq"],
])("%j is shown literally", (text, expected) => {
  expect(literal(text)).toBe(expected);
});

test("a macro holds its argument together", () => {
  expect(macro("SS", 'a "b" c')).toBe('.SS "a \\(dqb\\(dq c"');
});
