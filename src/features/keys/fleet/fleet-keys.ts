/** What the sshctl of many hosts has told of keys: one line for each line of a file, with its host. */
import { groupBy } from "../../../domain/group-by.ts";
import type { FleetFindingJson, KeyFindingJson, ListedKeyJson } from "../../../text/json-contract.ts";
import { timeOf, type FleetDocuments, type HostDocument } from "../../sessions/fleet/ask-sshctl.ts";
import { worstFirst } from "../inventory/findings.ts";

export interface FleetKey {
  host: string;
  key: ListedKeyJson;
  /** What is wrong with it, the worst first. */
  findings: readonly KeyFindingJson[];
  /** The moment there, in milliseconds since the epoch. */
  nowMs: number;
}

export interface FleetKeys {
  fleet: FleetDocuments<"keys">;
  /** In the order of the hosts. */
  keys: readonly FleetKey[];
  findings: readonly FleetFindingJson[];
}

/**
 * Each host tells of all its accounts, whoever is asked for: so one command, word for word, is all that sudo has to allow there.
 *
 * @param users - names or uids; everybody where there are none.
 */
export function keysOf(fleet: FleetDocuments<"keys">, users: readonly string[]): FleetKeys {
  const isAskedFor = ({ user, uid }: Pick<ListedKeyJson, "user" | "uid">) =>
    users.length === 0 || users.includes(user) || users.includes(String(uid));
  return {
    fleet,
    keys: fleet.answered.flatMap((host) => keysOn(host).filter(({ key }) => isAskedFor(key))),
    findings: fleet.answered.flatMap(({ name, document }) => {
      const uids = new Map(document.keys.map(({ user, uid }) => [user, uid]));
      return document.findings
        .filter(({ user }) => isAskedFor({ user, uid: uids.get(user) ?? Number.NaN }))
        .map((finding) => ({ ...finding, host: name }));
    }),
  };
}

function keysOn({ name, document }: HostDocument<"keys">): FleetKey[] {
  const findings = groupBy(document.findings, placeOf);
  return document.keys.map((key) => ({
    host: name,
    key,
    findings: worstFirst(findings.get(placeOf(key)) ?? []),
    nowMs: timeOf(document.takenAt) ?? 0,
  }));
}

function placeOf({ user, path, line }: Pick<KeyFindingJson, "user" | "path" | "line">): string {
  return [user, path, String(line)].join("\n");
}
