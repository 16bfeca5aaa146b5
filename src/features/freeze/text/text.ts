/** What people read of a freeze, before and after it. */
import { durationInWords } from "../../../domain/duration.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { quoteWord } from "../../../domain/command-line.ts";
import type { Thawed } from "../../../system/frozen/freezer.ts";
import { warningSeconds } from "../../../system/frozen/guard.ts";
import type { Ending, FreezeRecord, Means } from "../../../system/frozen/record.ts";
import { fullTime } from "../../../text/time.ts";
import { visible } from "../../../text/visible.ts";
import { textWidth } from "../../../text/width.ts";
import { plural } from "../../../text/words.ts";
import { hangingIndent, wrapWords } from "../../../text/wrap.ts";
import { describeSession } from "../../sessions/text/one-line.ts";
import type { FreezeReport } from "../carry-out.ts";
import type { FreezeWishes } from "../options.ts";
import type { FreezePlan } from "../plan.ts";

type Width = number | undefined;

const labelPlace = 14;

function row(label: string, text: string, width: Width): string[] {
  return hangingIndent(`  ${label}`.padEnd(labelPlace), labelPlace, visible(text), width, textWidth);
}

function paragraph(text: string, width: Width): string[] {
  return wrapWords(visible(text), width, textWidth);
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

export function renderFreezePlan(plan: FreezePlan, { forSeconds, ending }: FreezeWishes, width: Width): string {
  const { session, means, described, locks, dangers, already } = plan;
  const { user } = session;
  return lines([
    ...paragraph(`Freeze ${describeSession(session)}, for ${durationInWords(forSeconds)}`, width),
    ...(already === undefined ? [] : row("already", `frozen by ${already.by} since ${fullTime(already.atMs)}`, width)),
    ...row("stops", processesText(described), width),
    ...row("by", meansText(means), width),
    ...row("then", endingText(ending, forSeconds), width),
    ...(user === undefined || user === "root"
      ? []
      : row("first", `"sshctl lock ${quoteWord(user)} --no-kill" keeps ${user} from opening more sessions`, width)),
    ...notFrozenLines(plan, width),
    ...locks.flatMap(({ pid, path, of }) =>
      row("lock", `${path}, held by PID ${String(pid)}${of === undefined ? "" : `: ${of}`}`, width),
    ),
    ...row(
      "note",
      "its locks, ports and pipes stay held, and others wait for them; a client with ServerAliveInterval may leave, which ends it",
      width,
    ),
    ...dangers.flatMap((danger) => row("DANGER", danger, width)),
  ]);
}

function processesText(described: FreezePlan["described"]): string {
  const named = described.map(({ name, pid }) => `${name} (${String(pid)})`);
  return `${plural(described.length, "process")}: ${firstFew(named, 10)}`;
}

function meansText(means: Means): string {
  if (means.kind === "scope")
    return `the freezer of ${means.folder.split("/").at(-1) ?? ""}; its processes notice nothing`;
  return "SIGSTOP to each process, as it has no scope of its own: weaker, since what escapes or is started meanwhile may run";
}

function endingText(ending: Ending | undefined, forSeconds: number): string {
  const warning = forSeconds > warningSeconds ? ", with a message one minute before" : "";
  const what = { thaw: "thaws it", kill: "kills everything in it" };
  return `a timer of systemd ${ending === undefined ? "thaws it, or kills everything in it, as --then says" : what[ending]}${warning}`;
}

function notFrozenLines({ notFrozen }: FreezePlan, width: Width): string[] {
  return notFrozen.flatMap((text) => row("NOT FROZEN", text, width));
}

/** "frozen by the freezer of session-c2.scope, until ...": also for the record. */
export function describeFreeze({ record: { means, untilMs, ending }, isFrozen, problem }: FreezeReport): string {
  if (!isFrozen) return `NOT FROZEN: ${problem ?? ""}`;
  const how = means.kind === "scope" ? `by the freezer of ${means.folder.split("/").at(-1) ?? ""}` : "by SIGSTOP";
  return `frozen ${how}, until ${fullTime(untilMs)}, then ${ending === "thaw" ? "thawed" : "killed"}`;
}

export function renderFrozen(plan: FreezePlan, done: FreezeReport, width: Width): string {
  const { session } = plan;
  const { record, isFrozen, stillForMs } = done;
  const pid = String(session.pid);
  const proof =
    stillForMs === undefined ? [] : row("proof", `no processor time used in ${String(stillForMs)} ms`, width);
  return lines([
    ...paragraph(`${describeSession(session)}: ${describeFreeze(done)} (${record.id})`, width),
    ...(isFrozen
      ? [
          ...proof,
          ...notFrozenLines(plan, width),
          ...row("next", `sshctl show ${pid}; sshctl kill ${pid} --everything; sshctl thaw ${pid}`, width),
        ]
      : []),
  ]);
}

export const thawedText: Readonly<Record<Thawed, string>> = {
  thawed: "thawed",
  running: "was not frozen any more",
  gone: "had already ended",
  failed: "NOT THAWED: the kernel still says that it is frozen",
};

/** @param outcome - undefined for a dry run. */
export function renderThawed(record: FreezeRecord, outcome: Thawed | undefined, width: Width): string {
  const { pid, user, by, atMs } = record;
  const frozen = `frozen by ${by} since ${fullTime(atMs)}`;
  return lines(
    paragraph(
      outcome === undefined
        ? `Thaw PID ${String(pid)}, ${user}: ${frozen}`
        : `PID ${String(pid)}, ${user}: ${thawedText[outcome]} (${frozen})`,
      width,
    ),
  );
}
