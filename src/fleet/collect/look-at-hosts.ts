import { FatalError } from "../../errors.ts";
import type { Machine } from "../../host/host.ts";
import { readShippedScript, type ShippedScript } from "../../host/recorded/shipped-scripts.ts";
import type { AnswerReader } from "../../report/thread/answer-reader.ts";
import { readCaller } from "../../system/caller.ts";
import { readLocalAddresses } from "../../system/procfs/local-addresses.ts";
import { readPidSpace } from "../../system/procfs/pid-space.ts";
import { readTcpTable } from "../../system/procfs/tcp-table.ts";
import { sshEngine } from "../engine/ssh.ts";
import { collectFleet, hasAnswered, type FleetQuestion, type HostLook } from "./collect-fleet.ts";
import { newNonce } from "./nonce.ts";
import { bothEnds, ownEndsOf, withLocalSessions, withOwnSessions, type OwnEnds, type OwnMark } from "./own-sessions.ts";

export type LookMachine = Pick<Machine, "files" | "now" | "callerPrograms">;

/**
 * Looks at hosts over SSH, from this machine.
 *
 * @param readLocalMarks - which sessions on this machine are the caller's own; asked only where it is one of the hosts.
 * @throws FatalError
 */
export async function lookAtHosts(
  question: Omit<FleetQuestion, "script">,
  machine: LookMachine,
  reader: AnswerReader,
  readLocalMarks: () => Promise<ReadonlyMap<string, OwnMark>>,
  onProgress: (done: number) => void,
): Promise<HostLook[]> {
  const script = scriptOf("collect.sh");
  const ports = { engine: sshEngine(machine), reader, newNonce };
  const ownEnds = collectOwnEnds(machine);
  const looks = await collectFleet({ ...question, script }, ports, (done) => {
    ownEnds.readNowAndThen();
    onProgress(done);
  });
  const own = ownEnds.readLast();
  const here = readPidSpace(machine.files);
  const isHere = ({ outcome }: HostLook) => here !== undefined && hasAnswered(outcome) && outcome.pidSpace === here;
  const localMarks = looks.some(isHere) ? await readLocalMarks() : new Map<string, OwnMark>();
  return looks.map((look) => {
    const { name, outcome } = look;
    if (!hasAnswered(outcome)) return look;
    const report = withOwnSessions(outcome.report, own);
    return { name, outcome: { ...outcome, report: isHere(look) ? withLocalSessions(report, localMarks) : report } };
  });
}

/** @throws FatalError */
export function scriptOf(name: ShippedScript): string {
  const text = readShippedScript(name);
  if (text === undefined) throw new FatalError(`${name} is missing from this copy of sshctl.`, "Install sshctl again.");
  return text;
}

/** The connections of a look are own ones, too: a jump host has one for each host behind it. So they are read while they are open. */
function collectOwnEnds(machine: Pick<Machine, "files" | "now">) {
  let own: OwnEnds = { ends: new Set(), addresses: new Set() };
  let nextMs = 0;
  const read = () => {
    const startedMs = machine.now();
    own = bothEnds(own, readOwnEnds(machine));
    nextMs = machine.now() + Math.max(leastPauseMs, pauses * (machine.now() - startedMs));
  };
  read();
  return {
    readNowAndThen: () => {
      if (machine.now() >= nextMs) read();
    },
    readLast: () => {
      read();
      return own;
    },
  };
}

const leastPauseMs = 500;

/** The kernel searches its whole table for each reading, which may be large: a hundredth of the time is enough for that. */
const pauses = 100;

function readOwnEnds({ files }: Pick<Machine, "files">): OwnEnds {
  const { uid, login } = readCaller(files);
  const uids = new Set([uid, ...(login === undefined ? [] : [login.uid])]);
  return ownEndsOf(readTcpTable(files, "/proc/net").rows, readLocalAddresses(files), uids);
}
