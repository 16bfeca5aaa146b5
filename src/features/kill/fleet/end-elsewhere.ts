/**
 * The door for commands that end sessions on other hosts as a part of what they do. It looks and plans; what it gives back for a host ends
 * just that.
 */
import type { Context } from "../../../cli/context.ts";
import type { DeedItem, HostOutcome } from "../../../fleet/act/host-outcome.ts";
import { scriptOf } from "../../../fleet/collect/look-at-hosts.ts";
import type { Engine } from "../../../fleet/engine/engine.ts";
import type { FleetHost } from "../../../fleet/names/fleet-host.ts";
import { machineOf } from "../../../host/host.ts";
import type { AnswerReader } from "../../../report/thread/answer-reader.ts";
import type { Protection } from "../../../system/protected/read-protected.ts";
import type { ActRun } from "../../sessions/fleet/act/deed.ts";
import { lookFirst, type Reach } from "../../sessions/fleet/look.ts";
import { usualOptions } from "../options.ts";
import { endOnHost, type RemoteMeans } from "./end-on-host.ts";
import { isPlan, planOnHost, type PlanningRules } from "./plan-on-host.ts";

export interface ElsewhereOrders {
  hosts: readonly FleetHost[];
  /** Which sessions of a host are meant; by whom they were opened is known. */
  choose: PlanningRules["choose"];
  protection: Pick<Protection, "ofSessionElsewhere">;
  reach: Reach;
  engine: Engine;
  reader: AnswerReader;
}

export interface EndingElsewhere {
  name: string;
  /** What would end, and what is left alone. */
  items: readonly DeedItem[];
  /** Ends it, and proves it; undefined where there is nothing to end, or it cannot be. */
  end: ((run: ActRun, reason: string | undefined) => Promise<HostOutcome>) | undefined;
  /** Why nothing can be said of its sessions. */
  problem: string | undefined;
}

export async function planEndings(
  { hosts, choose, protection, reach, engine, reader }: ElsewhereOrders,
  context: Context,
): Promise<EndingElsewhere[]> {
  const detail = { logins: true, depth: "all", processes: true, protection: true } as const;
  const looks = new Map(
    (await lookFirst(hosts, reach, detail, reader, context)).hosts.map((look) => [look.name, look]),
  );
  const { clock } = await machineOf(await context.host());
  const means = {
    engine,
    reader,
    clock,
    scripts: { act: scriptOf("act.sh"), collect: scriptOf("collect.sh") },
    elevation: reach.elevation,
    settings: reach,
    orders: usualOptions,
    command: "kill-all",
    evenProtected: [],
    choose: (report) => choose(report).sessions,
  } satisfies Omit<RemoteMeans, "reason">;
  const rules = { choose, includeSelf: false, protection, lifted: [] };
  const planned = hosts.flatMap(async (host) => {
    const look = looks.get(host.name);
    if (look === undefined) return [];
    const plan = await planOnHost(host, look, rules);
    if (!isPlan(plan)) return [{ ...plan, end: undefined, problem: plan.kind === "nothing" ? undefined : plan.text }];
    const end = async (run: ActRun, reason: string | undefined) => endOnHost(plan, run, { ...means, reason });
    return [{ name: plan.name, items: plan.items, end, problem: undefined }];
  });
  return (await Promise.all(planned)).flat();
}
