import { FatalError } from "../../errors.ts";
import type { Machine } from "../../host/host.ts";
import { readCollector } from "../../host/recorded/collector-file.ts";
import type { AnswerReader } from "../../report/thread/answer-reader.ts";
import { readCaller } from "../../system/caller.ts";
import { readLocalAddresses } from "../../system/procfs/local-addresses.ts";
import { readTcpTable } from "../../system/procfs/tcp-table.ts";
import { sshEngine } from "../engine/ssh.ts";
import { collectFleet, hasAnswered, type FleetQuestion, type HostLook } from "./collect-fleet.ts";
import { newNonce } from "./nonce.ts";
import { bothEnds, ownEndsOf, withOwnSessions, type OwnEnds } from "./own-sessions.ts";

export type LookMachine = Pick<Machine, "files" | "now" | "callerPrograms">;

/**
 * Looks at hosts over SSH, from this machine.
 *
 * @throws FatalError
 */
export async function lookAtHosts(
  question: Omit<FleetQuestion, "script">,
  machine: LookMachine,
  reader: AnswerReader,
  onProgress: (done: number) => void,
): Promise<HostLook[]> {
  const script = readCollector();
  if (script === undefined)
    throw new FatalError("The collector is missing from this copy of sshctl.", "Install sshctl again.");
  const ports = { engine: sshEngine(machine), reader, newNonce };
  let own = readOwnEnds(machine);
  let readMs = machine.now();
  // The connections of this look are own ones, too: a jump host has one for each host behind it.
  const readMore = () => {
    own = bothEnds(own, readOwnEnds(machine));
    readMs = machine.now();
  };
  const looks = await collectFleet({ ...question, script }, ports, (done) => {
    if (machine.now() - readMs > betweenReadsMs) readMore();
    onProgress(done);
  });
  readMore();
  return looks.map(({ name, outcome }) => ({
    name,
    outcome: hasAnswered(outcome) ? { ...outcome, report: withOwnSessions(outcome.report, own) } : outcome,
  }));
}

const betweenReadsMs = 500;

function readOwnEnds({ files }: Pick<Machine, "files">): OwnEnds {
  const { uid, login } = readCaller(files);
  const uids = new Set([uid, ...(login === undefined ? [] : [login.uid])]);
  return ownEndsOf(readTcpTable(files, "/proc/net").rows, readLocalAddresses(files), uids);
}
