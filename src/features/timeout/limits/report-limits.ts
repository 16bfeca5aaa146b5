import type { Session } from "../../../domain/session.ts";
import { groupIds, type Account } from "../../../system/accounts.ts";
import { cshLimit } from "../shell/csh-limit.ts";
import type { TimeoutHost } from "../machine.ts";
import { settingInForce, type LimitedSession, type LimitReport } from "./limit-report.ts";
import { logindLimit } from "./logind-limit.ts";
import { shellKind } from "../shell/login-shell.ts";
import { sshdLimits } from "../sshd/limits.ts";
import { tmoutLimit } from "../shell/tmout-limit.ts";

/**
 * Which limits apply to a login of this user from now on.
 *
 * @param asks - the login shell is asked, which runs the user's startup files.
 */
export async function reportLimits(account: Account, asks: boolean, host: TimeoutHost): Promise<LimitReport> {
  const person = { uid: account.uid, gids: await groupIds(account, host) };
  const tmout = await tmoutLimit(account, person, asks, host);
  const sshd = await sshdLimits(account, host);
  const csh = shellKind(account.shell, host) === "csh" ? [cshLimit(account, host)] : [];
  return {
    user: account.name,
    shell: account.shell,
    limits: [tmout.limit, ...csh, ...sshd.limits, await logindLimit(host)],
    conflicts: tmout.conflicts,
    notes: [...tmout.notes, ...sshd.notes],
    silence: tmout.silence,
  };
}

/**
 * What is in force in sessions that are open. A shell tells nobody its TMOUT, so it is inferred: a shell that is younger than
 * the file that sets it has read that file.
 */
export function inferInForce(
  sessions: readonly Session[],
  { limits }: LimitReport,
  { files }: TimeoutHost,
): LimitedSession[] {
  const tmout = limits.find(({ means }) => means === "TMOUT");
  const setting = tmout && settingInForce(tmout);
  const facts = setting === undefined ? undefined : files.facts(setting.path);
  const changedAtMs = typeof facts === "object" ? facts.mtimeMs : undefined;
  return sessions.flatMap(promptsOf).map(({ pid, tty, startedAtMs }) => {
    const isYounger = startedAtMs !== undefined && changedAtMs !== undefined && startedAtMs > changedAtMs;
    return { pid, tty, startedAtMs, seconds: tty === undefined ? undefined : isYounger ? tmout?.seconds : "unknown" };
  });
}

/** Each terminal of a connection has a shell of its own. */
function promptsOf({ pid, ttys, channels, startedAtMs }: Session): Omit<LimitedSession, "seconds">[] {
  if (ttys.length === 0) return [{ pid, tty: undefined, startedAtMs }];
  return ttys.map((tty) => ({
    pid,
    tty,
    startedAtMs: channels.find((channel) => channel.tty === tty)?.startedAtMs ?? startedAtMs,
  }));
}
