/** Words with their quotes and expansions: QUOTING and EXPANSION in bash(1). */
import type { Part, Word } from "./syntax.ts";
import type { ScriptReader } from "./reader.ts";

/** What ends a word that is not quoted. */
const wordEnds: ReadonlySet<string> = new Set([" ", "\t", "\n", ";", "&", "|", "(", ")", "<", ">", ""]);
const blankEnds: ReadonlySet<string> = new Set([" ", "\t", "\n", ""]);

/** Reads the commands in a substitution up to their closing parenthesis. */
export type SkipCommands = (reader: ScriptReader) => void;

/** @returns undefined where no word begins. */
export function readWord(reader: ScriptReader, skip: SkipCommands): Word | undefined {
  return readUpTo(reader, wordEnds, skip);
}

/** Between [[ and ]], where operators are words. */
export function readConditionalWord(reader: ScriptReader, skip: SkipCommands): Word | undefined {
  return readUpTo(reader, blankEnds, skip);
}

function readUpTo(reader: ScriptReader, ends: ReadonlySet<string>, skip: SkipCommands): Word | undefined {
  const { line } = reader;
  const parts: Part[] = [];
  for (;;) {
    const part = isExtendedPattern(reader) || isProcess(reader) ? readForeign(reader, skip) : undefined;
    if (part !== undefined) parts.push(part);
    else if (ends.has(reader.next)) break;
    else parts.push(...readPart(reader, skip));
  }
  return parts.length === 0 ? undefined : { parts: joinTexts(parts), line };
}

