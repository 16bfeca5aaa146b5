/** What users read on their terminals. */
import { exactDuration } from "../../../domain/duration.ts";
import type { Session } from "../../../domain/session.ts";
import { sentence } from "../../../text/sentence.ts";
import { visible } from "../../../text/visible.ts";
import { tellUsers } from "../../kill/end-sessions.ts";
import type { Step } from "../engine/advance.ts";
import type { Rule } from "../rules/rule.ts";
import { describeMeeting } from "../text/rule-text.ts";
import type { PolicyMachine } from "./machine.ts";

/** @returns the text, for the record, and whether anybody could read it. */
export function tellUser({ kind, session, rule }: Step, machine: PolicyMachine): { text: string; isTold: boolean } {
  const text = visible(textFor(kind, rule, machine.hostName()));
  return { text, isTold: tellUsers([session], text, machine.terminals).length === 0 };
}

/** Takes a warning back. */
export function relieveUser(session: Session, rule: string, machine: PolicyMachine): void {
  const text = `${machine.hostName()}: your SSH session will not be ended after all (rule ${rule}).`;
  tellUsers([session], visible(text), machine.terminals);
}

function textFor(kind: Step["kind"], rule: Rule, host: string): string {
  const reason = rule.reason === undefined ? "" : ` ${sentence(rule.reason)}`;
  const met = describeMeeting(rule);
  if (kind === "tell") return `${host}: your SSH session ${met} (rule ${rule.name} of this machine).${reason}`;
  const soon = exactDuration(rule.warnSeconds ?? 0);
  const remedy = rule.limit?.kind === "idle" || rule.limit?.kind === "no-traffic" ? " Press a key to keep it." : "";
  return `${host}: your SSH session ${met}, and will be ended in ${soon} by rule ${rule.name} of this machine.${reason}${remedy}`;
}
