/** What the guard of a freeze says when sshctl is long gone. */
import type { Session } from "../../../domain/session.ts";
import { renderAct, type ActRecord } from "../../../system/acts/act-record.ts";
import { sessionFacts } from "../../../system/acts/session-facts.ts";
import { warningSeconds } from "../../../system/frozen/guard.ts";
import type { GuardTexts } from "../../../system/frozen/guard-script.ts";
import type { FreezeRecord } from "../../../system/frozen/record.ts";
import { durationInWords } from "../../../domain/duration.ts";
import { visible } from "../../../text/visible.ts";
import { describeSession } from "../../sessions/text/one-line.ts";

export function guardTexts(record: FreezeRecord, session: Session): GuardTexts {
  const { id, ending, pid, reason } = record;
  const isThaw = ending === "thaw";
  const act = (isDone: boolean, outcome: string): ActRecord => ({
    id,
    act: isThaw ? "thaw" : "kill",
    isDone,
    caller: { uid: 0, name: "root", login: undefined },
    reason,
    facts: { ...sessionFacts(session), ...(isThaw ? {} : { signal: "KILL" }), outcome, change: id },
  });
  const what = isThaw ? "thawed" : "killed, with everything in it";
  const longer = `sshctl freeze ${String(pid)} --for 1h --then ${ending}`;
  return {
    done: renderAct(act(true, isThaw ? "thawed by its guard" : "ended by KILL by its guard")),
    failed: renderAct(act(false, `NOT ${isThaw ? "THAWED" : "ENDED"} by its guard`)),
    warning: visible(
      `sshctl: the frozen session of ${describeSession(session)} will be ${what}, in ${durationInWords(warningSeconds)}. To keep it frozen: ${longer}`,
    ),
  };
}
