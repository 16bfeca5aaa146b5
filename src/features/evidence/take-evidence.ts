/**
 * The door of this room. It keeps everything about sessions before they are touched: their processes as the kernel shows them, and what logs
 * and files say of them. Nothing of the users' is run, no link of theirs is followed, and no name of theirs becomes the name of a file.
 */
import { localSource } from "../../domain/report-request.ts";
import { FatalError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";
import { notice } from "../../cli/notice.ts";
import { progressOn } from "../../cli/progress.ts";
import { FileTrouble } from "../../host/files/file-trouble.ts";
import { orUndefined } from "../../host/files/files.ts";
import type { NewArchive } from "../../host/files/new-archive.ts";
import type { Machine } from "../../host/host.ts";
import { describeCaller, readCaller } from "../../system/caller.ts";
import { readBootId } from "../../system/procfs/boot-id.ts";
import { bootTime } from "../../system/procfs/boot-time.ts";
import { sizeText } from "../../text/bytes.ts";
import { plural } from "../../text/words.ts";
import { collect, processesOf, uniqueProcesses, type Whole } from "./collect/collect.ts";
import { estimateBytes } from "./collect/estimate.ts";
import { Places } from "./collect/places.ts";
import type { Collection } from "./collect/read-process.ts";
import type { Circumstances, Occasion, Subject } from "./evidence.ts";
import { Keeper } from "./keeper.ts";
import { evidenceLimits } from "./limits.ts";
import { existsError, type EvidenceOrder } from "./options.ts";
import { recordEvidence } from "./record.ts";
import { renderEvidence, renderManifest, renderSums } from "./text/evidence-json.ts";
import { renderSummary } from "./text/summary.ts";

export type { Occasion, Subject } from "./evidence.ts";
export {
  describeOrder,
  evidenceOptions,
  evidenceReplaces,
  parseEvidence,
  rejectPlace,
  type EvidenceOrder,
} from "./options.ts";

/** The machine on which evidence is taken. */
export type EvidenceMachine = Pick<
  Machine,
  "files" | "foreignFiles" | "feed" | "hostName" | "newArchives" | "now" | "programLines" | "programs" | "smallFiles"
>;

/** What was taken. */
export interface TakenEvidence {
  /** The absolute path of the directory; "-" for standard output. */
  place: string;
  /** In hexadecimal. */
  manifestSha256: string;
  /** How many, and their bytes. */
  files: number;
  bytes: number;
  gaps: readonly string[];
}

/**
 * Takes evidence, records that, and says where it is.
 *
 * @throws UsageError where there is something of that name, FatalError where it cannot be written.
 */
export async function takeEvidence(
  order: EvidenceOrder,
  subjects: readonly Subject[],
  occasion: Occasion,
  machine: EvidenceMachine,
  context: Context,
): Promise<TakenEvidence> {
  const progress = progressOn(context.err, machine.now);
  try {
    const wholes = await readWholes(subjects, occasion, context);
    rejectFullDisk(order, wholes, occasion, machine);
    const archive = openArchive(order, occasion, machine);
    const taken = await orFatal(archive.place, occasion, async () =>
      fill(archive, order, wholes, occasion, machine, (keeper) => {
        progress.tell(() => `taking evidence: ${plural(keeper.files.length, "file")}, ${sizeText(keeper.bytes)}`);
      }),
    );
    progress.end();
    await recordEvidence(taken, subjects, occasion, machine, context);
    tellTaken(taken, context);
    return taken;
  } finally {
    progress.end();
  }
}

async function readWholes(subjects: readonly Subject[], { report }: Occasion, context: Context): Promise<Whole[]> {
  const reports = await context.reports();
  const wholes: Whole[] = [];
  for (const subject of subjects)
    wholes.push({
      details: await reports.details(subject.session, report, localSource),
      processes: processesOf(subject, report),
    });
  return wholes;
}

/** @throws FatalError */
function rejectFullDisk(
  { place, memory }: EvidenceOrder,
  wholes: readonly Whole[],
  occasion: Occasion,
  machine: EvidenceMachine,
): void {
  if (place.kind === "output") return;
  const needed = Math.min(estimateBytes(uniqueProcesses(wholes), { machine, memory }), limitOf(memory));
  const free = troubleAsFatal(occasion, () => machine.newArchives.freeBytes(place.path));
  if (free < needed)
    throw new FatalError(
      `--evidence needs about ${sizeText(needed)}, and there is room for ${sizeText(free)}. ${occasion.otherwise}`,
      "Give it a directory elsewhere, or - for a tar on standard output.",
    );
}

function limitOf(memory: boolean): number {
  return memory ? evidenceLimits.allWithMemory : evidenceLimits.all;
}

/** @throws UsageError, FatalError */
function openArchive({ place }: EvidenceOrder, occasion: Occasion, { newArchives }: EvidenceMachine): NewArchive {
  if (place.kind === "output") return newArchives.onOutput(`evidence-${occasion.id}`);
  const archive = troubleAsFatal(occasion, () => newArchives.inFolder(place.path));
  if (archive === "exists") throw existsError(place.path);
  return archive;
}

/** @throws FatalError */
function troubleAsFatal<T>({ otherwise }: Occasion, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof FileTrouble
      ? new FatalError(`The evidence cannot be written: ${error.message}. ${otherwise}`)
      : error;
  }
}

