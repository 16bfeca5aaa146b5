/** Reads what the numbers are about. Where not everything can be seen there are none but the one that says so. */
import type { Context } from "../../cli/context.ts";
import { version } from "../../cli/version.ts";
import type { Source } from "../../domain/report-request.ts";
import type { SessionReport } from "../../domain/session.ts";
import { needsRootCode, whyBlind } from "../../domain/warnings.ts";
import { ForeseenError, PermissionError } from "../../errors.ts";
import { machineOf, type Facts } from "../../host/host.ts";
import { isRunning, readPolicyState } from "../../system/policy/policy-state.ts";
import { notice } from "../sessions/notes.ts";
import {
  buildFamilies,
  collectionFamilies,
  failedCollection,
  frozenFamilies,
  keyFamilies,
  lockFamilies,
  policyFamilies,
  sessionFamilies,
  type Family,
} from "./families.ts";

export interface Question {
  /** Keys alone, instead of sessions and locks: they take longer, and have a timer of their own. */
  ofKeys: boolean;
  byUser: boolean;
  /** Whether it is this machine: no other one tells its locks. */
  isHere: boolean;
  source: Source;
}

export interface Collected {
  families: readonly Family[];
  /** Why not everything could be read. */
  failure: ForeseenError | undefined;
}

export async function collect(question: Question, context: Context): Promise<Collected> {
  try {
    const families = question.ofKeys ? await collectKeys(context) : await collectSessions(question, context);
    return { families, failure: undefined };
  } catch (error) {
    if (!(error instanceof ForeseenError)) throw error;
    return { families: failedCollection(question.ofKeys ? "keys_collection" : "collection"), failure: error };
  }
}

async function collectSessions({ byUser, isHere, source }: Question, context: Context): Promise<Family[]> {
  const { facts } = await context.host();
  const beganMs = facts.now();
  const report = await (await context.reports()).read({ ...source, logins: false });
  rejectLimitedSight(report);
  for (const { message } of report.warnings) notice(message, context.err);
  const kept = isHere ? [...frozenFamilies(report), ...(await countLocks(context)), ...countPolicy(facts)] : [];
  return [
    ...sessionFamilies(report, byUser),
    ...kept,
    ...collectionFamilies("collection", { beganMs, endedMs: facts.now() }),
    ...buildFamilies(version),
  ];
}

/** @throws PermissionError */
function rejectLimitedSight({ warnings }: SessionReport): void {
  const reason = whyBlind(warnings) ?? warnings.find(({ code }) => code === needsRootCode)?.message;
  if (reason !== undefined) throw new PermissionError(`Nothing was counted: ${reason}.`);
}

/** Not all locks can be proven from everywhere; the sessions are counted all the same. */
async function countLocks(context: Context): Promise<Family[]> {
  const { findOpenLocks } = await import("../lock/open-locks.ts");
  try {
    return lockFamilies(await findOpenLocks(await machineOf(await context.host()), context));
  } catch (error) {
    if (!(error instanceof ForeseenError)) throw error;
    notice(`locks are not counted: ${error.message}`, context.err);
    return [];
  }
}

/** None where the service has never run. */
function countPolicy(facts: Pick<Facts, "files" | "now">): Family[] {
  const state = readPolicyState(facts);
  return state === undefined ? [] : policyFamilies(state, isRunning(state, facts));
}

async function collectKeys(context: Context): Promise<Family[]> {
  const { facts } = await context.host();
  const beganMs = facts.now();
  if (facts.uid !== 0) throw new PermissionError("Nothing was counted: only root may read the keys of all accounts.");
  const { countFindings } = await import("../keys/count-findings.ts");
  const counted = await countFindings(context);
  return [...keyFamilies(counted), ...collectionFamilies("keys_collection", { beganMs, endedMs: facts.now() })];
}
