import type { Context } from "../../cli/context.ts";
import { notice } from "../../cli/notice.ts";
import type { Session } from "../../domain/session.ts";
import type { ActRecord } from "../../system/acts/act-record.ts";
import { recordActs } from "../../system/acts/record-acts.ts";
import { sessionFacts } from "../../system/acts/session-facts.ts";
import { unrecorded } from "../../system/acts/unrecorded.ts";
import { readCaller, type Caller } from "../../system/caller.ts";
import type { Occasion, Subject } from "./evidence.ts";
import type { EvidenceMachine, TakenEvidence } from "./take-evidence.ts";

/** One record for each session, with the hash of the manifest: whoever changes the evidence later cannot change it there. */
export async function recordEvidence(
  taken: Pick<TakenEvidence, "place" | "manifestSha256">,
  subjects: readonly Subject[],
  occasion: Occasion,
  machine: Pick<EvidenceMachine, "files" | "feed">,
  { err }: Context,
): Promise<void> {
  const caller = readCaller(machine.files);
  const records = subjects.map(({ session }) => recordOf(session, taken, occasion, caller));
  for (const log of await recordActs(records, machine)) notice(unrecorded(log), err);
}

function recordOf(
  session: Session,
  { place, manifestSha256 }: Pick<TakenEvidence, "place" | "manifestSha256">,
  { id, reason }: Occasion,
  caller: Caller,
): ActRecord {
  return {
    id,
    act: "evidence",
    isDone: true,
    caller,
    reason,
    facts: {
      ...sessionFacts(session),
      evidence: place,
      manifest_sha256: manifestSha256,
    },
  };
}