/** @throws FatalError */
async function orFatal<T>(place: string, { otherwise }: Occasion, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    throw new FatalError(
      `The evidence cannot be written: ${error.message}. ${otherwise}`,
      place === "-" ? undefined : `${place} holds what was written before; it is not complete.`,
    );
  }
}

async function fill(
  archive: NewArchive,
  { memory }: EvidenceOrder,
  wholes: readonly Whole[],
  occasion: Occasion,
  machine: EvidenceMachine,
  tell: (keeper: Keeper) => void,
): Promise<TakenEvidence> {
  const circumstances = readCircumstances(machine);
  const keeper: Keeper = new Keeper(archive, machine.foreignFiles, limitOf(memory), () => {
    tell(keeper);
  });
  const collection: Collection = {
    keeper,
    places: new Places(machine.files),
    circumstances,
    memory,
    openFilesLeft: evidenceLimits.allOpenFiles,
    hashes: new Map(),
    machine,
  };
  const evidence = await collect(wholes, collection, machine);
  keeper.text("evidence.json", renderEvidence(evidence, occasion, circumstances));
  const { files, gaps } = keeper;
  keeper.text("summary.md", renderSummary({ evidence, occasion, circumstances, files, gaps }));
  keeper.text("SHA256SUMS", renderSums(files));
  const manifest = { evidence, memory, finishedAtMs: machine.now(), files, gaps };
  const { sha256 } = keeper.text("manifest.json", renderManifest(manifest, occasion, circumstances));
  await archive.finish();
  return { place: archive.place, manifestSha256: sha256, files: files.length, bytes: keeper.bytes, gaps };
}

function readCircumstances({ files, now }: EvidenceMachine): Circumstances {
  const takenAtMs = now();
  return {
    bootId: readBootId(files),
    bootedAtMs: bootTime(files, takenAtMs),
    kernel: orUndefined(files.read("/proc/version"))?.trim(),
    by: describeCaller(readCaller(files)),
    takenAtMs,
  };
}

function tellTaken({ place, manifestSha256, files, bytes, gaps }: TakenEvidence, { err }: Context): void {
  const where = place === "-" ? "standard output" : place;
  notice(`evidence: ${plural(files, "file")}, ${sizeText(bytes)}, in ${where}`, err);
  notice(`SHA-256 of its manifest.json: ${manifestSha256}`, err);
  notice("it holds secrets and personal data: show it to nobody who need not know", err);
  if (gaps.length > 0)
    notice(`${plural(gaps.length, "thing")} could not be kept, or not wholly: see "gaps" in manifest.json`, err);
}
