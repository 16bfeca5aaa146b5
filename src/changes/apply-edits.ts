/** The one place where files are changed: all of them, or none. */
import { ForeseenError } from "../errors.ts";
import { FileTrouble, troubleIn } from "../host/files/file-trouble.ts";
import type { Attributes } from "../host/files/replace-file.ts";
import type { ChangeHost, ChangeOutcome, FileEdit, InForce, NotPutBack, Obstacle } from "./change.ts";
import type { ChangeJournal } from "./change-journal.ts";

/**
 * Makes edits that were planned under the locks that are held now, brings them into force, and puts everything back where
 * that fails. What goes wrong is a part of the answer, but for defects, which are thrown when everything is put back.
 */
export async function applyEdits(
  edits: readonly FileEdit[],
  inForce: InForce,
  journal: ChangeJournal,
  host: ChangeHost,
): Promise<ChangeOutcome> {
  try {
    rejectChanged(edits, host);
    journal.intend(edits);
  } catch (error) {
    journal.withdraw(edits);
    return { kind: "refused", reason: obstacleIn(error) };
  }
  const outcome = await writeAll(edits, inForce, host);
  if (outcome.kind === "refused" || outcome.kind === "put-back") journal.withdraw(edits);
  return outcome;
}

/** @throws FileTrouble */
function rejectChanged(edits: readonly FileEdit[], { replaceFiles }: ChangeHost): void {
  for (const { path, owner, before } of edits)
    if (replaceFiles.read(path, owner) !== before)
      throw new FileTrouble("changed", `${path} was changed by another process`);
}

/** As {@link applyEdits}, without a record. */
export async function writeAll(
  edits: readonly FileEdit[],
  inForce: InForce,
  host: ChangeHost,
  attributesOf: (edit: FileEdit) => Attributes | undefined = () => undefined,
): Promise<ChangeOutcome> {
  const begun: Begun[] = [];
  try {
    for (const edit of edits) {
      const attributes = host.replaceFiles.attributes(edit.path, edit.owner);
      const each = { edit, attributes, isMade: false };
      begun.push(each);
      write(edit, attributesOf(edit), host);
      each.isMade = true;
    }
    await inForce.activate();
    await inForce.check();
    return { kind: "done" };
  } catch (error) {
    const written = begun.filter(({ edit, isMade }) => (isMade ? !isAsBefore(edit, host) : mayHoldAfter(edit, host)));
    const back = await putBack(written, inForce, host);
    const reason = obstacleIn(error);
    if (written.length === 0) return { kind: "refused", reason };
    return back.left.length === 0 && back.inactive === undefined
      ? { kind: "put-back", reason }
      : { kind: "not-put-back", reason, ...back };
  }
}

interface Begun {
  edit: FileEdit;
  /** Of the file before. */
  attributes: Attributes | undefined;
  /** Whether the edit has not failed. */
  isMade: boolean;
}

function write(edit: FileEdit, attributes: Attributes | undefined, host: ChangeHost): void {
  const { path, owner, before, after, copy } = edit;
  if (copy !== undefined) host.replaceFiles.copy(path, owner, copy);
  try {
    host.replaceFiles.replace(path, owner, before, after, attributes);
  } catch (error) {
    if (!mayHoldAfter(edit, host)) removeCopy(edit, host);
    throw error;
  }
}

/** What cannot be read any more is taken for written: to put it back fails then, and that is told. */
function isAsBefore({ path, owner, before }: FileEdit, host: ChangeHost): boolean {
  const now = readNow(path, owner, host);
  return "text" in now && now.text === before;
}

/**
 * Of an edit that failed: a disk can fail after a file has got its name. Whatever else is there now is somebody else's, and must not be
 * touched: a link, or another text.
 */
function mayHoldAfter({ path, owner, after }: FileEdit, host: ChangeHost): boolean {
  const now = readNow(path, owner, host);
  return "text" in now ? now.text === after : now.trouble.kind !== "foreign";
}

function readNow(
  path: string,
  owner: FileEdit["owner"],
  { replaceFiles }: ChangeHost,
): { text: string | undefined } | { trouble: FileTrouble } {
  let text: string | undefined;
  const trouble = troubleIn(() => {
    text = replaceFiles.read(path, owner);
  });
  return trouble === undefined ? { text } : { trouble };
}

/** A copy that is left over does no harm. */
function removeCopy({ owner, before, copy }: FileEdit, { replaceFiles }: ChangeHost): void {
  if (copy === undefined) return;
  troubleIn(() => {
    replaceFiles.replace(copy, owner, before, undefined);
  });
}

/** Goes on where one file cannot be put back: the others can. */
async function putBack(
  written: readonly Begun[],
  { activate }: InForce,
  host: ChangeHost,
): Promise<Pick<NotPutBack, "left" | "inactive">> {
  if (written.length === 0) return { left: [], inactive: undefined };
  const left = written.toReversed().flatMap(({ edit, attributes }) => {
    const { path, owner, before, after } = edit;
    const trouble = troubleIn(() => {
      host.replaceFiles.replace(path, owner, after, before, attributes);
    });
    if (trouble !== undefined) return { path, trouble };
    removeCopy(edit, host);
    return [];
  });
  return { left, inactive: await activate().then(() => undefined, obstacleIn) };
}

/** Anything else is a defect, and goes on its way. */
function obstacleIn(error: unknown): Obstacle {
  if (error instanceof FileTrouble || error instanceof ForeseenError) return error;
  throw error;
}
