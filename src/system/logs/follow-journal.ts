import type { Hands } from "../../host/host.ts";
import { parseAuthMessage } from "../../domain/auth-message.ts";
import type { JournalNotice } from "../../domain/short-logins.ts";
import { parseTrustedLine, trustedQuery } from "./journal.ts";

/** journalctl goes on over rotations and restarts of journald; it ends where the files are taken away from it. */
const pauseMs = 1000;

/** It ends at once where the journal cannot be read at all: from then on it is asked less and less often. */
const longestPauseMs = 60_000;

/**
 * Follows the journal until it is stopped. A journalctl that ends is started again behind its last line.
 *
 * @param sinceMs - from this moment on; milliseconds since the epoch.
 * @param onProblem - nothing is told for the moment.
 * @returns a function that stops it.
 */
export function followJournal(
  { lines, clock }: Pick<Hands, "lines" | "clock">,
  sinceMs: number,
  onNotice: (notice: JournalNotice) => void,
  onProblem: () => void,
): () => void {
  const stopping = new AbortController();
  let stopProgram: () => void = () => undefined;
  let cursor: string | undefined;
  let waitMs = pauseMs;
  const start = () => {
    const from = cursor === undefined ? `--since=@${String(Math.floor(sinceMs / 1000))}` : `--after-cursor=${cursor}`;
    const take = (line: string) => {
      cursor = /"__CURSOR" ?: ?"([^"]+)"/.exec(line)?.[1] ?? cursor;
      waitMs = pauseMs;
      const notice = parseNotice(line);
      if (notice !== undefined) onNotice(notice);
    };
    stopProgram = lines.follow(
      "journalctl",
      ["--follow", "--no-tail", from, ...quietly, ...trustedQuery],
      take,
      (exists) => {
        onProblem();
        if (exists) void startAgain();
      },
    );
  };
  const startAgain = async () => {
    await clock.pause(waitMs, stopping.signal);
    waitMs = Math.min(waitMs * 2, longestPauseMs);
    if (!stopping.signal.aborted) start();
  };
  start();
  return () => {
    stopping.abort();
    stopProgram();
  };
}

const quietly = ["--quiet", "--no-pager"];

/** Most lines of root's are about something else: what cannot be one of ours is not even parsed. */
const telling = /Accepted |auth succeeded|session closed|Exit \(/;

/**
 * "pam_unix(sshd:session): session closed for user alice", by the monitor: pam_unix_sess.c; dropbear says "Exit (alice) from
 * <127.0.0.1:38532>: …": svr-session.c.
 */
const logout = /^(?:pam_unix\(sshd:session\): session closed for user |Exit \(.*\) from <)/;

/** @returns undefined for lines that tell of no login and no logout, and for all that somebody else may have written. */
export function parseNotice(line: string): JournalNotice | undefined {
  const entry = telling.test(line) ? parseTrustedLine(line) : undefined;
  if (entry === undefined) return undefined;
  const { text, pid, timeMs, server, monotonic } = entry;
  if (logout.test(text)) return { kind: "logout", pid, timeMs };
  const message = parseAuthMessage(text);
  if (message?.outcome !== "accepted") return undefined;
  const record = { message, pid, timeMs, source: "journal", verified: true };
  return { kind: "login", login: { record, server, ticks: Math.floor(monotonic / 10_000) } };
}
