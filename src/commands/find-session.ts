import { findTarget, formatTarget, parseTarget, targetForms, type Target } from "../domain/target.ts";
import type { Session, SessionReport } from "../domain/session.ts";
import { NothingFoundError, UsageError } from "../errors.ts";
import { selectingOption } from "./selecting-option.ts";
import { describeSession } from "../render/one-line.ts";

/** @throws UsageError when the word does not name a session. */
export function parseSessionName(word: string): Target {
  const target = parseTarget(word);
  if (target === undefined)
    throw new UsageError(`"${word}" does not name a session.`, `Allowed: ${targetForms}.${selectionHint(word)}`);
  return target;
}

/** Names that mean several sessions are options of other commands. */
function selectionHint(word: string): string {
  const option = selectingOption(word);
  return option === undefined ? "" : ` For all that fit: "sshctl list ${option}", "sshctl kill-all ${option}".`;
}

/**
 * A name must mean exactly one session.
 *
 * @throws UsageError when it means several, NothingFoundError when it means none.
 */
export function onlySession(target: Target, { sessions, processes }: SessionReport): Session {
  const [session, ...others] = findTarget(target, sessions, processes);
  const name = formatTarget(target);
  if (session !== undefined && others.length === 0) return session;
  if (session !== undefined) {
    const meant = [session, ...others].map(describeSession).join("; ");
    throw new UsageError(`${name} means ${String(others.length + 1)} sessions: ${meant}.`, "Name one by its PID.");
  }
  if (target.kind !== "pid")
    throw new NothingFoundError(`No SSH session is called ${name}.`, `"sshctl list" shows them.`);
  const process = processes.get(target.pid);
  if (process === undefined)
    throw new NothingFoundError(`There is no process ${name}.`, `"sshctl list" shows the sessions.`);
  throw new NothingFoundError(`${name} is ${process.comm}, not part of an SSH session.`);
}
