/** What the sshctl of many hosts has told of connections, in one order. Pure. */
import { allOf } from "../../../domain/selection.ts";
import type { ProcessIdentity } from "../../../domain/process.ts";
import type { AuthJson, PastConnectionJson } from "../../../text/json-contract.ts";
import type { Auth } from "../../../domain/auth.ts";
import { timeOf, type FleetDocuments, type HostDocument } from "../../sessions/fleet/ask-sshctl.ts";
import type { Row, RowQuestion } from "../choose.ts";
import type { Connection, Killer } from "../join/connection.ts";

export interface FleetRow extends Row {
  host: string;
}

export interface FleetHistory {
  fleet: FleetDocuments<"history">;
  /** In the order of the logins; those from before all that is known first. */
  rows: readonly FleetRow[];
  /** By the name of a host: how many were left out because a fact that was asked for is not known. */
  undecided: ReadonlyMap<string, number>;
}

/** Each host tells of everybody, whoever is asked for: the choice is made here. */
export function historyOf(fleet: FleetDocuments<"history">, questions: readonly RowQuestion[]): FleetHistory {
  const told = fleet.answered.map((host) => chooseOn(host, questions, fleet.takenAtMs));
  return {
    fleet,
    rows: told.flatMap(({ rows }) => rows).toSorted((a, b) => loginOf(a) - loginOf(b)),
    undecided: new Map(told.map(({ name, undecided }) => [name, undecided])),
  };
}

/** Not minus infinity, of which two have no difference. */
function loginOf({ connection: { loginMs } }: FleetRow): number {
  return loginMs ?? Number.MIN_SAFE_INTEGER;
}

function chooseOn(
  { name, document }: HostDocument<"history">,
  questions: readonly RowQuestion[],
  takenAtMs: number,
): { name: string; rows: FleetRow[]; undecided: number } {
  const rows: FleetRow[] = [];
  let { undecided } = document;
  for (const past of document.connections) {
    const connection = connectionOf(past);
    const answer = allOf(questions.map((question) => question(connection, takenAtMs)));
    if (answer === true) rows.push({ host: name, connection, presence: past.on });
    if (answer === undefined) undecided += 1;
  }
  return { name, rows, undecided };
}

/** docs/schemas/history-1.json */
function connectionOf(past: PastConnectionJson): Connection {
  return {
    pid: past.pid ?? undefined,
    boot: past.boot ?? undefined,
    identity: identityOf(past.id),
    server: past.server ?? undefined,
    user: past.user ?? undefined,
    uid: past.uid ?? undefined,
    peer: past.peer ?? undefined,
    local: past.local ?? undefined,
    auth: past.auth === null ? undefined : authOf(past.auth),
    ttys: past.ttys ?? undefined,
    logindSession: past.logindSession ?? undefined,
    loginMs: timeOf(past.loginAt),
    endMs: timeOf(past.endedAt),
    endedByMs: timeOf(past.endedBefore),
    durationMs: durationOf(past.seconds),
    ending: past.ended,
    isEndingVerified: past.endedVerified,
    signal: past.signal ?? undefined,
    killedBy: past.killedBy === null ? undefined : killerOf(past.killedBy),
    sources: past.sources,
  };
}

/** @returns milliseconds; undefined for numbers that are no duration. */
function durationOf(seconds: number | null): number | undefined {
  const durationMs = (seconds ?? Number.NaN) * 1000;
  return Number.isSafeInteger(Math.round(durationMs)) ? durationMs : undefined;
}

/** @returns undefined for numbers that no kernel gives. */
function identityOf(id: string | null): ProcessIdentity | undefined {
  const [pid, startTicks] = (id ?? "").split(":").map(Number);
  const isOne = Number.isSafeInteger(pid) && Number.isSafeInteger(startTicks);
  return isOne && pid !== undefined && startTicks !== undefined ? { pid, startTicks } : undefined;
}

function authOf({ method, keyType, fingerprint, comment, certificate, source, verified }: AuthJson): Auth {
  const key =
    fingerprint === null
      ? undefined
      : {
          type: keyType ?? "",
          fingerprint,
          comment: comment ?? undefined,
          certificate: certificate ?? undefined,
        };
  return { method, key, source, verified };
}

function killerOf({ caller, signal, reason, act }: NonNullable<PastConnectionJson["killedBy"]>): Killer {
  return { caller, signal: signal ?? undefined, reason: reason ?? undefined, act: act ?? undefined };
}
