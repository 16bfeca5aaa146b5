import type { ChannelJson, SessionJson } from "../../../src/text/json-contract.ts";
import { documentOf } from "../machine/document.ts";
import type { Machine, RunOptions } from "../machine/machine.ts";

export interface KillJson {
  id: string | null;
  dryRun: boolean;
  sessions: {
    session: SessionJson;
    channel: ChannelJson | null;
    permitted: boolean;
    victims: number[];
    dangers: { pid: number; name: string }[];
    belongings: { pid: number; command: string; elevated: boolean }[];
    outcome: { kind: string; signal: string | null; seconds: number | null; why: string | null } | null;
    leftBehind: { pid: number; command: string }[] | null;
    connectionStays: boolean | null;
    records: { openForLogind: boolean | null; staleTtys: string[] } | null;
  }[];
  spared: { session: SessionJson; protection: string; proof: string }[];
  undecided: SessionJson[];
  appeared: SessionJson[];
  commands: string[][];
}

export interface Killed {
  exitCode: number;
  stderr: string;
  /** Undefined where nothing was printed. */
  json: KillJson;
}

/** `sshctl kill` or `kill-all`, with what it says in JSON. */
export async function killJson(machine: Machine, args: readonly string[], options?: RunOptions): Promise<Killed> {
  const { stdout, stderr, exitCode } = await machine.sshctl([...args, "-o", "json"], options);
  if (stdout === "") throw new Error(`nothing came on stdout, exit code ${String(exitCode)}: ${stderr}`);
  return { exitCode, stderr, json: documentOf({ stdout, stderr, exitCode }) as KillJson };
}
