/** `doctor --on`: what other hosts have of all that `--on` can use. */
import type { GivenOptions } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { exitCodes, UsageError, type ExitCode } from "../../errors.ts";
import { askHosts } from "../../fleet/collect/ask-hosts.ts";
import { newNonce } from "../../fleet/collect/nonce.ts";
import { probeJob, readProbe, type Probe } from "../../fleet/collect/probe.ts";
import type { Failure } from "../../fleet/engine/failures.ts";
import { sshEngine } from "../../fleet/engine/ssh.ts";
import type { Grid, TextStyle } from "../../text/grid.ts";
import type { FleetDoctorDocument } from "../../text/json-contract.ts";
import { renderJson } from "../../text/json.ts";
import { renderGrid } from "../../text/render-grid.ts";
import { isoTime } from "../../text/time.ts";
import { version as recordingForm } from "../../system/recorded/parse-recording.ts";
import { errorToJson } from "../sessions/fleet/fleet-json.ts";
import { failureLines } from "../sessions/fleet/fleet-notes.ts";
import { askAndShow, namedHosts, parseReach, type Ask } from "../sessions/fleet/look.ts";

/** A host, and what it has; or why that is not known. */
interface Examined {
  name: string;
  outcome: Probe | Failure;
}

export async function doctorOn(
  given: GivenOptions,
  format: "table" | "json",
  style: TextStyle,
  context: Context,
): Promise<ExitCode> {
  for (const option of ["sudo", "sudo-shell"])
    if (given.flag(option))
      throw new UsageError(`doctor --on asks by itself what --${option} would do.`, `Leave out --${option}.`);
  const reach = parseReach(given);
  const hosts = await namedHosts(given, context);
  const ask: Ask<Examined> = async (course, machine, onProgress) =>
    askHosts(
      {
        ...course,
        hosts,
        newNonce,
        jobFor: probeJob,
        read: async (answer, nonce) => Promise.resolve(readProbe(answer, nonce)),
      },
      sshEngine(machine),
      onProgress,
    );
  return askAndShow(hosts.length, reach, ask, context, async ({ takenAtMs, hosts: examined }) => {
    const failed = examined.flatMap(({ name, outcome }) => (isProbe(outcome) ? [] : { name, failure: outcome }));
    context.out.write(
      format === "json" ? renderExaminedJson(takenAtMs, examined) : await renderExamined(examined, style),
    );
    if (failed.length > 0) context.err.write(failureLines(failed));
    return exitCodeOf(examined, failed.length);
  });
}

function isProbe(outcome: Examined["outcome"]): outcome is Probe {
  return "missing" in outcome;
}

/** What is to be done about a host, in a few words; undefined where all is there. */
function remedyOf({ elevation, collector, missing, lacking }: Probe): string | undefined {
  const texts = [
    ...(missing.length > 0 ? [`install ${missing.join(", ")}`] : []),
    ...(collector !== undefined && String(collector) !== recordingForm
      ? ["for --sudo: install the collector of this version"]
      : []),
    ...(elevation === undefined && collector === undefined ? ["for --sudo: install the collector"] : []),
    ...(elevation === undefined && collector !== undefined ? ["for --sudo: a line for it in sudoers"] : []),
    ...(lacking.length > 0 ? [`without ${lacking.join(", ")} something is unknown`] : []),
  ];
  return texts.length === 0 ? undefined : texts.join("; ");
}

async function renderExamined(examined: readonly Examined[], style: TextStyle): Promise<string> {
  const rows = examined.flatMap(({ name, outcome }) =>
    isProbe(outcome)
      ? {
          cells: [
            name,
            outcome.user,
            outcome.elevation === "root" ? "yes" : (outcome.elevation ?? "no"),
            outcome.collector === undefined ? undefined : `form ${String(outcome.collector)}`,
            outcome.sshctl,
            remedyOf(outcome) ?? "",
          ],
        }
      : [],
  );
  const grid: Grid = {
    columns: [
      { title: "HOST" },
      { title: "USER", shrinks: 2 },
      { title: "ROOT" },
      { title: "COLLECTOR" },
      { title: "SSHCTL", shrinks: 3 },
      { title: "TO DO", shrinks: 1 },
    ],
    rows,
  };
  return rows.length === 0 ? "" : renderGrid(grid, { headers: true, truncate: true, isWhole: true }, style);
}

function exitCodeOf(examined: readonly Examined[], failed: number): ExitCode {
  if (failed === examined.length) return exitCodes.fatal;
  if (failed > 0) return exitCodes.partial;
  const isWell = examined.every(({ outcome }) => isProbe(outcome) && remedyOf(outcome) === undefined);
  return isWell ? exitCodes.done : exitCodes.nothingMatched;
}

/** docs/schemas/fleet-doctor-1.json */
function renderExaminedJson(takenAtMs: number, examined: readonly Examined[]): string {
  return renderJson<FleetDoctorDocument>({
    schema: "sshctl.fleet-doctor/1",
    takenAt: isoTime(takenAtMs),
    hosts: examined.map(({ name, outcome }) =>
      isProbe(outcome)
        ? {
            name,
            answered: true,
            error: null,
            user: outcome.user ?? null,
            uid: outcome.uid ?? null,
            root: outcome.elevation ?? null,
            collector: outcome.collector ?? null,
            sshctl: outcome.sshctl ?? null,
            missing: outcome.missing,
            lacking: outcome.lacking,
          }
        : { name, answered: false, error: errorToJson(outcome), ...nothing },
    ),
  });
}

const nothing = { user: null, uid: null, root: null, collector: null, sshctl: null, missing: [], lacking: [] };
