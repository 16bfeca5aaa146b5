/** What a command hands to the frame in act-on-hosts.ts. */
import type { Case } from "../../../../fleet/act/case.ts";
import type { DeedItem, HostOutcome, HostResult } from "../../../../fleet/act/host-outcome.ts";
import type { DeedMode } from "../../../../fleet/act/steps.ts";
import { withDetail, type Failure } from "../../../../fleet/engine/failures.ts";
import { byName } from "../../../../fleet/names/fold-names.ts";
import type { Caller } from "../../../../system/caller.ts";
import type { TextStyle } from "../../../../text/grid.ts";

/** A host on which there is something to do. */
export interface DeedTarget {
  name: string;
  /** What it is about there: of kind "not-tried", and without a text unless there is something to say beforehand. */
  items: readonly DeedItem[];
}

export interface FleetDeed<T extends DeedTarget> {
  mode: DeedMode;
  /** What follows after "whether to", without the hosts: "end 14 sessions". */
  deed: string;
  /** The heading of the items: "SESSION". */
  title: string;
  targets: readonly T[];
  /** All others, with the reason. */
  settled: readonly HostResult[];
  /** What is said where there is nothing to do on any host: "No session matches: there is nothing to end." */
  nothing: string;
  /** What else has to be known before the question, as lines. */
  further?: (style: TextStyle) => string;
  /** What a host is called on which it is not done: "NOT LOCKED". */
  undone?: string;
  act: (target: T, run: ActRun) => Promise<HostOutcome>;
}

/** What an act on one host has to know of the whole. */
export interface ActRun {
  /** Of the act: the same in the records of all hosts. */
  id: string;
  caller: Caller;
  callerHost: string;
  /** Aborted where nobody wants to wait any longer, by a second Ctrl-C. */
  stop: AbortSignal;
}

export interface ActLayout {
  format: "table" | "json";
  /** Of the result, on standard output. */
  style: TextStyle;
  /** Of the plan, on standard error where the question is asked. */
  planStyle: TextStyle;
  /** That there is nothing to do is as good as having done it. */
  okIfNone: boolean;
  fanOut: number;
}

/** A host that has not answered when it was asked. Nothing was done there. */
export function lostHost(name: string, failure: Failure): HostResult {
  return { name, kind: "lost", text: withDetail(failure), code: failure.code, items: [] };
}

/** What is said where there is nothing to do: of a host that has not answered nobody knows. */
export function nothingText<T extends DeedTarget>({ nothing, settled }: FleetDeed<T>): string {
  const answered = settled.filter(({ kind }) => kind !== "lost").length;
  if (answered === settled.length) return `${nothing}\n`;
  return answered === 0 ? "" : "There is nothing to do on the hosts that answered.\n";
}

/** The act as it begins. */
export interface Begun {
  run: Omit<ActRun, "stop">;
  kept: Case;
  nowMs: number;
}

export function inOrder<T extends { name: string }>(hosts: readonly T[]): T[] {
  return hosts.toSorted((one, other) => byName(one.name, other.name));
}
