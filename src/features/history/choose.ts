/** Which connections are shown: the same questions as for a list, of what logs keep. */
import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import { list, type Reader } from "../../cli/values.ts";
import { allOf, byKey, byLocalPort, byPeer, byUser, not, type Question } from "../../domain/selection.ts";
import type { Tty } from "../../domain/tty.ts";
import { UsageError } from "../../errors.ts";
import { key, name, network, port, selectionOptions, tty, type UserMeanings } from "../sessions/selection-options.ts";
import { presenceIn, type Connection, type Presence } from "./join/connection.ts";
import type { Span } from "./read/read-journal.ts";

const kept = ["user", "from", "key", "tty", "local-port"] as const;
const keptOptions: ReadonlySet<string> = new Set(kept.flatMap((option) => [option, `not-${option}`]));

/** Those that a list has and a history cannot have are refused by name. */
export const choosingOptions: OptionTable = Object.fromEntries(
  Object.entries(selectionOptions).map(([option, spec]) => [
    option,
    keptOptions.has(option) ? spec : { ...spec, hidden: "refused" as const },
  ]),
);

/** @throws UsageError for an option that asks for what no log keeps. */
export function rejectUnkept(given: GivenOptions): void {
  for (const [option, { value }] of Object.entries(selectionOptions)) {
    const isGiven = value === undefined ? given.flag(option) : given.texts(option).length > 0;
    if (isGiven && !keptOptions.has(option))
      throw new UsageError(
        `history cannot choose by --${option}: no log keeps that.`,
        `It chooses by ${kept.map((each) => `--${each}`).join(", ")}.`,
      );
  }
}

export type RowQuestion = Question<Connection>;

/** What is known of whoever tried to log in, too. */
type Somebody = Pick<Connection, "user" | "uid" | "peer">;

/** @param users - whom the names of --user and --not-user mean. */
export function parseQuestions(given: GivenOptions, users: UserMeanings): RowQuestion[] {
  return [
    ...questionsOfSomebody(given, users),
    ...bothWays(given, "key", key, byKey),
    ...bothWays(given, "tty", tty, byKnownTty),
    ...bothWays(given, "local-port", port, byLocalPort),
  ];
}

/** Whether an attempt is meant; what cannot be decided is no. */
export function attemptChooser(
  given: GivenOptions,
  users: UserMeanings,
): (from: string | undefined, user: string | undefined) => boolean {
  const questions = questionsOfSomebody(given, users);
  return (from, user) => {
    const somebody: Somebody = { user, uid: undefined, peer: from === undefined ? from : { address: from, port: 0 } };
    return allOf(questions.map((question) => question(somebody, 0))) === true;
  };
}

function questionsOfSomebody(given: GivenOptions, users: UserMeanings): Question<Somebody>[] {
  return [
    ...bothWays(given, "user", name, (names) => byUser(names, users)),
    ...bothWays(given, "from", network, byPeer),
  ];
}

function bothWays<T, Subject>(
  given: GivenOptions,
  option: string,
  reader: Reader<T>,
  by: (values: readonly T[]) => Question<Subject>,
): Question<Subject>[] {
  const [values, others] = [list(given, option, reader), list(given, `not-${option}`, reader)];
  return [values.length === 0 ? [] : by(values), others.length === 0 ? [] : not(by(others))].flat();
}

function byKnownTty(ttys: readonly Tty[]): RowQuestion {
  return ({ ttys: known }) => known?.some((each) => ttys.includes(each));
}

/** A connection, and whether somebody was on it in the time that was asked for. */
export interface Row {
  connection: Connection;
  presence: Exclude<Presence, "no">;
}

export interface Rows {
  rows: readonly Row[];
  /** How many were left out because a fact that was asked for is not known. */
  undecided: number;
  /** Whether some were asked for, and not all. */
  isSelection: boolean;
}

export function chooseRows(
  connections: readonly Connection[],
  questions: readonly RowQuestion[],
  { fromMs, toMs }: Span,
  nowMs: number,
): Rows {
  const rows: Row[] = [];
  let undecided = 0;
  for (const connection of connections) {
    const presence = presenceIn(connection, fromMs, toMs);
    const answer = presence === "no" ? false : allOf(questions.map((question) => question(connection, nowMs)));
    if (presence !== "no" && answer === true) rows.push({ connection, presence });
    if (answer === undefined) undecided += 1;
  }
  return { rows, undecided, isSelection: questions.length > 0 };
}
