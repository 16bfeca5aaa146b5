import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { commands } from "../../../src/commands.ts";
import { parseArguments } from "../../../src/cli/arguments.ts";
import { isGroup, singleCommands, type Command, type OptionSpec } from "../../../src/cli/command.ts";
import { loadAll } from "../../../src/cli/command-table.ts";
import { globalOptions } from "../../../src/cli/global-options.ts";
import { UsageError } from "../../../src/errors.ts";

const all = singleCommands(await loadAll(commands));

/** What the arguments lead to: a command and all that it is given, or what is said instead. */
async function outcomeOf(args: readonly string[]): Promise<unknown> {
  try {
    const { command, given } = await parseArguments(args, commands);
    const options = command === undefined || isGroup(command) ? {} : command.options;
    const texts = Object.keys(options).map((name) => [name, given.texts(name), given.flag(name)]);
    return { name: command?.name, words: given.words, texts, help: given.flag("help"), version: given.flag("version") };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { message: error.message, remedy: error.remedy };
  }
}

const names = all.flatMap(({ name }) => name.split(" "));
const word = fc.constantFrom("alice", "903", "15m", "pts/2", "true", "false", "", "-", "help", "killall", ...names);
const value = fc.oneof(
  word,
  fc.constantFrom("-idle", "-5", "-9", "-KILL", "--", "--nonsense", "-u", "=", '"x"', "'x'", "a=b", "a\nb"),
  fc.string(),
);

/** One option of the command with all that belongs to it, as it may be typed. */
function typedOption(command: Command): fc.Arbitrary<string[]> {
  const options = Object.entries(command.options);
  if (options.length === 0) return fc.constant(["--help"]);
  return fc.tuple(fc.constantFrom(...options), value, fc.nat()).map(([[long, spec], text, form]) => {
    const forms = formsOf(command, long, spec, text);
    return forms[form % forms.length] ?? [];
  });
}

function formsOf({ options }: Command, long: string, { alias, value: form }: OptionSpec, text: string): string[][] {
  if (form === undefined) return alias === undefined ? [[`--${long}`]] : [[`--${long}`], [`-${alias}`]];
  // The only letter that is a switch elsewhere, and takes a time here.
  if (alias === "n") return [["-n5"], ["-n", "0.5"]];
  const inline = [[`--${long}=${text}`], ...(alias === undefined ? [] : [[`-${alias}=${text}`]])];
  const isOption =
    text.startsWith("--") && Object.hasOwn({ ...options, ...globalOptions }, text.slice(2).replace(/=.*/s, ""));
  return isOption ? inline : [...inline, [`--${long}`, text]];
}

/** A command line in two orders. */
const twoOrders = fc.constantFrom(...all).chain((command) =>
  fc
    .record({
      words: fc.array(word, { maxLength: 3 }),
      options: fc.array(typedOption(command), { maxLength: 4 }),
      places: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
      operands: fc.array(value, { maxLength: 2 }),
    })
    .map(({ words, options, places, operands }) => {
      const path = [...command.name.split(" "), ...words];
      const behind = operands.length > 0 ? ["--", ...operands] : [];
      const slots: string[][] = path.map((each) => [each]);
      const ofOptions = places.slice(0, options.length).map((place) => place % (path.length + 1));
      const chosen = ofOptions.toSorted((a, b) => b - a);
      for (const [index, option] of options.toReversed().entries()) slots.splice(chosen[index] ?? 0, 0, option);
      return {
        usual: [...path, ...options.flat(), ...behind],
        moved: [...slots.flat(), ...behind],
      };
    }),
);

describe("the place of an option", () => {
  property.prop([twoOrders], { numRuns: 1500 })("before -- changes nothing", async ({ usual, moved }) => {
    expect(await outcomeOf(moved)).toEqual(await outcomeOf(usual));
  });

  property.prop([fc.constantFrom(...all), fc.nat()])(
    "in front of its own command is understood",
    async (command, at) => {
      const options = Object.entries(command.options).filter(([, { alias }]) => alias !== "n");
      const [long, spec] = options[at % Math.max(1, options.length)] ?? ["help", { value: undefined }];
      const option = spec.value === undefined ? [`--${long}`] : [`--${long}`, "x"];
      const { command: found, given } = await parseArguments([...option, ...command.name.split(" ")], commands);
      expect([found?.name, given.flag(long) || given.texts(long)[0] === "x"]).toEqual([command.name, true]);
    },
  );
});

describe("whatever is typed", () => {
  const arg = fc.oneof(
    value,
    fc.constantFrom(...all.flatMap(({ options }) => Object.keys(options).map((long) => `--${long}`))),
  );

  property.prop([fc.array(arg, { maxLength: 12 })], { numRuns: 1000 })("is understood or refused", async (args) => {
    const outcome = await outcomeOf(args);
    expect(outcome).toSatisfy((each: object) => "name" in each || "message" in each);
  });
});

test.each([
  [["list", "--user", "alice", "--user=bob"], "user", ["alice", "bob"]],
  [["list", "--user", "007"], "user", ["007"]],
  [["list", "--user", "1e0"], "user", ["1e0"]],
  [["list", "--user", '"alice"'], "user", ['"alice"']],
  [["list", "--user", "'a"], "user", ["'a"]],
  [["list", "--user", "a\nb"], "user", ["a\nb"]],
  [["list", "--user="], "user", [""]],
  [["list", "--user=--json"], "user", ["--json"]],
  [["list", "--no-headers"], "user", []],
])("%j: a value stays what was typed", async (args, option, texts) => {
  expect((await parseArguments(args, commands)).given.texts(option)).toEqual(texts);
});

test("an option that a command has not declared cannot be asked for", async () => {
  const { given } = await parseArguments(["list"], commands);
  expect(() => given.texts("grace")).toThrow("--grace is not declared.");
});
