/** Scripts into commands: SHELL GRAMMAR in bash(1). */
import { bareText, readConditionalWord, readWord, takeArithmetic } from "./read-word.ts";
import { readSimple, readTargets } from "./parse-simple.ts";
import { ScriptReader, UnreadableError } from "./reader.ts";
import type { CaseClause, Command } from "./syntax.ts";

/**
 * The commands of a script, in the pieces that a shell reads and runs one after the other: a shell that comes to what it cannot
 * read has run all before. The last piece is then `unreadable`.
 *
 * @param firstLine - the number of the first line.
 */
export function* parseScript(source: string, firstLine = 1): Generator<Command> {
  const reader = new ScriptReader(source, firstLine);
  try {
    for (;;) {
      skipLines(reader);
      if (reader.isAtEnd) return;
      const piece = readLine(reader);
      reader.endLine();
      yield piece;
    }
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    yield { kind: "unreadable", reason: error.message, line: error.line };
  }
}

function skipLines(reader: ScriptReader): void {
  do reader.skipBlanks();
  while (reader.takeLineEnd());
}

/** Commands up to the end of the line. */
function readLine(reader: ScriptReader): Command {
  const commands: Command[] = [];
  for (;;) {
    reader.skipBlanks();
    if (reader.isAtEnd || reader.next === "\n") break;
    commands.push(readChain(reader));
    reader.skipBlanks();
    if (reader.peek(/;;|;&/y) !== undefined) throw reader.trouble("this is not understood");
    if (!reader.take(";") && !isInBackground(commands.at(-1))) break;
  }
  return sequence(commands);
}

function isInBackground(command: Command | undefined): boolean {
  return command?.kind === "apart" && command.source.endsWith("&");
}

function sequence(commands: readonly Command[]): Command {
  const [only] = commands;
  return commands.length === 1 && only !== undefined ? only : { kind: "sequence", commands };
}

/** Commands over several lines, up to one of these words, which is taken. */
function readUntil(reader: ScriptReader, ends: readonly string[]): { body: Command; end: string } {
  return reader.nested(() => {
    const commands: Command[] = [];
    for (;;) {
      skipLines(reader);
      const end = ends.find((word) => takeReserved(reader, word));
      if (end !== undefined) return { body: sequence(commands), end };
      if (reader.isAtEnd) throw reader.trouble(`there is no ${ends.join(" or ")}`);
      commands.push(readChain(reader));
      reader.skipBlanks();
      const isEnded =
        reader.next === "\n" || isInBackground(commands.at(-1)) || ends.some((word) => reader.startsWith(word));
      if (!isEnded && !reader.take(";")) throw reader.trouble(`there is no ${ends.join(" or ")}`);
    }
  });
}

function takeReserved(reader: ScriptReader, word: string): boolean {
  if (/^\W/.test(word) && word !== "}" && word !== "]]") return reader.take(word);
  return isReserved(reader, word) && reader.take(word);
}

function isReserved(reader: ScriptReader, word: string): boolean {
  if (!reader.startsWith(word)) return false;
  const behind = reader.source.charAt(reader.position + word.length);
  return behind === "" || " \t\n;&|()<>".includes(behind);
}

/** Pipelines that are joined by && and ||, perhaps in the background. */
function readChain(reader: ScriptReader): Command {
  const start = reader.position;
  let { line } = reader;
  let command = readPipeline(reader);
  for (;;) {
    reader.skipBlanks();
    const operator = reader.take("&&") ? "&&" : reader.take("||") ? "||" : undefined;
    if (operator === undefined) break;
    skipLines(reader);
    ({ line } = reader);
    command = { kind: "chain", first: command, operator, second: readPipeline(reader), line };
  }
  const { source } = reader;
  return reader.take("&") ? { kind: "apart", source: source.slice(start, reader.position), line } : command;
}

function readPipeline(reader: ScriptReader): Command {
  const [start, { line }] = [reader.position, reader];
  let isNegated = false;
  for (;;) {
    reader.skipBlanks();
    if (takeReserved(reader, "!")) isNegated = !isNegated;
    else if (reader.match(/time(?=[ \t])(?:[ \t]+-p(?=[ \t]))?/y) === undefined) break;
  }
  const commands = [readCommand(reader)];
  for (;;) {
    reader.skipBlanks();
    if (reader.startsWith("||") || !(reader.take("|&") || reader.take("|"))) break;
    skipLines(reader);
    commands.push(readCommand(reader));
  }
  const [first] = commands;
  const source = reader.source.slice(start, reader.position);
  const command: Command =
    commands.length === 1 && first !== undefined ? first : { kind: "pipeline", commands, source, line };
  return isNegated ? { kind: "not", command } : command;
}

function readCommand(reader: ScriptReader): Command {
  const { line } = reader;
  const compound = reader.nested(() => readCompound(reader));
  if (compound === undefined) return readSimple(reader, skipSubstitution);
  if (compound.kind === "function") return compound;
  const targets = readTargets(reader, skipSubstitution);
  return targets.length === 0 ? compound : { kind: "redirected", command: compound, targets, line };
}

