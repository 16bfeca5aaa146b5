/** Sets up RevokedKeys where no server has it: a drop-in, and the file that it names. */
import { activator } from "../../../changes/activate.ts";
import { applyEdits } from "../../../changes/apply-edits.ts";
import type { ChangeOutcome, FileEdit } from "../../../changes/change.ts";
import type { ChangeJournal } from "../../../changes/change-journal.ts";
import { DeclinedError, FatalError, NothingDoneError, PermissionError } from "../../../errors.ts";
import { FileTrouble } from "../../../host/files/file-trouble.ts";
import { newestRules } from "../../../system/authorized-keys/line-rules.ts";
import { effectiveSettings } from "../../../system/sshd/ask.ts";
import { findConfigLines } from "../../../system/sshd/config-lines.ts";
import { configOf, findDaemons, nameOf, type Daemon } from "../../../system/sshd/daemons.ts";
import { findReach, testAll } from "../../../system/sshd/reach.ts";
import { renewalOf } from "../../../system/sshd/steer.ts";
import { systemLock } from "../../../system/system-lock.ts";
import type { Inventory, ListedKey } from "../inventory/inventory.ts";
import { readRevokedKeys } from "../inventory/revoked-keys.ts";
import type { RevokeHost } from "../machine.ts";
import type { MeantKeys } from "./choose-keys.ts";

/** sshd refuses every key while this file is missing: it is made first, and stays when the drop-in goes. */
export const revokedPath = "/etc/ssh/sshctl_revoked_keys";
export const revokedDropIn = "/etc/ssh/sshd_config.d/00-0-sshctl-revoked-keys.conf";

export const emptyRevokedFile = `# Keys that sshd refuses, by RevokedKeys in ${revokedDropIn}.\n`;

export const dropInText = `# Written by sshctl. "sshctl undo" of the change takes it away.\nRevokedKeys ${revokedPath}\n`;

/**
 * Where RevokedKeys is set already, there is nothing to set up.
 *
 * @returns the files that it names; undefined where it is to be set up.
 * @throws ForeseenError where that cannot be done for every server.
 */
export async function existingRevokedKeys(
  { accounts, settingsOf }: Inventory,
  host: RevokeHost,
): Promise<string[] | undefined> {
  if (host.uid !== 0)
    throw new PermissionError(
      "Only root can set up RevokedKeys.",
      "Without --revoked-keys, your own lines are taken out.",
    );
  const settings = accounts.flatMap((account) => settingsOf(account));
  const named = [...new Set(settings.flatMap(({ revokedKeys }) => revokedKeys ?? []))];
  if (named.length > 0 && settings.every(({ revokedKeys }) => revokedKeys !== undefined)) return named;
  if (named.length > 0)
    throw new NothingDoneError(
      `RevokedKeys is set for some servers or users only: ${named.join(", ")}. A second file would not be read there. Nothing was done.`,
      "Set it for everybody by hand, and revoke the key then.",
    );
  await rejectUnreached(host);
  return undefined;
}

async function rejectUnreached(host: RevokeHost): Promise<void> {
  const { reached } = await findReach(host);
  const outside = (await findDaemons(host)).filter(
    (daemon) => !reached.some((each) => nameOf(each) === nameOf(daemon)),
  );
  const refuse = (daemon: Daemon, why: string) =>
    new NothingDoneError(
      `${nameOf(daemon)} ${why}, so the key would not be locked out there. Nothing was done.`,
      "Without --revoked-keys, the lines are taken out.",
    );
  for (const daemon of outside)
    throw refuse(
      daemon,
      daemon.server === "openssh"
        ? `reads ${configOf(daemon)}, which does not include sshd_config.d/*.conf for all users`
        : "is no OpenSSH server and knows no RevokedKeys",
    );
  for (const daemon of reached) {
    if (renewalOf(daemon) === "unknown")
      throw refuse(daemon, "was started by hand, and sshctl cannot make it read its configuration again");
    const line = findConfigLines(new Set(["revokedkeys"]), host.files, configOf(daemon)).find(
      ({ match }) => match !== undefined,
    );
    if (line !== undefined)
      throw refuse(daemon, `has RevokedKeys of its own for some users (${line.path}:${String(line.line)})`);
  }
  await testAll(reached, host);
}

/**
 * Both files or none; then every server reads its configuration again, and tells what it has read.
 *
 * @param keysEdit - of the file of keys; without a text before where there is none yet.
 * @throws FileTrouble where it was not done.
 */
export async function setUpRevokedKeys(
  keysEdit: FileEdit,
  dropInEdit: FileEdit,
  { fingerprints, journal }: { fingerprints: ReadonlySet<string>; journal: ChangeJournal },
  host: RevokeHost,
): Promise<void> {
  // An undoing must not take it away while a login that has begun before still asks for it.
  const isNew = keysEdit.before === undefined;
  if (isNew) host.replaceFiles.replace(revokedPath, systemLock.owner, undefined, emptyRevokedFile);
  const edits = [isNew ? { ...keysEdit, before: emptyRevokedFile } : keysEdit, dropInEdit];
  const check = async () => rejectNotInForce(fingerprints, host);
  rejectUndone(await applyEdits(edits, { activate: activator("sshd", host), check }, journal, host));
}

/** @throws FatalError */
async function rejectNotInForce(fingerprints: ReadonlySet<string>, host: RevokeHost): Promise<void> {
  for (const daemon of await findDaemons(host)) {
    const named = (await effectiveSettings({ user: "nobody" }, daemon, host))?.get("revokedkeys");
    if (named !== revokedPath)
      throw new FatalError(`${nameOf(daemon)} says RevokedKeys ${named ?? "none"}, and not ${revokedPath}`);
  }
  const read = readRevokedKeys(revokedPath, newestRules, host);
  if (read.fault === undefined && [...fingerprints].every((each) => read.fingerprints.has(each))) return;
  throw new FatalError(`sshd would not find the key in ${revokedPath}`);
}

function rejectUndone(outcome: ChangeOutcome): void {
  switch (outcome.kind) {
    case "done":
      return;
    case "refused":
      throw outcome.reason instanceof FileTrouble ? outcome.reason : new FileTrouble("broken", outcome.reason.message);
    case "put-back":
      throw new FileTrouble("broken", `${outcome.reason.message}; RevokedKeys is not set up, and sshd is as it was`);
    case "not-put-back":
      throw new FileTrouble(
        "broken",
        `${outcome.reason.message}; and ${outcome.left.map(({ path }) => path).join(", ") || "sshd"} could not be put back: look at it by hand, now`,
      );
  }
}

/**
 * RevokedKeys is for everybody, and takes whole keys.
 *
 * @throws DeclinedError
 */
export function rejectKept({ unseen }: MeantKeys, kept: readonly ListedKey[]): void {
  if (unseen !== undefined)
    throw new DeclinedError(
      `Nothing was done: ${unseen} was found in no file that was read, and --revoked-keys needs the key itself.`,
      "Without --revoked-keys, its sessions can be ended.",
    );
  const names = [...new Set(kept.map(({ account }) => account.name))];
  if (names.length === 0) return;
  throw new DeclinedError(
    `Nothing was done: RevokedKeys locks a key out of every account, and ${names.join(", ")} would keep it.`,
    "Revoke it without --user, or without --revoked-keys.",
  );
}
