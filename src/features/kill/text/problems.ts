/** Problems and notes as people and `problems` and `notes` in docs/schemas/kill-1.json tell them: sentences without a full stop. */
import { unrecorded } from "../../../system/acts/unrecorded.ts";
import { nameOf, type Daemon } from "../../../system/sshd/daemons.ts";
import { serviceCommand } from "../../../system/sshd/steer.ts";
import { describeSession } from "../../sessions/text/one-line.ts";
import { describeCompanions } from "./companions.ts";
import type { KillProblem, ListenerNote } from "../plan/problem.ts";

export function describeProblem(problem: KillProblem): string {
  switch (problem.kind) {
    case "failed":
      return problem.message;
    case "interrupted":
      return "not finished: interrupted, and sessions may have opened since the last look";
    case "still-coming":
      return `not finished: sessions were still being opened after ${String(problem.rounds)} rounds`;
    case "not-recorded":
      return unrecorded(problem.log);
    case "more-ended":
      return problem.lost === "connection"
        ? `the connection of ${describeSession(problem.session)} ended in the meantime, with everything on it`
        : `also ended in the meantime: ${describeCompanions({ channels: problem.lost, forwards: [] })}`;
    case "listener-survived":
      return `${listenerName(problem.pid)} did not end`;
    case "restart-cancelled":
      return `${serviceName(problem.daemon)} was not restarted: it was cancelled`;
    case "restart-failed":
      return `${serviceName(problem.daemon)} was not restarted: ${problem.complaint}`;
    case "silent-after-restart":
      return `${serviceName(problem.daemon)} does not answer on ${problem.ends.join(", ")}: perhaps nobody can log in`;
  }
}

export function describeNote(note: ListenerNote): string {
  switch (note.kind) {
    case "no-listener":
      return "no listener was found to end";
    case "ends":
      return `${listenerName(note.pid)} ends too: ${consequenceOf(note)}`;
    case "ended":
      return `${listenerName(note.pid)} has ended: ${consequenceOf(note)}`;
    case "will-restart":
      return `after that: ${note.command.join(" ")}, which does not affect sessions`;
    case "restarted":
      return `${serviceName(note.daemon)} was restarted, and answers on every port`;
  }
}

function listenerName(pid: number): string {
  return `the listener (PID ${String(pid)})`;
}

function consequenceOf({ daemon, others }: { daemon: Daemon; others: readonly Daemon[] }): string {
  const start = serviceCommand("start", daemon)?.join(" ") ?? "by hand, since no service manager knows it";
  if (others.length === 0) return `nobody can log in until it is started again: ${start}`;
  return `nobody can log in through it until it is started again: ${start}; logins by ${others.map(nameOf).join(" and ")} go on`;
}

/** What is restarted. */
export function serviceName({ pid, service, socket }: Daemon): string {
  return (pid === undefined ? socket?.unit : service?.name) ?? "the listener";
}
