/** What is told of a lock of everyone. */
import { firstFew } from "../../../domain/first-few.ts";
import { sessionId } from "../../../domain/session.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { plural } from "../../../text/words.ts";
import { describeSession } from "../../sessions/text/one-line.ts";
import { renderLockDocument, timeOf, type Frame } from "../text/json.ts";
import { endingLines, endRows, lines, row, untilText } from "../text/text.ts";
import type { EveryoneReport } from "./carry-out.ts";
import { everyonePath } from "./file.ts";
import { staysOpen } from "../plan.ts";
import type { EveryoneOptions, EveryonePlan } from "./plan.ts";

type Width = number | undefined;

export function describeExcept(except: readonly { name: string }[]): string {
  return `everyone but ${except.map(({ name }) => name).join(", ")}`;
}

export function renderEveryonePlan(
  { except, way, sessions, notes }: EveryonePlan,
  { kill, everything, message, ...end }: EveryoneOptions,
  width: Width,
): string {
  const open =
    sessions.length === 0
      ? "no session is open"
      : `${plural(sessions.length, "session")}: ${firstFew(sessions.map(describeSession))}`;
  return lines([
    `Lock ${describeExcept(except)}: DenyUsers * for all others, in ${everyonePath}`,
    ...row("way in", wayText(way), width),
    ...(kill
      ? row(
          "ends",
          `${open}; and whoever is logging in meanwhile${everything ? "; and what the sessions have left running" : ""}`,
          width,
        )
      : []),
    ...(kill || sessions.length === 0 ? [] : row("stays", staysOpen(sessions.length), width)),
    ...row("stays", untouched, width),
    ...(end.forSeconds === undefined
      ? row("until", "sshctl unlock --everyone, also after a reboot", width)
      : endRows(end, width)),
    ...(message === undefined ? [] : row("says", message, width)),
    ...notes.flatMap((text) => row("note", text, width)),
  ]);
}

const untouched = "cron, at, su and sudo still work: only SSH to this machine is locked";

function wayText({ name, uid }: EveryonePlan["way"]): string {
  return uid === 0 ? `${name} can still log in` : `${name} can still log in, and may use sudo`;
}

export function renderEveryoneReport(
  { record, problem, faults, ending }: EveryoneReport,
  { kill }: EveryoneOptions,
  { width, chalk }: TextStyle,
): string {
  if (record === undefined) return lines(row(`${chalk.red("NOT LOCKED")}  `, problem?.message ?? "", width));
  const isHeld = faults.length === 0;
  const held = isHeld ? "every SSH server refuses all others" : faults.join("; ");
  return lines([
    `${describeExcept(record.except)}: ${isHeld ? chalk.green("locked") : chalk.red("BROKEN")}, ${held}${untilText(record.end)} (${record.id})`,
    ...row("stays", untouched, width),
    ...endingLines(ending, kill, width),
    "Undo: sshctl unlock --everyone",
  ]);
}

/** @param done - undefined for a dry run. */
export function renderEveryoneJson(
  frame: Frame,
  { except, sessions }: EveryonePlan,
  options: EveryoneOptions,
  done: EveryoneReport | undefined,
): string {
  const record = done?.record;
  return renderLockDocument(frame, options, done, {
    accounts: [],
    everyone: {
      id: record?.id ?? null,
      except: except.map(({ name }) => name),
      message: options.message ?? null,
      locked: record !== undefined,
      until: timeOf(record?.end),
      faults: done?.faults ?? [],
      problem: done?.problem?.message ?? null,
      sessions: sessions.map(({ identity }) => sessionId(identity)),
    },
  });
}
