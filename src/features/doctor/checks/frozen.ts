import { firstFew } from "../../../domain/first-few.ts";
import type { SessionReport } from "../../../domain/session.ts";
import { limited, ok, type Check } from "./check.ts";

/** Sessions that stand still, and whether somebody will let them go on; nothing where none does. */
export function examineFrozen({ sessions }: Pick<SessionReport, "sessions">): Check[] {
  const frozen = sessions.filter((session) => session.frozen !== undefined);
  if (frozen.length === 0) return [];
  const named = (all: typeof frozen) => firstFew(all.map(({ pid, user }) => `PID ${String(pid)} (${user ?? "?"})`));
  const left = frozen.filter((session) => session.frozen?.fault !== undefined);
  return left.length === 0
    ? [ok("frozen", `until their timers end it: ${named(frozen)}`)]
    : [
        limited(
          "frozen",
          `nobody will thaw ${named(left)}`,
          'see "sshctl show PID", and use "sshctl thaw PID" or "sshctl kill PID"',
        ),
      ];
}
