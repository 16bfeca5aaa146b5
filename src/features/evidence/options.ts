import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import { single } from "../../cli/values.ts";
import { UsageError } from "../../errors.ts";
import { troubleIn } from "../../host/files/file-trouble.ts";
import type { NewArchives } from "../../host/files/new-archive.ts";
import { quoted } from "../../text/quoted.ts";

/** Evidence that is asked for. */
export interface EvidenceOrder {
  place: EvidencePlace;
  /** Whether the memory of processes is kept, too. */
  memory: boolean;
}

export type EvidencePlace = { kind: "folder"; path: string } | { kind: "output" };

export const evidenceOptions: OptionTable = {
  evidence: {
    group: "Safety and records",
    value: "DIR",
    offer: "folders",
    describe:
      "first keep evidence of the sessions in a new directory, readable only by you; - writes a tar to standard output",
  },
  memory: { group: "Safety and records", describe: "with --evidence: include the memory of the processes" },
};

/** What was an option of the same purpose, and what to use instead. */
export const evidenceReplaces = { "--save": "Use --evidence DIR: it keeps more, in a new directory." } as const;

/** @throws UsageError */
export function parseEvidence(given: GivenOptions): EvidenceOrder | undefined {
  const place = single(given, "evidence", { read: placeOf, allowed });
  const memory = given.flag("memory");
  if (place === undefined && memory)
    throw new UsageError("--memory needs --evidence: it is part of the evidence.", "Add --evidence DIR, or omit it.");
  return place && { place, memory };
}

const allowed = 'a directory that does not exist yet, or - for a tar; one whose name begins with a dash as "./-x"';

/** What begins with a dash is rather an option behind a value that is missing. */
function placeOf(text: string): EvidencePlace | undefined {
  if (text === "-") return { kind: "output" };
  return text.startsWith("-") || text.includes("\0") ? undefined : { kind: "folder", path: text };
}

/**
 * Where evidence cannot go is told before anybody is asked.
 *
 * @param isOutputTaken - whether something else is to be written to standard output, for a program.
 * @throws UsageError
 */
export function rejectPlace(
  { place }: EvidenceOrder,
  isOutputTaken: boolean,
  { newArchives }: { newArchives: NewArchives },
): void {
  if (place.kind === "folder") {
    if (newArchives.isThere(place.path)) throw existsError(place.path);
    rejectNoFolder(place.path, newArchives);
  } else if (isOutputTaken)
    throw new UsageError(
      "--evidence - and --output json both need standard output.",
      "Give --evidence a directory, or omit --output json.",
    );
  else if (newArchives.isOutputTerminal())
    throw new UsageError(
      "--evidence - writes a tar to standard output, which is a terminal.",
      "Send it elsewhere: sshctl ... --evidence - | ssh HOST 'cat > case.tar'.",
    );
}

function rejectNoFolder(path: string, newArchives: NewArchives): void {
  const trouble = troubleIn(() => newArchives.freeBytes(path));
  if (trouble !== undefined)
    throw new UsageError(
      `--evidence ${quoted(path)}: it ${withoutPath(trouble.message, path)}.`,
      "Make its folder first, or choose another one.",
    );
}

function withoutPath(message: string, path: string): string {
  return message.startsWith(`${path} `) ? message.slice(path.length + 1) : message;
}

/** What is said where nothing is done. */
export function describeOrder({ place, memory }: EvidenceOrder, when: string): string {
  const where = place.kind === "output" ? "as a tar on standard output" : `in ${quoted(place.path)}`;
  return `${when}, evidence would be kept ${where}${memory ? ", with the memory of processes" : ""}`;
}

export function existsError(path: string): UsageError {
  return new UsageError(
    `--evidence ${quoted(path)}: it exists, and evidence goes into a new directory.`,
    "Choose another name.",
  );
}
