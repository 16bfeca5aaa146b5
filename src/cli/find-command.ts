/**
 * Finds the command that a line means: each word in turn that is the name of a command; the first whose own options read the line.
 *
 * Only the options of a command can tell whether a word is a name or a value. In `-u list keys`, the word `list` is a value by
 * the options of `list` itself, so it does not name `list`; by the options of `keys`, `keys` is the first word. Only the commands
 * that are tried are loaded.
 */
import { isGroup, lastWord, singleCommands, type Command, type CommandGroup } from "./command.ts";
import { loadAll, type CommandTable } from "./command-table.ts";
import { globalOptions } from "./global-options.ts";
import { readLine, type Line, type Trouble, type Vocabulary } from "./read-line.ts";

/** What a name may mean. */
interface Candidate {
  /** Undefined where a group is named without one of its commands, or nothing at all. */
  command: Command | undefined;
  group: CommandGroup | undefined;
  /** The words that call it. */
  path: readonly string[];
  vocabulary: Vocabulary;
}

const noCommand = { command: undefined, group: undefined, path: [] };

/** What a line means, and the line without the words that say so. */
export interface Meaning extends Candidate {
  line: Line;
}

/** What was probably meant, and why it cannot be read. */
export interface Failure extends Candidate {
  trouble: Trouble;
}

export async function findCommand(args: readonly string[], table: CommandTable): Promise<Meaning | Failure> {
  const failures: Failure[] = [];
  const names = args.map((arg) => table.otherNames.get(arg) ?? arg);
  for await (const candidate of candidates(new Set(names), table)) {
    const line = withOwnNames(readLine(args, candidate.vocabulary), table);
    if (!isNamed(candidate, line, names)) continue;
    if (line.trouble === undefined) return { ...candidate, line: withoutName(candidate, line) };
    failures.push({ ...candidate, trouble: line.trouble });
  }
  const anything = { ...noCommand, vocabulary: together(singleCommands(await loadAll(table))) };
  const line = withOwnNames(readLine(args, anything.vocabulary), table);
  // With all options that there are, the values of another command's options are no names either.
  const [failure] = [...failures.filter((each) => isNamed(each, line, names)), ...failures];
  if (failure !== undefined) return failure;
  return line.trouble === undefined ? { ...anything, line } : { ...anything, trouble: line.trouble };
}

/** Each command whose name is somewhere on the line; of a group first its commands, then the group alone. */
async function* candidates(words: ReadonlySet<string>, { loaders }: CommandTable): AsyncGenerator<Candidate> {
  for (const word of words) {
    const named = await loaders.get(word)?.();
    if (named === undefined) continue;
    if (isGroup(named)) yield* ofGroup(named, words);
    else yield single(named, undefined);
  }
}

function* ofGroup(group: CommandGroup, words: ReadonlySet<string>): Generator<Candidate> {
  for (const command of group.commands) if (words.has(lastWord(command))) yield single(command, group);
  if (group.alone !== undefined) {
    for (const name of group.aloneNames ?? []) yield { ...single(group.alone, group), path: [group.name, name] };
    yield single(group.alone, group);
  } else yield { command: undefined, group, path: [group.name], vocabulary: together(group.commands) };
}

function single(command: Command, group: CommandGroup | undefined): Candidate {
  return { command, group, path: command.name.split(" "), vocabulary: command };
}

/** `help` and `version` in front of a command are options, and a second name is replaced by the first. */
function withOwnNames(line: Line, { otherNames }: CommandTable): Line {
  const start = line.words.findIndex((word) => !Object.hasOwn(globalOptions, word));
  const asOptions = start < 0 ? line.words : line.words.slice(0, start);
  const [first, ...others] = line.words.slice(asOptions.length);
  return {
    ...line,
    words: first === undefined ? [] : [otherNames.get(first) ?? first, ...others],
    options: [...line.options, ...asOptions.map((name) => ({ name, value: undefined }))],
  };
}

/** Whether the words of the line begin with the candidate's name; or may, if only a part of the line could be read. */
function isNamed({ command, group, path }: Candidate, { words, trouble }: Line, args: readonly string[]): boolean {
  if (words.slice(0, path.length).some((word, index) => word !== path[index])) return false;
  const isAlone = group !== undefined && (command === undefined || command === group.alone);
  if (isAlone && group.commands.some((other) => lastWord(other) === words[1])) return false;
  const unread = trouble === undefined ? [] : args.slice(trouble.at + 1);
  return path.slice(words.length).every((word) => unread.includes(word));
}

function withoutName({ path }: Candidate, line: Line): Line {
  return { ...line, words: line.words.slice(path.length) };
}

function together(commands: readonly Command[]): Vocabulary {
  return { options: Object.fromEntries(commands.flatMap(({ options }) => Object.entries(options))) };
}
