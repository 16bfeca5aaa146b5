/** What sshctl writes down about itself. */
import type { FeedProgram } from "../host/programs/feed.ts";
import { visible } from "../text/visible.ts";
import type { Caller } from "./caller.ts";

/**
 * Writes an entry with fields of its own to the journal, a plain one to syslog where there is none; logger(1) takes both.
 *
 * @param fields - by the names that they have in the journal.
 * @returns whether it was taken.
 */
export async function writeEntry(
  text: string,
  fields: Readonly<Record<string, string | undefined>>,
  feed: FeedProgram,
): Promise<boolean> {
  const message = visible(text);
  const entry = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${visible(value)}`,
  );
  const input = [`MESSAGE=${message}`, ...standardFields, ...entry, ""].join("\n");
  if ((await feed("logger", ["--journald"], input, limitMs)) === 0) return true;
  return (await feed("logger", ["-t", "sshctl", "-p", "authpriv.notice", "--", message], "", limitMs)) === 0;
}

const limitMs = 5000;

/** Severity "notice", facility "authpriv": syslog(3). */
const standardFields = ["PRIORITY=5", "SYSLOG_FACILITY=10", "SYSLOG_IDENTIFIER=sshctl"];

/** Who did it, for the journal. */
export function callerFields({ name, uid, login }: Caller): Record<string, string | undefined> {
  return {
    SSHCTL_CALLER: name,
    SSHCTL_CALLER_UID: String(uid),
    SSHCTL_CALLER_LOGIN: login?.name,
    SSHCTL_CALLER_LOGIN_UID: login === undefined ? undefined : String(login.uid),
  };
}
