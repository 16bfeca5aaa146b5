import type { HostOutcome } from "../../../../fleet/act/host-outcome.ts";
import type { Course } from "../../../../fleet/engine/run-jobs.ts";
import type { FleetHost } from "../../../../fleet/names/fleet-host.ts";
import type { ActRun } from "../act/deed.ts";
import type { Reach } from "../look.ts";
import type { Line } from "./act-on-host.ts";
import type { PlannedThing } from "./deed.ts";

/**
 * The part of a deed that can be done on hosts without sshctl. It is never all of it, so no such host counts as done.
 *
 * @returns what would be done, by the names of hosts; nothing of those where nothing can be.
 */
export type Substitute<Thing extends PlannedThing> = (
  hosts: readonly FleetHost[],
  means: SubstituteMeans<Thing>,
) => Promise<ReadonlyMap<string, SubstitutePlan>>;

export interface SubstituteMeans<Thing extends PlannedThing> {
  course: Course;
  reach: Reach;
  lineTo: (host: FleetHost) => Line;
  /** Of all hosts that have sshctl. */
  things: readonly Thing[];
}

export interface SubstitutePlan {
  things: readonly PlannedThing[];
  /** Does what is to be done of them. */
  act: (run: ActRun, reason: string | undefined) => Promise<HostOutcome>;
}
