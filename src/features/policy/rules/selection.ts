/** The selection of a rule: the options of `list`, written as keys. What they mean is decided where the options are. */
import type { GivenOptions, OptionTable } from "../../../cli/command.ts";
import { isFingerprint } from "../../../domain/auth.ts";
import { quoteWord } from "../../../domain/command-line.ts";
import type { NamedUser } from "../../../domain/accounts.ts";
import type { Criterion } from "../../../domain/selection.ts";
import { UsageError } from "../../../errors.ts";
import { isKeyLine } from "../../sessions/typed-keys.ts";
import { parseChoice, selectionOptions, usualPhases } from "../../sessions/selection-options.ts";
import { FaultError } from "./fault.ts";
import { wrong, type Table } from "./values.ts";

/** Of the limits, and what a policy never touches. */
const notSelections = new Set(["idle", "not-idle", "older-than", "not-older-than", "phase", "not-phase", "containers"]);

const options: OptionTable = Object.fromEntries(
  Object.entries(selectionOptions).filter(([name]) => !notSelections.has(name)),
);

export const selectionKeys: readonly string[] = Object.keys(options);

/** @throws FaultError */
export function selectionOf(table: Table): { selection: GivenOptions; selectionText: string } {
  const texts = new Map(selectionKeys.map((key) => [key, textsOf(table, key)]));
  const flags = new Set(selectionKeys.filter((key) => options[key]?.value === undefined && isTrue(table, key)));
  for (const key of [...(texts.get("key") ?? []), ...(texts.get("not-key") ?? [])]) rejectVagueKey(key);
  const selection: GivenOptions = {
    words: [],
    texts: (option) => texts.get(option) ?? [],
    flag: (option) => flags.has(option),
  };
  for (const key of selectionKeys) rejectMisread(key, selection);
  return { selection, selectionText: textOfSelection(texts, flags) };
}

/** @param meanings - whom names of users mean, as far as they are known. */
export function criteriaOf(selection: GivenOptions, meanings: ReadonlyMap<string, NamedUser>): readonly Criterion[] {
  return parseChoice(selection, (name) => meanings.get(name), usualPhases).criteria;
}

function textsOf(table: Table, key: string): string[] {
  const value = table[key];
  if (value === undefined || options[key]?.value === undefined) return [];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0)
    throw wrong(key, value, "a value, or a list of at least one; omit the key to select everything");
  return values.map((each) => {
    if (typeof each === "number" && Number.isSafeInteger(each)) return String(each);
    if (typeof each !== "string" || each === "") throw wrong(key, value, "a text in quotes, or a list of texts");
    return each;
  });
}

function isTrue(table: Table, key: string): boolean {
  const value = table[key];
  if (value === undefined) return false;
  if (value !== true) throw wrong(key, value, `true; for the opposite, ${opposite(key)} = true`);
  return true;
}

function opposite(key: string): string {
  return key.startsWith("not-") ? key.slice("not-".length) : `not-${key}`;
}

/** The beginning of a fingerprint may mean another key tomorrow. */
function rejectVagueKey(key: string): void {
  if (isKeyLine(key) || /^(?:~|\.{0,2})\/|\.pub$/.test(key))
    throw new FaultError(
      "key",
      `key "${key}" is a line or a file. Allowed: its fingerprint, as ssh-keygen -l tells it`,
    );
  if (isFingerprint(key) && !/^(?:SHA256:.{43}|MD5:(?:..:){15}..)$/.test(key))
    throw new FaultError("key", `key "${key}" is only the beginning of a fingerprint. Give all of it`);
}

/** @throws FaultError for a value that `list` would refuse. */
function rejectMisread(key: string, selection: GivenOptions): void {
  const alone: GivenOptions = {
    words: [],
    texts: (option) => (option === key ? selection.texts(option) : []),
    flag: () => false,
  };
  try {
    parseChoice(alone, () => undefined, usualPhases);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const message = [error.message, error.remedy ?? ""].join(" ").replaceAll(`--${key}`, key);
    throw new FaultError(key, message.trim().replace(/\.$/, ""));
  }
}

function textOfSelection(texts: ReadonlyMap<string, readonly string[]>, flags: ReadonlySet<string>): string {
  return selectionKeys
    .flatMap((key) => {
      const values = texts.get(key) ?? [];
      if (values.length > 0) return `--${key} ${quoteWord(values.join(","))}`;
      return flags.has(key) ? `--${key}` : [];
    })
    .join(" ");
}
