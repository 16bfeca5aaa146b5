/** What the administrator has written, understood: rules in their order, and how carefully they are applied. */
import type { GivenOptions } from "../../../cli/command.ts";

export const modes = ["observe", "act"] as const;
/** `observe` looks, and tells what would have been done. */
export type Mode = (typeof modes)[number];

export const actions = ["spare", "warn", "kill", "kill-everything"] as const;
/** `spare`: leave what is selected alone, whatever later rules say. */
export type Action = (typeof actions)[number];

export const surplus = ["oldest", "newest"] as const;

/** What has to be true of a selected session. */
export type Limit =
  /** Nobody has typed at its terminals, no command runs in the foreground, and nothing else in it moves. */
  | { kind: "idle"; seconds: number }
  /** No payload in either direction. */
  | { kind: "no-traffic"; seconds: number }
  /** Since the login. */
  | { kind: "older-than"; seconds: number }
  /** Of one user, among the selected ones. @property which - goes first. */
  | { kind: "max-sessions"; most: number; which: (typeof surplus)[number] };

export interface Rule {
  name: string;
  /** Where it stands. */
  file: string;
  line: number;
  /** The selection, as if it had been typed for `list`. */
  selection: GivenOptions;
  /** The same as it would be typed: "--user alice --not-kind tunnel"; empty where it selects everything. */
  selectionText: string;
  /** Undefined for a rule that spares. */
  limit: Limit | undefined;
  action: Action;
  /** How long before the end users are warned; undefined where they are not. */
  warnSeconds: number | undefined;
  /** Before KILL follows TERM. */
  graceSeconds: number;
  reason: string | undefined;
  /** Whether programs that should not be interrupted are no reason to wait. */
  evenCritical: boolean;
}

/** How many sessions may end in one pass: at most `most`, and at most the larger of 1 and `percent` of the open ones. */
export interface Fuse {
  most: number;
  percent: number;
}

export interface Policy {
  mode: Mode;
  intervalSeconds: number;
  fuse: Fuse;
  rules: readonly Rule[];
}

/** The number of sessions that may end in one pass. */
export function mostAtOnce({ most, percent }: Fuse, open: number): number {
  return Math.min(most, Math.max(1, Math.floor((open * percent) / 100)));
}

/** Whether a rule ends sessions. */
export function isEnding({ action }: Pick<Rule, "action">): boolean {
  return action === "kill" || action === "kill-everything";
}
