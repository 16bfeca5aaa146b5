/** docs/schemas/freeze-1.json, thaw-1.json */
import type { FreezeDocument, ThawDocument } from "../../../text/json-contract.ts";
import { renderJson } from "../../../text/json.ts";
import { isoTime } from "../../../text/time.ts";
import type { Thawed } from "../../../system/frozen/freezer.ts";
import type { FreezeRecord } from "../../../system/frozen/record.ts";
import type { TakenEvidence } from "../../evidence/take-evidence.ts";
import { viewOf } from "../../sessions/text/columns.ts";
import { processToJson } from "../../sessions/text/details-text.ts";
import { sessionToJson } from "../../sessions/text/sessions-json.ts";
import type { FreezeReport } from "../carry-out.ts";
import type { FreezeWishes } from "../options.ts";
import type { FreezePlan } from "../plan.ts";
import { describeFreeze } from "./text.ts";

/** @param done - undefined for a dry run. */
export function renderFreezeJson(
  { report, session, means, described, locks, dangers, notFrozen }: FreezePlan,
  { forSeconds, ending }: FreezeWishes,
  done: (FreezeReport & { evidence: TakenEvidence | undefined; problems: readonly string[] }) | undefined,
): string {
  return renderJson<FreezeDocument>({
    schema: "sshctl.freeze/1",
    host: report.host,
    takenAt: isoTime(report.takenAtMs),
    id: done?.record.id ?? null,
    dryRun: done === undefined,
    session: sessionToJson(session, viewOf(report, false)),
    means: means.kind,
    cgroup: means.kind === "scope" ? means.folder : null,
    forSeconds,
    ending: done?.record.ending ?? ending ?? null,
    until: done?.isFrozen === true ? isoTime(done.record.untilMs) : null,
    processes: described.map((process) => processToJson(process, false)),
    locks: locks.map(({ pid, path, of }) => ({ pid, path, of: of ?? null })),
    dangers,
    notFrozen,
    outcome: done === undefined ? null : done.isFrozen ? "frozen" : "failed",
    text: done === undefined ? null : describeFreeze(done),
    stillForMs: done?.stillForMs ?? null,
    evidence: done?.evidence ?? null,
    problems: done?.problems ?? [],
  });
}

/** @param done - undefined for a dry run. */
export function renderThawJson(
  { host, takenAtMs }: { host: string; takenAtMs: number },
  { id, session, pid, user, by, reason, atMs, untilMs, ending, means }: FreezeRecord,
  done: { id: string; outcome: Thawed; problems: readonly string[] } | undefined,
): string {
  return renderJson<ThawDocument>({
    schema: "sshctl.thaw/1",
    host,
    takenAt: isoTime(takenAtMs),
    id: done?.id ?? null,
    dryRun: done === undefined,
    freeze: {
      id,
      session,
      pid,
      user,
      by,
      reason: reason ?? null,
      since: isoTime(atMs),
      until: isoTime(untilMs),
      ending,
      means: means.kind,
    },
    outcome: done?.outcome ?? null,
    problems: done?.problems ?? [],
  });
}
