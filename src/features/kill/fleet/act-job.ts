/** What is sent to a host to end sessions there: a plan for collector/act.sh, and the collector, whose recording is the proof. */
import { sessionId } from "../../../domain/session.ts";
import type { ProcessIdentity } from "../../../domain/process.ts";
import { scriptJob, type Elevation } from "../../../fleet/collect/command.ts";
import type { Job } from "../../../fleet/engine/engine.ts";
import type { FleetHost } from "../../../fleet/names/fleet-host.ts";
import { fieldsOfAct, type ActRecord } from "../../../system/acts/act-record.ts";
import { renderFields } from "../../../system/acts/quoted-fields.ts";
import type { Orders } from "../deliver/deliver.ts";
import type { Termination } from "../plan/plan-terminations.ts";

export interface RemotePlan {
  /** Of the kernel that the plan was made for. */
  boot: string;
  terminations: readonly Termination[];
  orders: Orders;
  /** What is written to the log there, beside what became of a session. */
  recordOf: (termination: Termination) => ActRecord;
}

export interface ActScripts {
  act: string;
  collect: string;
}

/** @param nonce - of the act, and of the recording after it. */
export function actJob(
  host: FleetHost,
  elevation: Elevation,
  nonce: string,
  plan: RemotePlan,
  { act, collect }: ActScripts,
): Job {
  return scriptJob(host, elevation, [
    { name: "act.sh", text: act, options: `--nonce ${nonce}`, input: renderPlan(plan, nonce) },
    { name: "collect.sh", text: collect, options: `--nonce ${nonce}` },
  ]);
}

/** The form is told at the top of collector/act.sh. */
export function renderPlan({ boot, terminations, orders, recordOf }: RemotePlan, nonce: string): string {
  const { signal, graceMs, escalate } = orders;
  return [
    `plan 1 ${nonce}`,
    `boot ${boot}`,
    `signal ${signal}`,
    `grace ${String(Math.ceil(graceMs / 10))}${escalate ? "" : " only"}`,
    ...terminations.flatMap((termination) => [
      ["session", sessionId(termination.session.identity), ...processesOf(termination)].join(" "),
      `record ${recordFields(recordOf(termination))}`,
    ]),
    `end ${nonce}`,
    "",
  ].join("\n");
}

function processesOf({ monitor, targets }: Termination): string[] {
  const name = ({ pid, startTicks }: ProcessIdentity) => `${String(pid)}:${String(startTicks)}`;
  return [monitor === undefined ? "-" : name(monitor), ...targets.map(name)];
}

/** The script adds the result and the outcome. */
function recordFields(record: ActRecord): string {
  return renderFields(fieldsOfAct(record).filter(([name]) => name !== "result" && name !== "outcome"));
}

/** How long the script may take at most: two signals to the child, two to the monitor, each with its grace. */
export function longestActMs({ graceMs, escalate }: Orders): number {
  return (escalate ? 4 : 1) * graceMs + 5000;
}
