import { FileTrouble, troubleIn } from "../host/files/file-trouble.ts";
import { actId } from "../system/acts/act-id.ts";
import { toByteText } from "../text/byte-text.ts";
import { writeAll } from "./apply-edits.ts";
import type { ChangeHost, ChangeOutcome, FileEdit } from "./change.ts";
import { nameOf, sha256 } from "./change-journal.ts";
import { renderRecord, type Activation, type ChangeRecord, type FileRecord } from "./change-record.ts";
import { withLocks } from "./locks.ts";
import { readChange } from "./read-changes.ts";

export type UndoOutcome =
  /** Files that were as before already are not among the paths. The id is that of the undoing. */
  | {
      kind: "undone";
      id: string;
      paths: readonly string[];
      /** Copies beside the files that stay, because they hold something else than the file does now. */
      copies: readonly string[];
      unrecorded: FileTrouble | undefined;
    }
  | { kind: "unknown" }
  | { kind: "already-undone" }
  /** These hold something else than the change wrote. Nothing is done. */
  | { kind: "changed-since"; paths: readonly string[] }
  /** What these held before is lost, or is not what was kept. Nothing is done. */
  | { kind: "without-backup"; paths: readonly string[] }
  | Exclude<ChangeOutcome, { kind: "done" }>;

/**
 * Brings back what a change has replaced, byte for byte, where it still holds what the change wrote; all of it, or nothing. A
 * change that was cut off in the middle is undone as far as it came, and an undoing that was cut off is finished by another one.
 *
 * @param activate - makes daemons read what has been brought back.
 */
export async function undoChange(
  id: string,
  activate: (activation: Activation) => Promise<void>,
  host: ChangeHost,
): Promise<UndoOutcome> {
  try {
    const record = readChange(id, host.state);
    if (record === undefined) return { kind: "unknown" };
    return await withLocks(record.files, host, async () => undo(readChange(id, host.state) ?? record, activate, host));
  } catch (error) {
    if (error instanceof FileTrouble) return { kind: "refused", reason: error };
    throw error;
  }
}

async function undo(
  record: ChangeRecord,
  activate: (activation: Activation) => Promise<void>,
  host: ChangeHost,
): Promise<UndoOutcome> {
  const plan = planUndo(record, host);
  if (plan.kind !== "planned") return plan;
  const { steps } = plan;
  const outcome = await writeAll(
    steps.map(({ edit }) => edit),
    { activate: async () => activate(record.activation), check: async () => Promise.resolve() },
    host,
    (edit) => steps.find((each) => each.edit === edit)?.file.before,
  );
  if (outcome.kind !== "done") return outcome;
  const paths = steps.map(({ edit }) => edit.path).toReversed();
  const undoneBy = actId(host.now(), host.state.token());
  const copies = record.files.flatMap((file) =>
    file.copy === undefined || clearCopy(file, file.copy, host) ? [] : file.copy,
  );
  return { kind: "undone", id: undoneBy, paths, copies, unrecorded: markUndone(record, undoneBy, host) };
}

/**
 * Removes the copy that the change has left beside a file, where it holds just what the file does.
 *
 * @returns whether there is none now.
 */
function clearCopy({ path, owner }: FileRecord, copy: string, { replaceFiles }: ChangeHost): boolean {
  const trouble = troubleIn(() => {
    const kept = replaceFiles.read(copy, owner);
    if (kept === undefined) return;
    if (kept !== replaceFiles.read(path, owner)) throw new FileTrouble("changed", `${copy} is not what ${path} is`);
    replaceFiles.replace(copy, owner, kept, undefined);
  });
  return trouble === undefined;
}

/** One file that is brought back. */
export interface UndoStep {
  edit: FileEdit;
  file: FileRecord;
}

export type UndoPlan =
  /** In the order in which files are brought back; those that are as before already are not among them. */
  | { kind: "planned"; steps: readonly UndoStep[] }
  | Extract<UndoOutcome, { kind: "already-undone" | "changed-since" | "without-backup" }>;

/**
 * What undoing a change would do, or why it would do nothing.
 *
 * @throws FileTrouble
 */
export function planUndo(record: ChangeRecord, host: Pick<ChangeHost, "replaceFiles" | "state">): UndoPlan {
  if (record.state === "undone") return { kind: "already-undone" };
  const found = record.files.map((file) => ({ file, now: compare(file, host) }));
  const paths = (now: Now["kind"]) => found.filter((each) => each.now.kind === now).map(({ file }) => file.path);
  const others = paths("other");
  if (others.length > 0) return { kind: "changed-since", paths: others };
  const lost = paths("without-backup");
  if (lost.length > 0) return { kind: "without-backup", paths: lost };
  const steps = found.toReversed().flatMap(({ now }) => (now.kind === "changed" ? now : []));
  return { kind: "planned", steps };
}

type Now = { kind: "as-before" } | ({ kind: "changed" } & UndoStep) | { kind: "other" } | { kind: "without-backup" };

/** @throws FileTrouble */
function compare(file: FileRecord, { replaceFiles, state }: Pick<ChangeHost, "replaceFiles" | "state">): Now {
  const { path, owner, before, after } = file;
  const now = replaceFiles.read(path, owner);
  const hash = now === undefined ? undefined : sha256(now);
  if (hash === before?.sha256) return { kind: "as-before" };
  if (hash !== after) return { kind: "other" };
  const backup = before === undefined ? undefined : state.read(before.backup, largestBackup);
  if (before !== undefined && (backup === undefined || sha256(backup) !== before.sha256))
    return { kind: "without-backup" };
  return { kind: "changed", file, edit: { path, owner, before: now, after: backup } };
}

/** More than any file has that is changed here. */
const largestBackup = 256 * 1024 * 1024;

/**
 * That it could not be noted takes nothing back: another undoing finds everything as it was before.
 *
 * @param undoneBy - the id of the act that undid it.
 */
export function markUndone(
  record: ChangeRecord,
  undoneBy: string,
  { state, now }: Pick<ChangeHost, "state" | "now">,
): FileTrouble | undefined {
  return troubleIn(() => {
    const undone: ChangeRecord = { ...record, state: "undone", undoneBy, endedMs: now() };
    state.write(nameOf(record.id), toByteText(renderRecord(undone)));
  });
}
