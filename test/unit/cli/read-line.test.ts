import { describe, expect, test } from "vitest";
import { readLine, type Line, type Vocabulary } from "../../../src/cli/read-line.ts";

const group = "Output";
const vocabulary: Vocabulary = {
  options: {
    user: { group, describe: "", alias: "u", value: "NAME" },
    sort: { group, describe: "", value: "LIST" },
    quiet: { group, describe: "", alias: "q" },
    json: { group, describe: "" },
  },
};

/** "list show | --user=alice --quiet | what follows --" */
function shown({ words, options, operands }: Line): string {
  const given = options.map(({ name, value }) => (value === undefined ? `--${name}` : `--${name}=${value}`));
  return [words, given, operands].map((part) => part.join(" ")).join(" | ");
}

function read(args: readonly string[], further: Partial<Vocabulary> = {}): Line {
  return readLine(args, { ...vocabulary, ...further });
}

test.each([
  [[], " |  | "],
  [["a", "b"], "a b |  | "],
  [["a", "--json", "b"], "a b | --json | "],
  [["--user", "alice"], " | --user=alice | "],
  [["--user=alice"], " | --user=alice | "],
  [["--user="], " | --user= | "],
  [["--user=a=b"], " | --user=a=b | "],
  [["--user", ""], " | --user= | "],
  [["--user", "a", "--user", "b"], " | --user=a --user=b | "],
  [["-u", "alice"], " | --user=alice | "],
  [["-ualice"], " | --user=alice | "],
  [["-u=alice"], " | --user=alice | "],
  [["-u==x"], " | --user==x | "],
  [["-u="], " | --user= | "],
  [["-q"], " | --quiet | "],
  [["-qq"], " | --quiet --quiet | "],
  [["-qu", "alice"], " | --quiet --user=alice | "],
  [["-qualice"], " | --quiet --user=alice | "],
  [["-uq"], " | --user=q | "],
  [["--sort", "-idle"], " | --sort=-idle | "],
  [["--sort", "-q"], " | --sort=-q | "],
  [["--user", "--unknown"], " | --user=--unknown | "],
  [["--user", "-"], " | --user=- | "],
  [["--user", "--", "a"], "a | --user=-- | "],
  [["--user=--json"], " | --user=--json | "],
  [["--json", "true"], "true | --json | "],
  [["--json", "--", "--json", "-q", "--"], " | --json | --json -q --"],
  [["a", "--", "b"], "a |  | b"],
  [["-"], "- |  | "],
  [["-h", "--version"], " | --help --version | "],
  [["-qhu", "x"], " | --quiet --help --user=x | "],
])("%j", (args, expected) => {
  const line = read(args);
  expect([shown(line), line.trouble]).toEqual([expected, undefined]);
});

test("values keep their quotes and line breaks", () => {
  expect(read(["--user", `"a"\n'b'`]).options).toEqual([{ name: "user", value: `"a"\n'b'` }]);
});

describe("trouble", () => {
  const unknown = (option: string, arg: string, at: number) => ({ kind: "unknown option", option, arg, at });
  const missing = (at: number) => ({ kind: "missing value", name: "user", value: "NAME", at });

  test.each([
    [["--usr"], unknown("--usr", "--usr", 0)],
    [["a", "--usr=x"], unknown("--usr", "--usr=x", 1)],
    [["--user", "a", "-x"], unknown("-x", "-x", 2)],
    [["-qx"], unknown("-x", "-qx", 0)],
    [["-q=x"], unknown("-=", "-q=x", 0)],
    [["-1"], unknown("-1", "-1", 0)],
    [["--constructor"], unknown("--constructor", "--constructor", 0)],
    [["--__proto__=x"], unknown("--__proto__", "--__proto__=x", 0)],
    [["--="], unknown("--", "--=", 0)],
    [["--user"], missing(0)],
    [["a", "-u"], missing(1)],
    [["-qu"], missing(0)],
    [["--user", "--json"], missing(0)],
    [["-u", "--user=x"], missing(0)],
    [["--user", "--help"], missing(0)],
    [["--json=no"], { kind: "value for a switch", name: "json", value: "no", at: 0 }],
    [["--json="], { kind: "value for a switch", name: "json", value: "", at: 0 }],
  ])("%j", (args, trouble) => {
    expect(read(args).trouble).toEqual(trouble);
  });

  test("ends the reading", () => {
    const line = read(["a", "-q", "--usr", "b", "--json"]);
    expect(shown(line)).toBe("a | --quiet | ");
  });
});

describe("a habit", () => {
  const habit = (arg: string) => (/^-\d+$/.test(arg) ? `--user=${arg.slice(1)}` : undefined);

  test("is an option", () => {
    expect(shown(read(["a", "-9", "b"], { habit }))).toBe("a b | --user=9 | ");
  });

  test.each([[["--user", "-9"]], [["-u", "-9"]], [["-u-9"]]])("%j is a value all the same", (args) => {
    expect(shown(read(args, { habit }))).toBe(" | --user=-9 | ");
  });

  test("is none behind --", () => {
    expect(shown(read(["--", "-9"], { habit }))).toBe(" |  | -9");
  });
});

describe("negative numbers", () => {
  const words = { name: "TIME", describe: "", most: 1, numbers: true };

  test("are arguments where a command says so, and never the name of a command", () => {
    expect(shown(read(["a", "-5", "-q", "b"], { words }))).toBe("a b | --quiet | -5");
  });

  test("are options elsewhere", () => {
    expect(read(["-5"], { words: { ...words, numbers: false } }).trouble).toMatchObject({ option: "-5" });
  });
});