/** @returns undefined where a simple command begins. */
function readCompound(reader: ScriptReader): Command | undefined {
  const { line } = reader;
  if (takeReserved(reader, "if")) return readIf(reader, line);
  if (takeReserved(reader, "while")) return readWhile(reader, line, false);
  if (takeReserved(reader, "until")) return readWhile(reader, line, true);
  if (takeReserved(reader, "for")) return readFor(reader, line);
  if (takeReserved(reader, "case")) return readCase(reader, line);
  if (takeReserved(reader, "{")) return readUntil(reader, ["}"]).body;
  if (takeReserved(reader, "[[")) return readConditional(reader, line);
  if (takeReserved(reader, "select") || takeReserved(reader, "coproc"))
    throw reader.trouble("select and coproc are not followed");
  if (reader.startsWith("((")) {
    const source = takeArithmetic(reader, "((");
    if (source !== undefined) return { kind: "arithmetic", source, line };
  }
  if (reader.next === "(") return readSubshell(reader, line);
  return readFunction(reader, line);
}

function readIf(reader: ScriptReader, line: number): Command {
  const condition = readUntil(reader, ["then"]).body;
  const { body, end } = readUntil(reader, ["elif", "else", "fi"]);
  const elseLine = reader.line;
  const otherwise =
    end === "elif" ? readIf(reader, elseLine) : end === "else" ? readUntil(reader, ["fi"]).body : undefined;
  return { kind: "if", condition, body, otherwise, line };
}

function readWhile(reader: ScriptReader, line: number, isUntil: boolean): Command {
  const command = readUntil(reader, ["do"]).body;
  const condition: Command = isUntil ? { kind: "not", command } : command;
  return { kind: "while", condition, body: readUntil(reader, ["done"]).body, line };
}

function readFor(reader: ScriptReader, line: number): Command {
  reader.skipBlanks();
  if (reader.startsWith("((")) throw reader.trouble("for (( )) is not followed");
  const name = reader.match(/[A-Za-z_]\w*/y)?.[0];
  if (name === undefined) throw reader.trouble("for has no name");
  skipLines(reader);
  const words = takeReserved(reader, "in") ? readWords(reader) : undefined;
  reader.skipBlanks();
  reader.take(";");
  skipLines(reader);
  if (!takeReserved(reader, "do")) throw reader.trouble("there is no do");
  return { kind: "for", name, words, body: readUntil(reader, ["done"]).body, line };
}

function readWords(reader: ScriptReader) {
  const words = [];
  for (;;) {
    reader.skipBlanks();
    const word = readWord(reader, skipSubstitution);
    if (word === undefined) return words;
    words.push(word);
  }
}

function readCase(reader: ScriptReader, line: number): Command {
  reader.skipBlanks();
  const word = readWord(reader, skipSubstitution);
  skipLines(reader);
  if (word === undefined || !takeReserved(reader, "in")) throw reader.trouble("case has no in");
  const clauses: CaseClause[] = [];
  for (;;) {
    skipLines(reader);
    if (takeReserved(reader, "esac")) return { kind: "case", word, clauses, line };
    const { clause, isLast } = readClause(reader);
    clauses.push(clause);
    if (isLast) return { kind: "case", word, clauses, line };
  }
}

/** A clause with what ends it; the last one may be ended by esac. */
function readClause(reader: ScriptReader): { clause: CaseClause; isLast: boolean } {
  reader.take("(");
  const patterns = [];
  do {
    reader.skipBlanks();
    const pattern = readWord(reader, skipSubstitution);
    if (pattern === undefined) throw reader.trouble("there is no pattern");
    patterns.push(pattern);
    reader.skipBlanks();
  } while (reader.take("|"));
  if (!reader.take(")")) throw reader.trouble("a pattern has no closing parenthesis");
  const { body, end } = readUntil(reader, [";;&", ";;", ";&", "esac"]);
  return { clause: { patterns, body, isPlain: end === ";;" || end === "esac" }, isLast: end === "esac" };
}

function readConditional(reader: ScriptReader, line: number): Command {
  const words = [];
  for (;;) {
    skipLines(reader);
    const word = readConditionalWord(reader, skipSubstitution);
    if (word === undefined) throw reader.trouble("there is no ]]");
    const text = bareText(word) ?? "";
    // What ends it may stand right before the end of the command.
    const rest = /^\]\](?=[;&|()]|$)/.exec(text) === null ? undefined : text.length - 2;
    if (rest !== undefined) {
      reader.position -= rest;
      return { kind: "conditional", words, line };
    }
    words.push(word);
  }
}

function readSubshell(reader: ScriptReader, line: number): Command {
  const start = reader.position;
  reader.take("(");
  skipSubstitution(reader);
  return { kind: "apart", source: reader.source.slice(start, reader.position), line };
}

/** Commands up to a closing parenthesis; what they do stays in their own process. */
function skipSubstitution(reader: ScriptReader): void {
  readUntil(reader, [")"]);
}

function readFunction(reader: ScriptReader, line: number): Command | undefined {
  const named =
    reader.peek(/function[ \t]+([^\s()<>|&;'"$`\\]+)[ \t]*(?:\([ \t]*\))?/y) ??
    reader.peek(/([^\s()<>|&;'"$`\\=#]+)[ \t]*\([ \t]*\)/y);
  if (named === undefined) return undefined;
  reader.position += named[0].length;
  skipLines(reader);
  return { kind: "function", name: named[1] ?? "", body: readCommand(reader), line };
}
