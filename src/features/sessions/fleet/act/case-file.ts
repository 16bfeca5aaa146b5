/** The report of a deed on many hosts: a file for programs, which a later run goes on with, and one for people. */
import { UsageError } from "../../../../errors.ts";
import { openHosts, type Case, type CaseHost, type CaseRun } from "../../../../fleet/act/case.ts";
import { outcomeKinds, type DeedItem, type OutcomeKind } from "../../../../fleet/act/host-outcome.ts";
import { failureCodes } from "../../../../fleet/engine/failures.ts";
import { byName } from "../../../../fleet/names/fold-names.ts";
import { quoted } from "../../../../text/quoted.ts";
import type { Facts } from "../../../../host/host.ts";
import type { CaseDocument } from "../../../../text/json-contract.ts";
import { isObject, parseObject, textIn, timeIn } from "../../../../text/json-object.ts";
import { renderJson } from "../../../../text/json.ts";
import { isoTime } from "../../../../text/time.ts";

/**
 * docs/schemas/case-1.json
 *
 * @param again - the command line that tries what is left; undefined where nothing is.
 */
export function renderCaseJson(kept: Case, again: string | undefined, dryRun = false): string {
  return renderJson<CaseDocument>({
    schema: "sshctl.case/1",
    id: kept.id,
    command: kept.command,
    decision: kept.decision,
    dryRun,
    startedAt: isoTime(kept.startedAtMs),
    caller: kept.caller,
    callerHost: kept.callerHost,
    reason: kept.reason ?? null,
    complete: openHosts(kept).length === 0,
    again: again ?? null,
    runs: kept.runs.map(({ id, command, startedAtMs, endedAtMs }) => ({
      id,
      command,
      startedAt: isoTime(startedAtMs),
      endedAt: endedAtMs === undefined ? null : isoTime(endedAtMs),
    })),
    hosts: kept.hosts
      .toSorted((one, other) => byName(one.name, other.name))
      .map(({ name, kind, code, text, atMs, run, items }) => ({
        name,
        outcome: kind,
        code: code ?? null,
        message: text,
        at: isoTime(atMs),
        run,
        items: items.map((item) => ({
          id: item.id ?? null,
          what: item.what,
          outcome: item.kind,
          message: item.text,
        })),
      })),
  });
}

/** Ten thousand hosts with a hundred sessions each. */
const mostBytes = 256 << 20;

/**
 * @param decision - what the later run is about.
 * @throws UsageError where it is no report, or one about something else.
 */
export function readCase(path: string, decision: string, { readSmall }: Facts["smallFiles"]): Case {
  const text = readSmall(path, mostBytes);
  if (text === undefined) throw new UsageError(`--resume ${path}: there is no such file, or it cannot be read.`);
  const document = parseObject(text);
  const kept = document?.["schema"] === "sshctl.case/1" ? caseIn(document) : undefined;
  if (kept === undefined) throw new UsageError(`--resume ${path}: it is no report that sshctl has written.`);
  if (kept.decision !== decision)
    throw new UsageError(
      `--resume ${path}: it is about ${quoted(kept.decision)}, and this command is about something else.`,
      'Its field "again" has the command that goes on with it.',
    );
  return kept;
}

/** @returns undefined for what no sshctl has written. */
function caseIn(document: Readonly<Record<string, unknown>>): Case | undefined {
  const text = (value: unknown) => textIn(value) ?? "";
  const startedAtMs = timeIn(document["startedAt"]);
  const hosts = allIn(document["hosts"], hostIn);
  const runs = allIn(document["runs"], runIn);
  if (startedAtMs === undefined || hosts === undefined || runs === undefined) return undefined;
  return {
    id: text(document["id"]),
    command: text(document["command"]),
    decision: text(document["decision"]),
    startedAtMs,
    caller: text(document["caller"]),
    callerHost: text(document["callerHost"]),
    reason: textIn(document["reason"]),
    hosts,
    runs,
  };
}

function hostIn({ name, outcome, code, message, at, run, items }: Readonly<Record<string, unknown>>) {
  const [kind, atMs, all] = [kindIn(outcome), timeIn(at), allIn(items, itemIn)];
  if (typeof name !== "string" || typeof message !== "string" || typeof run !== "string") return undefined;
  if (kind === undefined || atMs === undefined || all === undefined) return undefined;
  const host: CaseHost = {
    name,
    kind,
    code: failureCodes.find((each) => each === code),
    text: message,
    atMs,
    run,
    items: all,
  };
  return host;
}

function itemIn({ id, what, outcome, message }: Readonly<Record<string, unknown>>): DeedItem | undefined {
  const kind = kindIn(outcome);
  if (typeof what !== "string" || typeof message !== "string" || kind === undefined) return undefined;
  return { id: textIn(id), what, kind, text: message };
}

function runIn({ id, command, startedAt, endedAt }: Readonly<Record<string, unknown>>): CaseRun | undefined {
  const startedAtMs = timeIn(startedAt);
  if (typeof id !== "string" || typeof command !== "string" || startedAtMs === undefined) return undefined;
  return { id, command, startedAtMs, endedAtMs: timeIn(endedAt) };
}

function kindIn(value: unknown): OutcomeKind | undefined {
  return outcomeKinds.find((kind) => kind === value);
}

function allIn<T>(
  value: unknown,
  read: (element: Readonly<Record<string, unknown>>) => T | undefined,
): T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const all = value.flatMap((element: unknown) => (isObject(element) ? (read(element) ?? []) : []));
  return all.length === value.length ? all : undefined;
}
