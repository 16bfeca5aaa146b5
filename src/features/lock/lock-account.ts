/** The one place where a lock is put on and taken off. */
import { activatorOf } from "../../changes/activate.ts";
import { writeAll } from "../../changes/apply-edits.ts";
import type { ChangeOutcome, FileEdit } from "../../changes/change.ts";
import { foreseenTrouble } from "../../changes/foreseen-trouble.ts";
import { withLocks } from "../../changes/locks.ts";
import { quoteWord } from "../../domain/command-line.ts";
import { FatalError, HalfDoneError, NothingDoneError } from "../../errors.ts";
import { FileTrouble } from "../../host/files/file-trouble.ts";
import { complaintOf } from "../../host/programs/run.ts";
import type { Machine } from "../../host/host.ts";
import { findAccount } from "../../system/accounts.ts";
import { readShadow } from "../../system/shadow.ts";
import { findReaders } from "../../system/sshd/reach.ts";
import { fromByteText, toByteText } from "../../text/byte-text.ts";
import { denialIn, hasMark, withDenial, withoutDenial } from "./deny-file.ts";
import { denyPath, lockedDay, type LockRecord, type Mechanism } from "../../system/locks/record.ts";

const root = { uid: 0, gid: 0 };

/**
 * Lets no other sshctl lock, unlock or change system files meanwhile.
 *
 * @throws ForeseenError
 */
export async function exclusively<T>(machine: Machine, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const done = await underLock(machine, work);
    if ("value" in done) return done.value;
    const { error, isBusy } = done;
    if (isBusy && attempt < mostAttempts) continue;
    throw error instanceof FileTrouble ? foreseenTrouble(error, "Nothing was done.") : error;
  }
}

/** @returns what the work has made, or what went wrong, and whether that is only that somebody else holds the lock. */
async function underLock<T>(
  machine: Machine,
  work: () => Promise<T>,
): Promise<{ value: T } | { error: unknown; isBusy: boolean }> {
  const begin = async () => {
    try {
      return { value: await work() };
    } catch (error) {
      return { error, isBusy: false };
    }
  };
  try {
    return await withLocks([{ path: denyPath, owner: root }], machine, begin);
  } catch (error) {
    return { error, isBusy: error instanceof FileTrouble && error.kind === "busy" };
  }
}

/** Of ten seconds each: each of those who wait may have every server read its configuration again. */
const mostAttempts = 12;

/** What is where the lock would be. */
export type Present =
  /** What the lock has put there. */
  | { kind: "ours" }
  /** What was there before. */
  | { kind: "before" }
  /** Something else; for people. */
  | { kind: "other"; text: string };

export async function lookAt(record: LockRecord, machine: Machine): Promise<Present> {
  const { mechanism, user, uid } = record;
  if (mechanism.kind === "deny") return lookAtFiles(mechanism, record, machine);
  const account = await findAccount(user, machine);
  const shadow = await readShadow(user, machine);
  // With the account its lock is gone.
  if (account === undefined || shadow === undefined) return { kind: "before" };
  if (account.uid !== uid) return { kind: "other", text: `${user} has uid ${String(account.uid)} now` };
  if (shadow.expiresOn === lockedDay) return { kind: "ours" };
  if (shadow.expiresOn === mechanism.before) return { kind: "before" };
  return {
    kind: "other",
    text: `the account expires on day ${String(shadow.expiresOn ?? -1)} now, and not on day ${String(lockedDay)}`,
  };
}

/** Where a command was cut off, or somebody else has been, some files may have the line, and others not: it can be taken from all. */
function lookAtFiles({ pattern, paths }: DenyMechanism, record: LockRecord, machine: Machine): Present {
  const texts = paths.map((path) => ({ path, text: textOf(path, machine) ?? "" }));
  for (const { path, text } of texts) {
    const found = denialIn(path, text, record);
    if (found === pattern || (found === undefined && !hasMark(text, record))) continue;
    const says = found === undefined ? "has been changed where the lock stands" : `says DenyUsers ${found}`;
    return { kind: "other", text: `${path} ${says}` };
  }
  const isThere = texts.some(({ text }) => hasMark(text, record));
  return { kind: isThere ? "ours" : "before" };
}

