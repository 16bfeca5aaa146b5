/** Lets a frozen session go on: what the record names, and only if it is still the same. */
import { foreseenTrouble } from "../../changes/foreseen-trouble.ts";
import type { Context } from "../../cli/context.ts";
import { exitCodes, NothingFoundError, PermissionError, type ExitCode } from "../../errors.ts";
import { FileTrouble } from "../../host/files/file-trouble.ts";
import { machineOf, type Machine } from "../../host/host.ts";
import { actId } from "../../system/acts/act-id.ts";
import { recordActs } from "../../system/acts/record-acts.ts";
import { unrecorded } from "../../system/acts/unrecorded.ts";
import { readCaller } from "../../system/caller.ts";
import { endFreeze } from "../../system/frozen/end-freeze.ts";
import type { Thawed } from "../../system/frozen/freezer.ts";
import { readFreezes, type FreezeRecord } from "../../system/frozen/record.ts";
import { firstFew } from "../../domain/first-few.ts";
import { notice } from "../sessions/notes.ts";
import { renderThawJson } from "./text/json.ts";
import { renderThawed, thawedText } from "./text/text.ts";

export interface ThawRequest {
  /** Which of the records is meant. */
  isMeant: (record: FreezeRecord) => boolean;
  /** What was typed, or is shown. */
  name: string;
  reason: string | undefined;
  dryRun: boolean;
  format: "text" | "json";
}

/** @throws ForeseenError: nothing was done then. */
export async function thawSession(request: ThawRequest, context: Context): Promise<ExitCode> {
  const { reason, dryRun, format } = request;
  const machine = await machineOf(await context.host());
  if (machine.uid !== 0) throw new PermissionError("Nothing was done: only root can thaw sessions.", "Use sudo.");
  const record = findRecord(request, machine);
  const id = actId(machine.now(), machine.frozen.token());
  const frame = { host: machine.hostName(), takenAtMs: machine.now() };
  if (dryRun) {
    context.out.write(
      format === "json" ? renderThawJson(frame, record, undefined) : renderThawed(record, undefined, context.out.width),
    );
    return exitCodes.done;
  }
  const outcome = await context.interruptible(async () => orForeseen(async () => endFreeze(record, machine)));
  const problems = await writeDown(id, record, outcome, reason, machine);
  for (const problem of problems) notice(problem, context.err);
  context.out.write(
    format === "json"
      ? renderThawJson(frame, record, { id, outcome, problems })
      : renderThawed(record, outcome, context.out.width),
  );
  return outcome === "failed" || problems.length > 0 ? exitCodes.partial : exitCodes.done;
}

function findRecord({ isMeant, name }: ThawRequest, { frozen, files }: Machine): FreezeRecord {
  const records = attempt(() => readFreezes(frozen, files));
  const found = records.findLast(isMeant);
  if (found !== undefined) return found;
  const pids = records.map(({ pid, user }) => `${String(pid)} (${user})`);
  throw new NothingFoundError(
    `sshctl has not frozen ${name}. Nothing was done.`,
    pids.length === 0 ? "No session is frozen by sshctl." : `It has frozen ${firstFew(pids)}.`,
  );
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof FileTrouble ? foreseenTrouble(error, "Nothing was done.") : error;
  }
}

async function orForeseen<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof FileTrouble ? foreseenTrouble(error, "It is thawed, and its record is left.") : error;
  }
}

async function writeDown(
  id: string,
  record: FreezeRecord,
  outcome: Thawed,
  reason: string | undefined,
  machine: Machine,
): Promise<string[]> {
  const { session, pid, user } = record;
  const untold = await recordActs(
    [
      {
        id,
        act: "thaw",
        isDone: outcome !== "failed",
        caller: readCaller(machine.files),
        reason,
        facts: {
          session,
          pid: String(pid),
          user,
          outcome: thawedText[outcome],
          command: `sshctl thaw ${String(pid)}`,
          change: record.id,
        },
      },
    ],
    machine,
  );
  return untold.map(unrecorded);
}
