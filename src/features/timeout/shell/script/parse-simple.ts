/** Simple commands with their assignments and redirections: SIMPLE COMMANDS and REDIRECTION in bash(1). */
import { bareText, plainText, readWord, type SkipCommands } from "./read-word.ts";
import type { ScriptReader } from "./reader.ts";
import type { Assignment, Command, Part, Word } from "./syntax.ts";

/** No command begins with one of them. */
const misplaced = /^(?:!|then|else|elif|fi|do|done|esac|\}|\{|if|while|until|for|case|select|function)$/;

export function readSimple(reader: ScriptReader, skip: SkipCommands): Command {
  const { line } = reader;
  const assignments: Assignment[] = [];
  const words: Word[] = [];
  const targets: Word[] = [];
  for (;;) {
    reader.skipBlanks();
    const redirection = readRedirection(reader, skip);
    if (redirection !== undefined) {
      targets.push(...redirection);
      continue;
    }
    const assignment = words.length === 0 ? readAssignment(reader, skip) : undefined;
    if (assignment !== undefined) assignments.push(assignment);
    else {
      const { position } = reader;
      const word = readArgument(reader, skip);
      if (word === undefined) break;
      // It could be an assignment after all, or a reserved word.
      if (words.length === 0 && reader.source.slice(position, reader.position).includes("\\\n"))
        throw reader.trouble("a command is continued inside its first word");
      if (words.length + assignments.length + targets.length === 0 && misplaced.test(bareText(word) ?? ""))
        throw reader.trouble("a reserved word is where none can be");
      words.push(word);
    }
  }
  if (assignments.length + words.length + targets.length === 0) throw reader.trouble("this is not understood");
  const command: Command = { kind: "simple", assignments, words, line };
  return targets.length === 0 ? command : { kind: "redirected", command, targets, line };
}

function readAssignment(reader: ScriptReader, skip: SkipCommands): Assignment | undefined {
  const { line } = reader;
  const [, name, subscript, operator] = reader.match(/([A-Za-z_]\w*)(\[[^\]\n]*\])?(\+?=)/y) ?? [];
  if (name === undefined) return undefined;
  const list = reader.next === "(" ? readList(reader, skip) : undefined;
  const value = list ?? readWord(reader, skip) ?? { parts: [], line };
  const isPlain = subscript === undefined && operator === "=" && list === undefined;
  return { name, isPlain, value, ...(subscript === undefined ? {} : { subscript: subscript.slice(1, -1) }) };
}

/** (a b c), the value of an array. */
function readList(reader: ScriptReader, skip: SkipCommands): Word {
  const { line } = reader;
  const parts: Part[] = [];
  reader.take("(");
  for (;;) {
    do reader.skipBlanks();
    while (reader.takeLineEnd());
    if (reader.take(")")) return { parts: [{ kind: "computed", parts }], line };
    const word = readWord(reader, skip);
    if (word === undefined) throw reader.trouble("a parenthesis is not closed");
    parts.push(...word.parts);
  }
}

/** An argument; those of declare may be arrays. */
function readArgument(reader: ScriptReader, skip: SkipCommands): Word | undefined {
  const word = readWord(reader, skip);
  if (word === undefined || reader.next !== "(" || plainText(word)?.endsWith("=") !== true) return word;
  return { parts: [...word.parts, ...readList(reader, skip).parts], line: word.line };
}

/** The redirections behind a compound command. */
export function readTargets(reader: ScriptReader, skip: SkipCommands): Word[] {
  const targets: Word[] = [];
  for (;;) {
    reader.match(/(?:[ \t]|\\\n)*/y);
    const redirection = readRedirection(reader, skip);
    if (redirection === undefined) return targets;
    targets.push(...redirection);
  }
}

/** @returns what could fail about it. */
function readRedirection(reader: ScriptReader, skip: SkipCommands): Word[] | undefined {
  if (reader.peek(/[<>]\(/y) !== undefined) return undefined;
  const found = reader.match(/(\{[A-Za-z_]\w*\}|\d+)?(<<<|<<-|<<(?!<)|<>|>>|>\||>&|<&|&>>|&>|<|>)/y);
  if (found === undefined) return undefined;
  const { line } = reader;
  const [, variable = "", operator = ""] = found;
  reader.match(/(?:[ \t]|\\\n)*/y);
  const target = readWord(reader, skip);
  if (target === undefined) throw reader.trouble("a redirection has no target");
  if (variable.startsWith("{")) return [{ parts: [{ kind: "computed", parts: [] }], line }];
  if (operator === "<<" || operator === "<<-") return readDocument(reader, target, operator === "<<-");
  return operator === "<<<" ? [] : [target];
}

/** What stands in a here-document is data; only what is expanded in it can do something. */
function readDocument(reader: ScriptReader, target: Word, stripsTabs: boolean): Word[] {
  const delimiter = plainText(target);
  if (delimiter === undefined) throw reader.trouble("a here-document without a plain delimiter is not followed");
  const isLiteral = target.parts.some((part) => part.kind === "text" && part.quoted);
  reader.pendingDocuments.push({
    delimiter,
    stripsTabs,
    accept: (body) => {
      if (!isLiteral && isComputed(body)) throw reader.trouble("a here-document is computed");
    },
  });
  return [];
}

function isComputed(body: string): boolean {
  const start = body.indexOf("${");
  return body.includes("$((") || body.includes("$[") || (start >= 0 && /[=[]/.test(body.slice(start)));
}
