/** From --on to the documents that the sshctl of many hosts has written. */
import type { GivenOptions } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import type { ExitCode } from "../../../errors.ts";
import { askHosts } from "../../../fleet/collect/ask-hosts.ts";
import { newNonce } from "../../../fleet/collect/nonce.ts";
import { readWritten, sshctlJob, type RemoteCommand, type RemoteDocument } from "../../../fleet/collect/run-sshctl.ts";
import type { Failure } from "../../../fleet/engine/failures.ts";
import { sshEngine } from "../../../fleet/engine/ssh.ts";
import type { DocumentName, Documents } from "../../../report/thread/read-document.ts";
import type { Told } from "../../../text/json.ts";
import type { FleetErrorJson, WarningJson } from "../../../text/json-contract.ts";
import { errorToJson } from "./fleet-json.ts";
import { foldNotes } from "./fleet-notes.ts";
import { askAndShow, namedHosts, parseReach, type Ask } from "./look.ts";

export interface HostDocument<Name extends DocumentName> extends RemoteDocument<Name> {
  name: string;
}

export interface FleetDocuments<Name extends DocumentName> {
  takenAtMs: number;
  /** Those that have answered, in the order of their names. */
  answered: readonly HostDocument<Name>[];
  failed: readonly { name: string; failure: Failure }[];
}

/**
 * Runs one command of sshctl on all hosts that the options name.
 *
 * @param show - returns what the program ends with.
 */
export async function askSshctl<Name extends DocumentName>(
  given: GivenOptions,
  { args, document }: RemoteCommand<Name>,
  context: Context,
  show: (fleet: FleetDocuments<Name>) => Promise<ExitCode>,
): Promise<ExitCode> {
  const reach = parseReach(given);
  const hosts = await namedHosts(given, context);
  const reader = await (await context.reports()).openAnswerReader();
  const ask: Ask<Asked<Name>> = async (course, machine, onProgress) =>
    askHosts(
      {
        ...course,
        hosts,
        newNonce,
        jobFor: (host, nonce) => sshctlJob(host, nonce, args, reach.elevation),
        read: async (answer, nonce) => readWritten(answer, nonce, document, reader),
      },
      sshEngine(machine),
      onProgress,
    );
  try {
    return await askAndShow(hosts.length, reach, ask, context, async (asked) => show(sortOut(asked)));
  } finally {
    reader.close();
  }
}

interface Asked<Name extends DocumentName> {
  name: string;
  outcome: RemoteDocument<Name> | Failure;
}

function sortOut<Name extends DocumentName>({
  takenAtMs,
  hosts,
}: {
  takenAtMs: number;
  hosts: readonly Asked<Name>[];
}): FleetDocuments<Name> {
  return {
    takenAtMs,
    answered: hosts.flatMap(({ name, outcome }) => ("document" in outcome ? { name, ...outcome } : [])),
    failed: hosts.flatMap(({ name, outcome }) => ("document" in outcome ? [] : { name, failure: outcome })),
  };
}

/** Documents that tell what could not be seen. */
type NameOfWarning = { [Name in DocumentName]: Documents[Name] extends Warned ? Name : never }[DocumentName];

type Warned = { host: string; takenAt: string; warnings: readonly WarningJson[] };

/** What every fleet document says of a host that has answered through its sshctl, but for its name. */
export function answeredToJson<Name extends NameOfWarning>({ version, document }: HostDocument<Name>) {
  const { host, takenAt, warnings } = document;
  return { answered: true, error: null, takenAt, reportedName: host, sshctl: version ?? null, warnings };
}

/** Of documents that stand whole in that of the fleet. */
export function askedHostToJson({ name, version }: Pick<HostDocument<DocumentName>, "name" | "version">) {
  return { name, answered: true, error: null, sshctl: version ?? null };
}

export function unansweredHostToJson({ name, failure }: FleetDocuments<DocumentName>["failed"][number]) {
  return { name, answered: false, error: errorToJson(failure), sshctl: null };
}

/**
 * Takes those out of the hosts that failed whose sshctl says that there is no such thing: that is an answer.
 *
 * @returns their names.
 */
export function withoutAbsent<Name extends DocumentName>(
  fleet: FleetDocuments<Name>,
): { fleet: FleetDocuments<Name>; absent: string[] } {
  const isAbsent = ({ failure }: FleetDocuments<Name>["failed"][number]) => failure.code === "nothing-there";
  return {
    fleet: { ...fleet, failed: fleet.failed.filter((host) => !isAbsent(host)) },
    absent: fleet.failed.filter(isAbsent).map(({ name }) => name),
  };
}

export function failedToJson(failure: Failure): {
  answered: false;
  error: Told<FleetErrorJson>;
  takenAt: null;
  reportedName: null;
  sshctl: null;
  warnings: [];
} {
  return {
    answered: false,
    error: errorToJson(failure),
    takenAt: null,
    reportedName: null,
    sshctl: null,
    warnings: [],
  };
}

/** What hosts say beside their rows; alike ones together. */
export function hostNotes<Name extends NameOfWarning>(
  answered: readonly HostDocument<Name>[],
  textsOf: (host: HostDocument<Name>) => readonly string[],
): string[] {
  const warningsOf = ({ document }: HostDocument<Name>): readonly WarningJson[] => document.warnings;
  return foldNotes(
    answered.flatMap((host) =>
      [...warningsOf(host).map(({ message }) => message), ...textsOf(host)].map((text) => ({ name: host.name, text })),
    ),
  );
}

/** Reads a time of a document. @returns milliseconds since the epoch; undefined for what is written like a time, and is none. */
export function timeOf(text: string | null): number | undefined {
  const timeMs = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
