import { isOpenHere, type Session, type SessionReport } from "../../domain/session.ts";
import { quoteWord } from "../../domain/command-line.ts";
import { targetForms, type Target } from "../../domain/target.ts";
import { DeclinedError, NothingFoundError, UsageError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";
import { describeInner } from "../sessions/text/inner-terminal.ts";
import { describeSession } from "../sessions/text/one-line.ts";
import { visible } from "../../text/visible.ts";
import { localSource } from "../../domain/report-request.ts";
import type { Command, GivenOptions, OptionTable } from "../../cli/command.ts";
import { endSessions } from "./end-sessions.ts";
import { exampleOption, placeOf, rejectDeeds } from "../sessions/example-option.ts";
import { onlySession, parseSessionName } from "../sessions/find-session.ts";
import { killOptions, parseKillLayout, parseKillOptions, signalHabit } from "./options.ts";
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
  examples: [
    ["sshctl kill 903", "the session with this session child, monitor or login shell"],
    ["sshctl kill pts/2 10.0.2.52:43474", "the session on this terminal, and the one from this address"],
    ["sshctl kill", "choose from a list"],
    ["sshctl kill -9 session:c2 --everything", "end it at once, with everything that it started"],
    ["sshctl kill pts/2 --dry-run", "show what would be done"],
  ],
  words: { name: "SESSION...", offer: "sessions", describe: targetForms, most: 1000 },
  options: { ...killOptions, ...refusedOptions, ...exampleOption },
  habit: signalHabit,
  run: async (given, here) => {
    rejectSelection(given);
    rejectDeeds(given);
    const targets = given.words.map((word) => parseSessionName(word, "kill"));
    const options = parseKillOptions(given);
    const context = await placeOf(given, here);
    const picked = targets.length > 0 ? undefined : await chooseSessions(context);
    let meant = picked;
    return endSessions(
      {
        command: "kill",
        options,
        find: async () => {
          const report = await read(context);
          const sessions = meant === undefined ? sessionsOf(targets, report) : stillThere(meant, report);
          // Whoever looks again means the same sessions: one of them may have ended, and its terminal be another's.
          meant = sessions;
          for (const session of sessions) rejectProtected(session, options.includeSelf);
          return { report, chosen: { sessions, undecided: [] } };
        },
        mustConfirm: ({ report }) =>
          picked !== undefined ||
          targets.some((target) => unexpectedMatch(target, report) !== undefined) ||
          options.everything,
        reasons: ({ report }) => targets.flatMap((target) => unexpectedMatch(target, report) ?? []),
        alsoNewcomers: false,
        layout: parseKillLayout(given),
        look: parseStyle(given, context),
        planStyle: parseStyle(given, { ...context, out: context.err }),
      },
      context,
    );
  },
};

/** @throws UsageError */
function rejectSelection(given: GivenOptions): void {
  for (const name of Object.keys(refusedOptions))
    for (const value of given.flag(name) ? [""] : given.texts(name).map((text) => ` ${quoteWord(text)}`))
      throw new UsageError(
        `kill ends exactly the sessions that you name, and has no --${name}.`,
        `For all sessions that match: "sshctl kill-all --${name}${value}".`,
      );
}

async function read(context: Context): Promise<SessionReport> {
  return (await context.reports()).read({ ...localSource, logins: true });
}

/** All names are understood before any session is touched; two may mean the same session. */
function sessionsOf(targets: readonly Target[], report: SessionReport): Session[] {
  return [...new Set(targets.map((target) => onlySession(target, report)))];
}

/** Whoever names a session wants exactly that one: better to stop than to leave it out. */
function rejectProtected({ self, selfProof = "", pid, container }: Session, includeSelf: boolean): void {
  if (container)
    throw new DeclinedError(
      `Nothing was done: PID ${String(pid)} belongs to a container.`,
      "End it from inside that container.",
    );
  if (self === false || includeSelf) return;
  const whose = self === true ? "is your own session" : "may be your own session";
  throw new DeclinedError(
    `Nothing was done: PID ${String(pid)} ${whose}: ${selfProof}.`,
    "--include-self ends it anyway.",
  );
}

/**
 * Somebody who names something inside of a session, and not what stands for it, is asked in case it was a slip.
 *
 * @returns what it is; undefined where it stands for the session.
 */
function unexpectedMatch(target: Target, report: SessionReport): string | undefined {
  const session = onlySession(target, report);
  const whole = `the session of ${describeSession(session)}, and all of that session ends`;
  if (target.kind === "tty" && !session.ttys.includes(target.tty))
    return `${describeInner(target.tty, session, report.processes)}, in ${whole}`;
  if (target.kind !== "pid" || target.pid === session.pid || target.pid === session.identity.pid) return undefined;
  const process = report.processes.get(target.pid);
  return process?.ppid === session.pid
    ? undefined
    : `PID ${String(target.pid)} is ${process?.comm ?? "a process"}, inside ${whole}`;
}

async function chooseSessions(context: Context): Promise<readonly Session[]> {
  const prompts = await context.prompts();
  if (prompts === undefined) throw new UsageError("kill needs a session.", `Give ${targetForms}.`);
  const { sessions } = await read(context);
  const candidates = sessions.filter((session) => isOpenHere(session) && session.self === false);
  if (candidates.length === 0) throw new NothingFoundError("There is no session except your own.");
  const chosen = await prompts.choose(
    "End which sessions?",
    candidates.map((session) => ({ value: session, label: visible(labelOf(session)) })),
  );
  if (chosen === undefined || chosen.length === 0) throw new DeclinedError("Nothing was done: no session was chosen.");
  return chosen;
}

function labelOf(session: Session): string {
  const { kind = "session", command } = session;
  return `${describeSession(session)}, ${kind}${command === undefined ? "" : `: ${command}`}`;
}
