import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  DamagedBlockError,
  findBlock,
  withBlock,
  withoutBlock,
} from "../../../../../src/features/timeout/shell/marked-block.ts";

/** Any bytes, with many line ends. */
const bytes = fc
  .array(
    fc.oneof(
      fc.constantFrom("\n", "# comment\n", "x=1", "\r\n", "\xff"),
      fc.string({ unit: "binary-ascii", maxLength: 8 }),
    ),
  )
  .map((parts) => parts.join(""));

describe("a block in any file", () => {
  test.prop([bytes])("goes away again without a trace", (text) => {
    expect(withoutBlock(withBlock(text, "TMOUT=1\n"))).toBe(text);
    expect(withoutBlock(withBlock(withBlock(text, "TMOUT=1\n"), "TMOUT=2\n"))).toBe(text);
  });

  test.prop([bytes])("is found with its line", (text) => {
    const block = findBlock(withBlock(text, "TMOUT=1\n"));
    expect(block?.body).toBe("TMOUT=1\n");
    expect(withBlock(text, "TMOUT=1\n").split("\n")[(block?.line ?? 0) - 1]).toBe("TMOUT=1");
  });

  test.prop([bytes, bytes])("leaves what came behind it later where it is", (text, later) => {
    const ended = text === "" || text.endsWith("\n") ? text : `${text}\n`;
    fc.pre(later !== "");
    expect(withoutBlock(withBlock(text, "TMOUT=1\n") + later)).toBe(ended + later);
  });

  test.prop([bytes])("is there once, however often it is written", (text) => {
    const twice = withBlock(withBlock(text, "TMOUT=1\n"), "TMOUT=2\n");
    expect(twice).toBe(withBlock(text, "TMOUT=2\n"));
  });
});

test("a file that the block has made goes with it", () => {
  expect(withoutBlock(withBlock(undefined, "TMOUT=1\n"))).toBeUndefined();
});

test("unless something has been added since", () => {
  expect(withoutBlock(`${withBlock(undefined, "TMOUT=1\n")}alias ll=ls\n`)).toBe("alias ll=ls\n");
});

test("an empty file stays an empty file", () => {
  expect(withoutBlock(withBlock("", "TMOUT=1\n"))).toBe("");
});

test("a file without a block is left as it is", () => {
  expect(findBlock("TMOUT=1\n")).toBeUndefined();
  expect(withoutBlock("TMOUT=1\n")).toBe("TMOUT=1\n");
});

describe("marks that somebody has changed are not guessed at", () => {
  const block = withBlock("# mine\n", "TMOUT=1\n");
  test.each([
    ["without an end", block.replace("# <<< sshctl timeout <<<\n", "")],
    ["without a beginning", block.replace("# >>> sshctl timeout >>>\n", "")],
    ["with other line ends", block.replaceAll("\n", "\r\n")],
    ["with a comment of somebody's", block.replace("timeout >>>", "timeout >>> by me")],
    ["far too often", block.repeat(9)],
    ["upside down", "# <<< sshctl timeout <<<\n# >>> sshctl timeout >>>\n"],
  ])("%s", (_, text) => {
    expect(() => findBlock(text)).toThrow(DamagedBlockError);
    expect(() => withoutBlock(text)).toThrow(DamagedBlockError);
    expect(() => withBlock(text, "TMOUT=2\n")).toThrow(/line \d/);
  });
});

test("a file full of marks is refused in time", () => {
  for (const mark of ["# >>> sshctl timeout >>>\n", "# <<< sshctl timeout <<<\n"])
    for (const text of [mark.repeat(40_000), `${mark.repeat(20_000)}# >>> sshctl timeout >>>\n`])
      expect(() => findBlock(text)).toThrow(DamagedBlockError);
}, 5000);