function isExtendedPattern(reader: ScriptReader): boolean {
  return reader.peek(/[?*+@!]\(/y) !== undefined;
}

function isProcess(reader: ScriptReader): boolean {
  return reader.peek(/[<>]\(/y) !== undefined;
}

function readForeign(reader: ScriptReader, skip: SkipCommands): Part {
  const isPattern = isExtendedPattern(reader);
  reader.position += 2;
  if (!isPattern) {
    skip(reader);
    return { kind: "computed", parts: [] };
  }
  const parts = reader.nested(() => readPattern(reader, skip));
  return { kind: "computed", parts };
}

function readPattern(reader: ScriptReader, skip: SkipCommands): Part[] {
  const parts: Part[] = [];
  while (!reader.take(")")) {
    if (reader.isAtEnd) throw reader.trouble("a parenthesis is not closed");
    if (isExtendedPattern(reader)) parts.push(readForeign(reader, skip));
    else if (reader.match(/[ \t\n|<>;&(]/y) === undefined) parts.push(...readPart(reader, skip));
  }
  return parts;
}

function readPart(reader: ScriptReader, skip: SkipCommands): Part[] {
  if (reader.take("'")) return [{ kind: "text", text: reader.takeThrough("'"), quoted: true }];
  if (reader.take("$'")) return [readAnsiText(reader)];
  if (reader.take('$"') || reader.take('"')) return readQuoted(reader, '"', skip);
  if (reader.next === "$" || reader.next === "`") return [readExpansion(reader, false, skip)];
  if (reader.take("\\\n")) return [];
  if (reader.take("\\")) return [{ kind: "text", text: takeCharacter(reader), quoted: true }];
  return [
    { kind: "text", text: reader.match(/[^ \t\n;&|()<>'"`$\\?*+@!]+/y)?.[0] ?? takeCharacter(reader), quoted: false },
  ];
}

function takeCharacter(reader: ScriptReader): string {
  const [character = ""] = reader.match(/[\s\S]/y) ?? [];
  return character;
}

/** $'...' without escapes is plain text; what an escape stands for is not followed. */
function readAnsiText(reader: ScriptReader): Part {
  const [, text] = reader.match(/((?:[^'\\]|\\[\s\S])*)'/y) ?? [];
  if (text === undefined) throw reader.trouble("a quote is not closed");
  return text.includes("\\") ? { kind: "computed", parts: [] } : { kind: "text", text, quoted: true };
}

/** The rest of a text in double quotes, or of an argument in ${...}. */
function readQuoted(reader: ScriptReader, end: '"' | "}", skip: SkipCommands): Part[] {
  const parts: Part[] = [{ kind: "text", text: "", quoted: true }];
  while (!reader.take(end)) {
    if (reader.isAtEnd) throw reader.trouble("a quote is not closed");
    if (reader.next === "$" || reader.next === "`") parts.push(readExpansion(reader, true, skip));
    else if (end === "}" && reader.take('"')) parts.push(...readQuoted(reader, '"', skip));
    else if (reader.match(/\\\n/y) === undefined) {
      const text = reader.match(/\\([$`"\\}])/y)?.[1] ?? reader.match(/[^\\$`"}]+|[\s\S]/y)?.[0] ?? "";
      parts.push({ kind: "text", text, quoted: true });
    }
  }
  return parts;
}

function readExpansion(reader: ScriptReader, quoted: boolean, skip: SkipCommands): Part {
  if (reader.take("`")) return readBackquoted(reader, quoted);
  const arithmetic = reader.startsWith("$((") ? takeArithmetic(reader, "$((") : undefined;
  if (arithmetic !== undefined) return { kind: "arithmetic", source: arithmetic };
  if (reader.take("$[")) return { kind: "arithmetic", source: reader.takeThrough("]") };
  if (reader.take("$(")) {
    const start = reader.position;
    skip(reader);
    return { kind: "output", source: reader.source.slice(start, reader.position - 1), quoted };
  }
  if (reader.take("${")) return reader.nested(() => readBraces(reader, quoted, skip));
  const name = reader.match(/\$([A-Za-z_]\w*|[0-9@*#?$!-])/y)?.[1];
  if (name !== undefined) return { kind: "parameter", name, operator: "", argument: undefined, quoted };
  reader.take("$");
  return { kind: "text", text: "$", quoted };
}

function readBackquoted(reader: ScriptReader, quoted: boolean): Part {
  const [, source] = reader.match(/((?:[^`\\]|\\[\s\S])*)`/y) ?? [];
  if (source === undefined) throw reader.trouble("a backquote is not closed");
  return { kind: "output", source: source.replace(/\\([$`\\])/g, "$1"), quoted };
}

/** @returns undefined where it is no arithmetic after all, but a subshell in a substitution. */
export function takeArithmetic(reader: ScriptReader, opening: string): string | undefined {
  const start = reader.position + opening.length;
  let depth = 2;
  for (let index = start; index < reader.source.length; index += 1) {
    const character = reader.source.charAt(index);
    if (character === "(") depth += 1;
    if (character !== ")") continue;
    depth -= 1;
    if (depth !== 1) continue;
    if (reader.source.charAt(index + 1) !== ")") return undefined;
    reader.position = index + 2;
    return reader.source.slice(start, index);
  }
  return undefined;
}

/** What is behind ${; the operators of which the value is followed are the four of POSIX. */
function readBraces(reader: ScriptReader, quoted: boolean, skip: SkipCommands): Part {
  if (reader.peek(/[ \t\n|]/y)) throw reader.trouble("a command inside ${ } is not followed");
  const start = reader.position;
  const name = reader.match(/([A-Za-z_]\w*|[0-9]+|[@*#?$!-])(?=:?[-=?+}])/y)?.[1];
  const operator = name === undefined ? undefined : reader.match(/:?[-=?+]/y)?.[0];
  const { line } = reader;
  if (name !== undefined && operator === undefined && reader.take("}"))
    return { kind: "parameter", name, operator: "", argument: undefined, quoted };
  const parts = quoted ? readQuoted(reader, "}", skip) : readUnquotedArgument(reader, skip);
  if (name !== undefined && operator !== undefined)
    return { kind: "parameter", name, operator, argument: { parts: joinTexts(parts), line }, quoted };
  const inside = reader.source.slice(start, reader.position - 1);
  const arithmetic = /^[!#]?\w+\[([^\]@*]+)\]/.exec(inside)?.[1] ?? /^[\w@*]+:([^-=?+].*)$/s.exec(inside)?.[1];
  return { kind: "computed", parts, ...(arithmetic === undefined ? {} : { arithmetic }) };
}

function readUnquotedArgument(reader: ScriptReader, skip: SkipCommands): Part[] {
  const parts: Part[] = [];
  while (!reader.take("}")) {
    if (reader.isAtEnd) throw reader.trouble("a brace is not closed");
    const text = reader.match(/[ \t\n;&|()<>?*+@!]|[^ \t\n;&|()<>'"`$\\?*+@!}]+/y)?.[0];
    if (text === undefined) parts.push(...readPart(reader, skip));
    else parts.push({ kind: "text", text, quoted: false });
  }
  return parts;
}

/** An empty text stays where it is the whole word: '' is a word. */
function joinTexts(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.kind === "text" && last?.kind === "text" && last.quoted === part.quoted)
      joined.splice(-1, 1, { ...last, text: last.text + part.text });
    else joined.push(part);
  }
  return joined;
}

/** The text of a word that is nothing but text; undefined for any other. */
export function plainText({ parts }: Word): string | undefined {
  return parts.every((part) => part.kind === "text") ? parts.map((part) => part.text).join("") : undefined;
}

/** The text of a word in which nothing is quoted, as reserved words have to be. */
export function bareText(word: Word): string | undefined {
  return word.parts.every((part) => part.kind === "text" && !part.quoted) ? plainText(word) : undefined;
}
