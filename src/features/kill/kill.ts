import { isLeftover, isOpenHere, type Session, type SessionReport } from "../../domain/session.ts";
import { quoteWord } from "../../domain/command-line.ts";
import { namedChannel } from "../../domain/companions.ts";
import type { Process } from "../../domain/process.ts";
import { formatTarget, targetForms, type Target } from "../../domain/target.ts";
import { DeclinedError, NothingFoundError, PermissionError, UsageError, type ExitCode } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";
import { liftingOption } from "../../system/protected/read-protected.ts";
import { viewOf } from "../sessions/text/columns.ts";
import { pickerRows } from "./text/picker-rows.ts";
import { localSource } from "../../domain/report-request.ts";
import type { Command, GivenOptions, OptionTable } from "../../cli/command.ts";
import { evidenceReplaces } from "../evidence/take-evidence.ts";
import { meansOtherHosts } from "./fleet/options.ts";
import { actingFleetOptions } from "../sessions/fleet/act/options.ts";
import { endSessions } from "./end-sessions.ts";
import { exampleOption, placeOf, rejectBackends, rejectDeeds } from "../sessions/example-option.ts";
import { onlySession, parseSessionName, readNamed } from "../sessions/find-session.ts";
import { rejectKept } from "../sessions/kept-terminals.ts";
import {
  killOptions,
  onlyThisOption,
  parseKillLayout,
  parseKillOptions,
  signalHabit,
  type KillOptions,
} from "./options.ts";
import type { Spared } from "./plan/plan-terminations.ts";
import { slipsOfNames, type NamedSession } from "./plan/slip.ts";
import type { Found } from "./request.ts";
import { describeChannel } from "./text/companions.ts";
import { describeSlip } from "./text/slip.ts";
import { proofOf } from "./text/spared.ts";
import { stillThere } from "./still-present.ts";
import { selectionOptions } from "../sessions/selection-options.ts";
import { parseStyle } from "../sessions/output-options.ts";

/** Taken only to name the command that has them. */
const refusedOptions: OptionTable = Object.fromEntries(
  Object.entries(selectionOptions).map(([name, spec]) => [name, { ...spec, hidden: "refused" as const }]),
);

export const kill: Command = {
  name: "kill",
  summary: "End exactly these sessions",
  acts: true,
  examples: [
    ["sshctl kill 903", "the session with this session child, monitor or login shell"],
    ["sshctl kill pts/2 10.0.2.52:43474", "the session on this terminal, and the one from this address"],
    ["sshctl kill", "choose from a list"],
    ["sshctl kill -9 session:c2 --everything", "end it at once, with everything that it started"],
    ["sshctl kill pts/2 --only-this", "end this terminal, and leave the rest of its connection"],
    ["sshctl kill --on web3 902:1952403", "a session on another server"],
    ["sshctl kill pts/2 --dry-run", "show what would be done"],
  ],
  words: { name: "SESSION...", offer: "sessions", describe: targetForms, most: 1000 },
  options: { ...killOptions, ...onlyThisOption, ...actingFleetOptions, ...refusedOptions, ...exampleOption },
  replaced: evidenceReplaces,
  habit: signalHabit,
  run: async (given, here) => {
    rejectSelection(given);
    rejectBackends(given);
    rejectDeeds(given, "ended");
    const targets = given.words.map((word) => parseSessionName(word, "kill"));
    const onlyThis = given.flag("only-this");
    const options = parseKillOptions(given, onlyThis);
    if (meansOtherHosts(given, kill.options)) return endElsewhere(targets, given, options, here);
    if (onlyThis) rejectWithOnlyThis(targets, options);
    const context = await placeOf(given, here);
    // A script whose list of names is empty has nobody to end, and nobody who could choose.
    const picked = targets.length === 0 && !options.okIfNone ? await chooseSessions(context) : undefined;
    let meant = picked;
    let channel: ChannelIdentity | undefined;
    const slipsIn = (report: SessionReport) => slipsOfNames(namedIn(targets, report, options.okIfNone), report);
    return endSessions(
      {
        command: "kill",
        options,
        find: async () => {
          const report = await read(targets, context);
          if (meant === undefined && !options.okIfNone) await rejectWindows(targets, report, context);
          const sessions =
            meant === undefined ? sessionsOf(targets, report, options.okIfNone) : stillThere(meant, report);
          // Whoever looks again means the same sessions: one of them may have ended, and its terminal be another's.
          meant = sessions;
          if (!onlyThis) return { report, chosen: { sessions, undecided: [] } };
          channel ??= onlyChannel(targets, sessions, report);
          return foundChannel(channel, sessions, report);
        },
        rejectSpared,
        mustConfirm: ({ report, chosen }) =>
          picked !== undefined || endsWhatRuns(options, chosen) || (!onlyThis && slipsIn(report).length > 0),
        reasons: ({ report }) => (onlyThis ? [] : slipsIn(report).map((slip) => describeSlip(slip, report.processes))),
        alsoNewcomers: false,
        layout: parseKillLayout(given),
        look: parseStyle(given, context),
        planStyle: parseStyle(given, { ...context, out: context.err }),
      },
      context,
    );
  },
};

async function endElsewhere(
  targets: readonly Target[],
  given: GivenOptions,
  options: KillOptions,
  context: Context,
): Promise<ExitCode> {
  return (await import("./fleet/kill-on.ts")).killOn(kill, targets, given, options, context);
}

/** @throws UsageError */
function rejectSelection(given: GivenOptions): void {
  for (const name of Object.keys(refusedOptions))
    for (const value of given.flag(name) ? [""] : given.texts(name).map((text) => ` ${quoteWord(text)}`))
      throw new UsageError(
        `kill ends exactly the sessions that you name, and has no --${name}.`,
        `For all sessions that match: "sshctl kill-all --${name}${value}".`,
      );
}

