/**
 * A case: one decision about many hosts, and how far it is carried out. It outlives the command, so that a later one tries only what is
 * left: docs/schemas/case-1.json.
 */
import { isSettled, type HostResult } from "./host-outcome.ts";

export interface Case {
  /** Of the run that began it. */
  id: string;
  /** "kill-all" */
  command: string;
  /** What it is about, whichever the hosts: a later run must not be about something else. */
  decision: string;
  startedAtMs: number;
  /** Who decided, and where: names of an account and of a machine. */
  caller: string;
  callerHost: string;
  reason: string | undefined;
  /** By name. */
  hosts: readonly CaseHost[];
  /** Each command that has worked on it. */
  runs: readonly CaseRun[];
}

export interface CaseHost extends HostResult {
  /** When that was known. */
  atMs: number;
  /** Of the run that brought it about. */
  run: string;
}

export interface CaseRun {
  id: string;
  /** Its command line. */
  command: string;
  startedAtMs: number;
  /** Undefined where it has not come to its end. */
  endedAtMs: number | undefined;
}

/** What is known by now takes the place of what was known before. */
export function withResults(
  kept: Case,
  results: readonly HostResult[],
  { run, atMs }: Pick<CaseHost, "run" | "atMs">,
): Case {
  const hosts = new Map(kept.hosts.map((host) => [host.name, host]));
  for (const result of results) hosts.set(result.name, { ...result, run, atMs });
  return { ...kept, hosts: [...hosts.values()] };
}

export function withRun(kept: Case, run: CaseRun): Case {
  return { ...kept, runs: [...kept.runs.filter(({ id }) => id !== run.id), run] };
}

/** Names of the hosts on which something is left to do, or of which that is not known. */
export function openHosts({ hosts }: Pick<Case, "hosts">): string[] {
  return hosts.filter((host) => !isSettled(host)).map(({ name }) => name);
}

/** Those of the named hosts that a later run has to try: all that are not proven, also those that the case does not know. */
export function hostsLeft<T extends { name: string }>(named: readonly T[], kept: Pick<Case, "hosts">): T[] {
  const settled = new Set(kept.hosts.filter(isSettled).map(({ name }) => name));
  return named.filter(({ name }) => !settled.has(name));
}
