import type { Context } from "../../cli/context.ts";
import { notice } from "../../cli/notice.ts";
import { formatEndpoint } from "../../domain/address.ts";
import { sessionId, type Session } from "../../domain/session.ts";
import type { ActRecord } from "../../system/acts/act-record.ts";
import { recordActs } from "../../system/acts/record-acts.ts";
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
  { identity, pid, logindSession, user, uid, peer, auth }: Session,
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
      session: sessionId(identity),
      pid: String(pid),
      logind_session: logindSession,
      user,
      uid: uid === undefined ? undefined : String(uid),
      peer: peer && formatEndpoint(peer),
      key: auth?.verified === true ? auth.key?.fingerprint : undefined,
      evidence: place,
      manifest_sha256: manifestSha256,
    },
  };
}