/** Whether more ends than connections. */
function endsWhatRuns({ everything }: KillOptions, { sessions }: Found["chosen"]): boolean {
  return everything || sessions.some(isLeftover);
}

async function read(targets: readonly Target[], context: Context): Promise<SessionReport> {
  return readNamed(targets, (await context.reports()).read, { ...localSource, logins: true });
}

async function rejectWindows(targets: readonly Target[], report: SessionReport, context: Context): Promise<void> {
  const { keeperOf } = await context.reports();
  await rejectKept(targets, report, "kill", async (tty) => keeperOf(tty, report, localSource));
}

/** All names are understood before any session is touched; two may mean the same session. */
function sessionsOf(targets: readonly Target[], report: SessionReport, okIfNone: boolean): Session[] {
  return [...new Set(namedIn(targets, report, okIfNone).map(({ session }) => session))];
}

/** @param okIfNone - whether a session may be missing. */
function namedIn(targets: readonly Target[], report: SessionReport, okIfNone: boolean): NamedSession[] {
  return targets.flatMap((target) => {
    try {
      return { target, session: onlySession(target, report) };
    } catch (error) {
      if (okIfNone && error instanceof NothingFoundError) return [];
      throw error;
    }
  });
}

/** @throws UsageError where a single terminal cannot be ended so. */
function rejectWithOnlyThis(targets: readonly Target[], { everything, backend }: KillOptions): void {
  if (targets.length !== 1)
    throw new UsageError("--only-this ends one terminal of a connection.", "Name exactly one, such as pts/2.");
  if (everything)
    throw new UsageError("--everything means all that a connection has started.", "Omit it, or --only-this.");
  if (backend !== "kill")
    throw new UsageError(`--backend ${backend} selects whole sessions.`, "Omit it: --only-this needs kill.");
}

/** A channel's process, which no other process can be taken for. */
type ChannelIdentity = Pick<Process, "pid" | "startTicks">;

/**
 * The terminal that a name stands for. Only the kernel's end of a terminal tells everything on it that it is over; the rest of a
 * connection has no such end.
 *
 * @throws UsageError
 */
function onlyChannel(
  [target]: readonly Target[],
  [session]: readonly Session[],
  { processes }: SessionReport,
): ChannelIdentity | undefined {
  if (target === undefined || session === undefined) return undefined;
  if (session.frozen !== undefined)
    throw new UsageError(
      "The session is frozen, and none of its terminals can end alone.",
      `"sshctl thaw ${String(session.pid)}" first, or end all of it.`,
    );
  const channel = namedChannel(target, session);
  const terminals = session.channels.flatMap(({ tty }) => tty ?? []);
  const allowed = terminals.length === 0 ? "This connection has none." : `It has ${terminals.join(", ")}.`;
  if (channel === undefined)
    throw new UsageError(`${formatTarget(target)} does not name one terminal of its connection.`, allowed);
  const process = processes.get(channel.pid);
  if (channel.tty === undefined || process?.tty !== channel.tty)
    throw new UsageError(
      `${describeChannel(channel)} has no terminal: it cannot be ended without the rest of its connection.`,
      allowed,
    );
  return process;
}

/** @returns nothing where it has ended meanwhile. */
function foundChannel(
  wanted: ChannelIdentity | undefined,
  [session]: readonly Session[],
  report: SessionReport,
): Found {
  const isSame = wanted !== undefined && report.processes.get(wanted.pid)?.startTicks === wanted.startTicks;
  const channel = isSame ? session?.channels.find(({ pid }) => pid === wanted.pid) : undefined;
  const sessions = session === undefined || channel === undefined ? [] : [session];
  return { report, chosen: { sessions, undecided: [] }, channel };
}

/** Whoever names a session wants exactly that one: better to stop than to leave it out. */
function rejectSpared([first]: readonly Spared[]): void {
  if (first === undefined) return;
  const { session, isPermitted } = first;
  const reason = `Nothing was done: PID ${String(session.pid)} ${proofOf(first)}.`;
  if (first.protection === "container") throw new DeclinedError(reason);
  if (first.protection === "protected")
    throw new DeclinedError(reason, `To end it all the same: ${liftingOption(first.by)}.`);
  if (isLeftover(session)) throw new DeclinedError(reason, "End it from another session.");
  if (isPermitted) throw new DeclinedError(reason, "--include-self ends it anyway.");
  throw new PermissionError(reason, "Only root can end it.");
}

function nobodyElse(sessions: readonly Session[]): NothingFoundError {
  return sessions.some(({ self }) => self === undefined)
    ? new NothingFoundError("Every session may be your own.", "Name one, with --include-self.")
    : new NothingFoundError("There is no session except your own.");
}

async function chooseSessions(context: Context): Promise<readonly Session[]> {
  const prompts = await context.prompts();
  if (prompts === undefined) throw new UsageError("kill needs a session.", `Give ${targetForms}.`);
  const report = await read([], context);
  const { sessions } = report;
  const candidates = sessions.filter((session) => isOpenHere(session) && session.self === false);
  if (candidates.length === 0) throw nobodyElse(sessions);
  const { titles, labels } = pickerRows(candidates, viewOf(report, false), context.err.width);
  const choices = candidates.map((session, index) => ({ value: session, label: labels[index] ?? "" }));
  const chosen = await prompts.choose("End which sessions?", choices, titles);
  if (chosen === undefined || chosen.length === 0) throw new DeclinedError("Nothing was done: no session was chosen.");
  return chosen;
}
