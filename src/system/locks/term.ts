/** How long a lock holds, or an account is open: late is fine, early never. Pure, but for the clock that is read. */
import { orUndefined } from "../../host/files/files.ts";
import type { Machine } from "../../host/host.ts";
import { readBootId } from "../procfs/boot-id.ts";

/** When a lock, or an opening, is over. */
export interface Term {
  /** Milliseconds since the epoch. */
  untilMs: number;
  forSeconds: number;
  /** Of the boot in which it began. */
  bootId: string;
  /** Seconds of that boot when it began, with those of sleep: proc_uptime(5). */
  uptimeSeconds: number;
}

/** What tells the time. */
export interface ClockFacts {
  nowMs: number;
  bootId: string;
  uptimeSeconds: number;
  /** Whether the clock is known to be right. */
  isSynchronised: boolean;
}

/** @param clock - of the moment in which it begins. */
export function termOf(forSeconds: number, { nowMs, bootId, uptimeSeconds }: ClockFacts): Term {
  // A timer of systemd knows whole seconds.
  const untilMs = Math.ceil(nowMs / 1000) * 1000 + forSeconds * 1000;
  return { untilMs, forSeconds, bootId, uptimeSeconds };
}

/** @param untilMs - a moment that the clock of now tells. */
export function termUntil(untilMs: number, { nowMs, bootId, uptimeSeconds }: ClockFacts): Term {
  return { untilMs, forSeconds: Math.max(1, Math.ceil((untilMs - nowMs) / 1000)), bootId, uptimeSeconds };
}

/**
 * In the boot in which it began, seconds are counted, whatever somebody sets the clock to. After that only the clock tells, and only
 * where it is right.
 */
export function isOver({ untilMs, forSeconds, bootId, uptimeSeconds }: Term, clock: ClockFacts): boolean {
  if (bootId === clock.bootId) return clock.uptimeSeconds >= uptimeSeconds + forSeconds;
  return clock.isSynchronised && clock.nowMs >= untilMs;
}

export async function readClock({
  now,
  files,
  programs,
}: Pick<Machine, "now" | "files" | "programs">): Promise<ClockFacts> {
  const [uptime = ""] = (orUndefined(files.read("/proc/uptime")) ?? "").split(" ");
  const output = await programs.run("timedatectl", ["show", "--property=NTPSynchronized", "--value"], limitMs);
  return {
    nowMs: now(),
    bootId: readBootId(files) ?? "",
    uptimeSeconds: Number(uptime),
    isSynchronised: output?.exitCode === 0 && output.stdout.trim() === "yes",
  };
}

const limitMs = 5000;
