/** Runs a program for each event: so many at once, so many waiting, and none of them for ever. */
import { plural } from "../../../text/words.ts";
import type { SessionEvent } from "../../../domain/session-event.ts";
import type { Warning } from "../../../domain/session.ts";
import type { HookEnd, HookPrograms } from "../../../host/programs/hook.ts";
import { renderEventJson } from "../text/event-json.ts";
import { hookVariables } from "../text/hook-variables.ts";

export interface HookPlan {
  path: string;
  /** Programs at once. */
  jobs: number;
  limitMs: number;
  fullCommand: boolean;
}

export interface Hooks {
  /** Never waits and never fails: what goes wrong becomes a warning. */
  offer: (event: SessionEvent, host: string) => void;
  /** Resolves when nothing runs and nothing waits any more. */
  idle: () => Promise<void>;
}

/** Against a program that is slower than what happens. */
const mostWaiting = 256;

export function createHooks(plan: HookPlan, programs: HookPrograms, warn: (warning: Warning) => void): Hooks {
  const waiting: (() => Promise<void>)[] = [];
  const idlers: (() => void)[] = [];
  let running = 0;
  let dropped = 0;
  const next = () => {
    if (waiting.length === 0 && dropped > 0) {
      warn(hookWarning(`${plural(dropped, "event")} not passed to ${plan.path}, which was too slow`));
      dropped = 0;
    }
    while (running < plan.jobs && waiting.length > 0) void start(waiting.shift());
    if (running === 0) for (const idler of idlers.splice(0)) idler();
  };
  const start = async (job: (() => Promise<void>) | undefined) => {
    running += 1;
    await job?.();
    running -= 1;
    next();
  };
  return {
    offer: (event, host) => {
      if (waiting.length >= mostWaiting) {
        if (dropped === 0) warn(hookWarning(`${plan.path} is too slow: events are not passed to it for now`));
        dropped += 1;
        return;
      }
      waiting.push(async () => {
        const problem = await runHook(plan, programs, event, host);
        if (problem !== undefined) warn(hookWarning(`${plan.path} ${problem} (event: ${event.kind})`));
      });
      next();
    },
    idle: async () =>
      new Promise((resolve) => {
        idlers.push(resolve);
        next();
      }),
  };
}

/** @returns what went wrong. */
async function runHook(
  { path, limitMs, fullCommand }: HookPlan,
  programs: HookPrograms,
  event: SessionEvent,
  host: string,
): Promise<string | undefined> {
  const fault = programs.findFault(path);
  if (fault !== undefined) return `was not run: ${fault}`;
  const input = renderEventJson(event, host, fullCommand);
  return problemOf(await programs.run(path, input, hookVariables(event, host, fullCommand), limitMs), limitMs);
}

function problemOf(end: HookEnd, limitMs: number): string | undefined {
  if (end === "late") return `was killed after ${String(limitMs / 1000)} s`;
  if ("problem" in end) return `could not be run: ${end.problem}`;
  if ("signal" in end) return `was killed by ${end.signal}`;
  return end.code === 0 ? undefined : `exited with code ${String(end.code)}`;
}

function hookWarning(message: string): Warning {
  return { code: hookWarningCode, message };
}

/** Warnings about a program are not handed to it: it would fail again. */
export const hookWarningCode = "hook-failed";
