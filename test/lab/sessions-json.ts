import { expect } from "vitest";
import type { SessionJson } from "../../src/text/json-contract.ts";
import { documentOf } from "./machine/document.ts";
import type { Machine, RunOptions } from "./machine/machine.ts";
import type { SshClient } from "./machine/ssh-client.ts";

export interface SessionsJson {
  host: string;
  sessions: SessionJson[];
  authenticating: number;
  opening: number;
  closing: number;
  hidden: number;
  listeners: { pid: number; server: string; addresses: { address: string; port: number }[]; sockets: string[] }[];
  warnings: { code: string; message: string }[];
}

/** What `sshctl list -o json` says in the machine. */
export async function listJson(
  machine: Machine,
  args: readonly string[] = [],
  options?: RunOptions,
): Promise<SessionsJson> {
  const { stdout, stderr, exitCode } = await machine.sshctl(["list", "-o", "json", ...args], options);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return documentOf({ stdout, stderr, exitCode }) as SessionsJson;
}

/** Those on the network: from systemd 256 on a machine has a socket of its own for SSH in the file system, too. */
export function networkListeners({ listeners }: SessionsJson): SessionsJson["listeners"] {
  return listeners.filter(({ sockets }) => sockets.length === 0);
}

/** What stays as it is between two looks: a clock moves on, and a shell that begins runs one program after another. */
export function withoutClock<Row extends SessionJson>(session: Row): Row {
  const still = { idleSeconds: null, quietSeconds: null, commandStartedAt: null };
  return {
    ...session,
    ...still,
    channels: session.channels.map((channel) => ({ ...channel, ...still })),
    innerTerminals: session.innerTerminals?.map((terminal) => ({ ...terminal, ...still })) ?? null,
  };
}

/** The one row of a client's connection, found by the port that the client itself uses. */
export function rowOf({ sessions }: SessionsJson, { local }: Pick<SshClient, "local">): SessionJson {
  const rows = sessions.filter(({ peer }) => peer?.port === local.port);
  expect(rows, `rows with the peer port ${String(local.port)}`).toHaveLength(1);
  const [row] = rows;
  if (row === undefined) throw new Error("unreachable");
  return row;
}
