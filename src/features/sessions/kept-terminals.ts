/** Terminals that no session has, such as the windows of a multiplexer: what is known of them is said, and no session is meant. */
import type { SessionReport, Warning } from "../../domain/session.ts";
import { findTarget, type Target } from "../../domain/target.ts";
import type { TerminalKeeper } from "../../domain/terminal-keeper.ts";
import type { Tty } from "../../domain/tty.ts";
import { NothingFoundError } from "../../errors.ts";
import { describeKeeper } from "./text/keeper-text.ts";

/** Asks for what keeps a terminal. */
type KeeperOf = (tty: Tty) => Promise<TerminalKeeper | undefined>;

/** What becomes of the session from which somebody is attached. */
const meanings = {
  show: "shows that session",
  kill: "ends the attachment, not the server",
  freeze: "stops what is in that session, not the server",
} as const;

/**
 * A window of a multiplexer belongs to its server, which outlives the sessions that use it: none of them is meant by its name.
 *
 * @throws NothingFoundError which says what keeps a terminal that is no session's.
 */
export async function rejectKept(
  targets: readonly Target[],
  report: SessionReport,
  command: keyof typeof meanings,
  keeperOf: KeeperOf,
): Promise<void> {
  for (const target of targets) {
    const keeper = target.kind === "tty" && isNobodys(target, report) ? await keeperOf(target.tty) : undefined;
    if (keeper === undefined) continue;
    const outer = keeper.attached?.find(({ session }) => session !== undefined)?.tty;
    throw new NothingFoundError(
      `${describeKeeper(keeper)}.`,
      outer === undefined ? undefined : `"sshctl ${command} ${outer}" ${meanings[command]}.`,
    );
  }
}

/** The same for terminals by which sessions are chosen. */
export async function warnOfKept(ttys: readonly Tty[], report: SessionReport, keeperOf: KeeperOf): Promise<Warning[]> {
  const nobodys = ttys.filter((tty) => isNobodys({ kind: "tty", tty }, report));
  return Promise.all(
    nobodys.map(async (tty) => {
      const keeper = await keeperOf(tty);
      return keeper === undefined
        ? { code: "unknown-name", message: `no session has the terminal ${tty}` }
        : { code: "kept-terminal", message: describeKeeper(keeper) };
    }),
  );
}

function isNobodys(target: Target, { sessions, processes }: SessionReport): boolean {
  return findTarget(target, sessions, processes).length === 0;
}
