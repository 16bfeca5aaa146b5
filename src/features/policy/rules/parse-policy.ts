/** From the text of /etc/sshctl/policy.toml, or of a file of policy.d, to rules. TOML: https://toml.io/en/v1.0.0 */
import { parse, TomlError } from "smol-toml";
import { isObject } from "../../../text/json-object.ts";
import { FaultError, type Fault } from "./fault.ts";
import { locate } from "./locate.ts";
import { parseRule } from "./parse-rule.ts";
import { modes, type Fuse, type Policy, type Rule } from "./rule.ts";
import { countOf, rejectUnknownKeys, secondsOf, wordOf, wrong, type Table } from "./values.ts";

/** A file of the policy. */
export interface PolicyText {
  file: string;
  text: string;
}

/** What is not written. */
const usual = { mode: "observe", intervalSeconds: 30, fuse: { most: 10, percent: 25 } } as const;

/** More than anybody can follow. */
const mostRules = 200;
const [shortestLook, longestLook] = [5, 3600];

/**
 * @param main - has everything that holds for all rules.
 * @param others - have rules alone, which follow those of the main file.
 */
export function parsePolicy(main: PolicyText, others: readonly PolicyText[]): Policy | Fault {
  const [first, ...more] = [parseMain(main), ...others.map(parseRules)];
  if ("message" in first) return first;
  const rules = [...first.rules];
  for (const each of more) {
    if ("message" in each) return each;
    rules.push(...each.rules);
  }
  return faultAmong(rules) ?? { ...first, rules };
}

function parseMain({ file, text }: PolicyText): Policy | Fault {
  return withTable({ file, text }, (table) => {
    rejectUnknownKeys(table, ["mode", "interval", "fuse", "rule"]);
    const intervalSeconds = secondsOf(table, "interval") ?? usual.intervalSeconds;
    if (intervalSeconds < shortestLook || intervalSeconds > longestLook)
      throw wrong("interval", table["interval"], "5s to 1h");
    return {
      mode: wordOf(table, "mode", modes) ?? usual.mode,
      intervalSeconds,
      fuse: fuseOf(table),
      rules: rulesOf(table, { file, text }),
    };
  });
}

function parseRules(source: PolicyText): { rules: readonly Rule[] } | Fault {
  return withTable(source, (table) => {
    const misplaced = ["mode", "interval", "fuse"].find((key) => table[key] !== undefined);
    if (misplaced !== undefined)
      throw new FaultError(misplaced, `${misplaced} holds for all rules, and belongs in policy.toml`);
    rejectUnknownKeys(table, ["rule"]);
    return { rules: rulesOf(table, source) };
  });
}

/** A fault in a rule has its place already. */
class PlacedError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

function withTable<T extends object>({ file, text }: PolicyText, read: (table: Table) => T): T | Fault {
  try {
    // eslint-disable-next-line no-control-regex -- a terminal that shows the file must not obey it.
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/.test(text))
      return { file, place: undefined, message: "it holds control characters, or is not UTF-8" };
    return read(parse(text, { maxDepth: 10, unsafeKeyBehaviour: "throw" }));
  } catch (error) {
    if (error instanceof PlacedError) return error.fault;
    if (error instanceof FaultError)
      return { file, place: locate(text, undefined, 0, error.key), message: error.message };
    if (!(error instanceof TomlError)) throw error;
    const { line, column } = error;
    return { file, place: { line, column }, message: whyNoToml(error) };
  }
}

/** The parser adds a picture of the place below its first line. */
function whyNoToml({ message }: TomlError): string {
  return (message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "no TOML: ");
}

function fuseOf(table: Table): Fuse {
  const { fuse } = table;
  if (fuse === undefined) return usual.fuse;
  if (!isObject(fuse)) throw wrong("fuse", fuse, "a table: fuse = { most = 10, percent = 25 }");
  try {
    rejectUnknownKeys(fuse, ["most", "percent"]);
    return {
      most: countOf(fuse, "most", [1, 10_000]) ?? usual.fuse.most,
      percent: countOf(fuse, "percent", [1, 100]) ?? usual.fuse.percent,
    };
  } catch (error) {
    throw error instanceof FaultError ? new FaultError("fuse", `fuse: ${error.message}`) : error;
  }
}

function rulesOf(table: Table, source: PolicyText): Rule[] {
  const { rule: tables = [] } = table;
  if (!Array.isArray(tables)) throw new FaultError("rule", "a rule begins with [[rule]], in two pairs of brackets");
  if (tables.length > mostRules)
    throw new FaultError(undefined, `it has ${String(tables.length)} rules. Allowed: ${String(mostRules)}`);
  return tables.map((each: unknown, index) => ruleAt(each, index, source));
}

function ruleAt(table: unknown, index: number, { file, text }: PolicyText): Rule {
  const place = (key: string | undefined) => locate(text, "[[rule]]", index, key);
  if (!isObject(table))
    throw new PlacedError({ file, place: place(undefined), message: "a rule begins with [[rule]], and has keys" });
  try {
    return parseRule(table, file, place(undefined).line);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    throw new PlacedError({ file, place: place(error.key), message: error.message });
  }
}

/** A record names a rule by its name alone. */
function faultAmong(rules: readonly Rule[]): Fault | undefined {
  for (const [index, { name, file, line }] of rules.entries()) {
    const first = rules.slice(0, index).find((rule) => rule.name === name);
    if (first !== undefined)
      return {
        file,
        place: { line, column: 1 },
        message: `there are two rules with the name "${name}"; the other one is at ${first.file}:${String(first.line)}`,
      };
  }
  return undefined;
}
