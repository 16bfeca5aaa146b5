import type { Session } from "../../../domain/session.ts";
import type { Terminals, Told } from "../../../host/terminal/terminals.ts";

/** Why a session's user got nothing. */
export type WhyUntold = "no-terminal" | Exclude<Told, "told">;

/** A session whose user was not told. */
export interface Untold {
  session: Session;
  why: WhyUntold;
}

/**
 * Writes to every terminal of the sessions, and waits for none.
 *
 * @param text - safe to print, lines divided by \r\n.
 * @returns those of whose terminals none took it.
 */
export function tellUsers(sessions: readonly Session[], text: string, terminals: Terminals): Untold[] {
  return sessions.flatMap((session): Untold[] => {
    const { ttys, uid, container } = session;
    if (uid === undefined || ttys.length === 0 || container) return [{ session, why: "no-terminal" }];
    const answers = ttys.map((tty) => terminals.tell(tty, uid, `\r\n\x07${text}\r\n`));
    const failed = answers.find((answer) => answer !== "told");
    return answers.includes("told") || failed === undefined ? [] : [{ session, why: failed }];
  });
}