type DenyMechanism = Extract<Mechanism, { kind: "deny" }>;

/**
 * Under {@link exclusively}.
 *
 * @param check - throws where the servers do not refuse the account; then all is put back.
 * @throws ForeseenError; all is as before then, unless it says otherwise.
 */
export async function putOn(record: LockRecord, check: () => Promise<void>, machine: Machine): Promise<void> {
  const { mechanism, user, uid, id } = record;
  if (mechanism.kind === "deny") {
    const { pattern, paths } = mechanism;
    await edit(paths, (path, text) => withDenial(path, text, { id, uid, pattern }), record, check, machine);
    return;
  }
  await setExpiry(user, lockedDay, machine);
  try {
    await check();
  } catch (error) {
    await setExpiry(user, mechanism.before, machine);
    throw error;
  }
}

/** Under {@link exclusively}, and only where {@link lookAt} says that it is ours. */
export async function takeOff(record: LockRecord, machine: Machine): Promise<void> {
  const { mechanism, user } = record;
  if (mechanism.kind === "expiry") {
    await setExpiry(user, mechanism.before, machine);
    return;
  }
  await edit(
    mechanism.paths,
    (path, text) => (text === undefined ? undefined : withoutDenial(path, text, record)),
    record,
    async () => Promise.resolve(),
    machine,
  );
}

const limitMs = 30_000;

/** chage(1) locks shadow, tells caches and leaves all else as it is; -1 empties the field. */
async function setExpiry(user: string, day: number | undefined, machine: Machine): Promise<void> {
  const output = await machine.programs.run("chage", ["-E", String(day ?? -1), "--", user], limitMs);
  const isSet = (await readShadow(user, machine))?.expiresOn === day;
  if (output?.exitCode === 0 && isSet) return;
  const why =
    output === undefined ? "there is no chage" : complaintOf(output) || `it ended with ${String(output.exitCode)}`;
  throw new FatalError(`chage could not set the expiry of ${user} to ${String(day ?? -1)}: ${why}.`);
}

function textOf(path: string, { replaceFiles }: Machine): string | undefined {
  const bytes = replaceFiles.read(path, root);
  return bytes === undefined ? undefined : fromByteText(bytes);
}

/** The record of the lock is on the disk already, and has all that is needed to take it away. */
async function edit(
  paths: readonly string[],
  change: (path: string, text: string | undefined) => string | undefined,
  { user }: LockRecord,
  check: () => Promise<void>,
  machine: Machine,
): Promise<void> {
  const bytes = (text: string | undefined) => (text === undefined ? undefined : toByteText(text));
  const edits = paths.flatMap((path): FileEdit[] => {
    const before = textOf(path, machine);
    const after = change(path, before);
    return before === after ? [] : [{ path, owner: root, before: bytes(before), after: bytes(after) }];
  });
  if (edits.length === 0) return;
  const activate = activatorOf(async () => findReaders(paths, machine), machine);
  const outcome = await writeAll(edits, { activate, check }, machine);
  rejectUndone(outcome, edits, `Look at it by hand; "sshctl unlock ${quoteWord(user)}" takes the lock away.`);
}

/** @throws ForeseenError unless it is done. */
export function rejectUndone(outcome: ChangeOutcome, edits: readonly FileEdit[], remedy: string): void {
  if (outcome.kind === "done") return;
  if (outcome.kind === "not-put-back")
    throw new HalfDoneError(
      `${outcome.reason.message}. And ${edits.map(({ path }) => path).join(", ")} could not be put back, or sshd has not read it again.`,
      remedy,
    );
  throw outcome.reason instanceof FileTrouble ? foreseenTrouble(outcome.reason, "Nothing was done.") : outcome.reason;
}

/** For a server that lets the account in all the same. */
export function notHeld(user: string, open: readonly string[]): NothingDoneError {
  return new NothingDoneError(
    `${open.join(", ")} would still let ${user} in. Everything is as it was before.`,
    `"sshctl access ${quoteWord(user)}" tells why.`,
  );
}
