import { durationForm, parseDuration } from "../../domain/duration.ts";
import type { EventKind, SessionEvent } from "../../domain/session-event.ts";
import type { Warning } from "../../domain/session.ts";
import { UsageError } from "../../errors.ts";
import { createHooks, hookWarningCode, type Hooks } from "./events/hooks.ts";
import type { WatchMachine } from "./machine.ts";
import type { GivenOptions } from "../../cli/command.ts";
import { single } from "../../cli/values.ts";
import { parseEventKinds, positive } from "./options.ts";

/**
 * What --exec asks for; nothing where it was not given.
 *
 * @throws UsageError when the program must not be run.
 */
export function parseHooks(given: GivenOptions, { hooks }: WatchMachine, warn: (warning: Warning) => void): Hooks {
  const path = single(given, "exec", { read: (text) => text, allowed: "the path of a program" });
  const jobs = single(given, "exec-jobs", positive) ?? 4;
  const limitSeconds = single(given, "exec-limit", limit) ?? 10;
  if (path === undefined) return noHooks(given);
  const fault = hooks.findFault(path);
  if (fault !== undefined)
    throw new UsageError(
      `--exec ${path}: ${fault}.`,
      "Allowed: an executable file; for root, an absolute path that only root can change, as well as every folder above it.",
    );
  const plan = { path, jobs, limitMs: limitSeconds * 1000, fullCommand: given.flag("full-command") };
  return onlyOf(parseEventKinds(given), createHooks(plan, hooks, warn));
}

function noHooks(given: GivenOptions): Hooks {
  for (const option of ["exec-jobs", "exec-limit"]) {
    if (given.texts(option).length > 0)
      throw new UsageError(`--${option} works only with --exec.`, "Add --exec PROGRAM, or leave it out.");
  }
  return { offer: () => undefined, idle: async () => Promise.resolve() };
}

function onlyOf(kinds: ReadonlySet<EventKind>, { offer, idle }: Hooks): Hooks {
  const isMeant = (event: SessionEvent) =>
    kinds.has(event.kind) && !(event.kind === "warning" && event.warning.code === hookWarningCode);
  return {
    idle,
    offer: (event, host) => {
      if (isMeant(event)) offer(event, host);
    },
  };
}

const limit = {
  allowed: `${durationForm}; at least 1`,
  read: (text: string) => parseDuration(text) || undefined,
};
