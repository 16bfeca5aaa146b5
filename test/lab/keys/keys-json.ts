import { expect } from "vitest";
import { documentOf } from "../machine/document.ts";
import type { Machine, RunOptions } from "../machine/machine.ts";

export interface KeysJson {
  keys: {
    user: string;
    path: string;
    line: number;
    type: string;
    bits: number | null;
    fingerprint: string;
    comment: string | null;
    state: string;
    problem: string | null;
    certAuthority: boolean;
    servers: string[];
    logins: { verified: number; unverified: number; last: { at: string; address: string; verified: boolean } | null };
    sessions: { pid: number; peer: { port: number }; verified: boolean }[];
    findings: string[];
  }[];
  findings: { id: string; user: string; path: string; line: number | null; reason: string }[];
  warnings: { code: string }[];
}

/** What `sshctl keys -o json` says in the machine. */
export async function keysJson(
  machine: Machine,
  args: readonly string[] = [],
  options?: RunOptions,
): Promise<KeysJson> {
  const { stdout, stderr, exitCode } = await machine.sshctl(["keys", ...args, "-o", "json"], options);
  expect([exitCode, stderr.includes("defect")]).toEqual([0, false]);
  return documentOf({ stdout, stderr, exitCode }) as KeysJson;
}

/** Makes a key pair in /root/keys. @returns the line of its public key. */
export async function makeKey(machine: Machine, name: string, ...options: string[]): Promise<string> {
  const file = `/root/keys/${name}`;
  await machine.must(
    `mkdir -p /root/keys && ssh-keygen -q -N '' -C 'of ${name}' -f ${file} ${options.join(" ") || "-t ed25519"}`,
  );
  return (await machine.must(`cat ${file}.pub`)).trim();
}

/** The fingerprint that ssh-keygen prints of a key of `makeKey`. */
export async function fingerprintOf(machine: Machine, name: string): Promise<string> {
  return (await machine.must(`ssh-keygen -lf /root/keys/${name}.pub`)).split(" ")[1] ?? "";
}

const clientOptions =
  "-o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR";

/** A command line that logs in with exactly this key. */
export function sshWith(name: string, user: string, command: string): string {
  return `ssh ${clientOptions} -i /root/keys/${name} ${user}@127.0.0.1 '${command}'`;
}

/** Whether sshd lets somebody in. */
export async function canLogIn(machine: Machine, name: string, user: string): Promise<boolean> {
  return (await machine.sh(`${sshWith(name, user, "true")} </dev/null`)).exitCode === 0;
}
