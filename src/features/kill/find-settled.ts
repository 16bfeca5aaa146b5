import type { Clock } from "../../host/processes/clock.ts";
import type { Found, KillRequest } from "./request.ts";

/**
 * What opens or closes is left to it for a moment: nearly always it is a session the next time, which ends better than a login in
 * the middle of PAM, or is gone. Only what hangs is still the same.
 */
export async function findSettled({ find }: Pick<KillRequest, "find">, clock: Clock): Promise<Found> {
  const untilMs = clock.now() + settleMs;
  for (;;) {
    const found = await find();
    const isPassing = found.chosen.sessions.some(({ phase }) => phase === "opening" || phase === "closing");
    if (!isPassing || clock.now() >= untilMs) return found;
    await clock.pause(pauseMs);
  }
}

const settleMs = 1000;
const pauseMs = 200;
