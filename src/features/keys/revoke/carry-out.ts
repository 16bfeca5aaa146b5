/**
 * This room locks a key out: it plans the edits, asks, makes them, and looks again until no session of the key is left. This
 * file is the one place where a key is locked out, and where that is proved.
 */
import { notice } from "../../sessions/notes.ts";
import type { Output } from "../../../cli/context.ts";
import { ChangeJournal } from "../../../changes/change-journal.ts";
import type { RevokeHost } from "../machine.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { evenProtectedFact } from "../../../system/acts/act-record.ts";
import { recordActs } from "../../../system/acts/record-acts.ts";
import { unrecorded } from "../../../system/acts/unrecorded.ts";
import { readCaller } from "../../../system/caller.ts";
import type { ListedKey, UnreadFile } from "../inventory/inventory.ts";
import { readKeyReport, type KeyQuestion } from "../inventory/key-report.ts";
import { askCommands, likeliestFirst, noAnswers, type CommandAnswers } from "./ask-commands.ts";
import { changeFile, isDurable, setUp, type Change } from "./change-files.ts";
import type { EndingOrders } from "./end-sessions-of-key.ts";
import { keysOf } from "./text.ts";
import type { RevocationTask } from "./plan.ts";

/** What became of the files. */
export interface RevokedFiles {
  changes: readonly Change[];
  /** Of the act, and of the change where there is one. */
  id: string;
}

/**
 * RevokedKeys comes first; where that fails, the lines go all the same: a key that is locked out in one place more is always better.
 *
 * @throws FatalError where the change cannot be recorded: nothing is changed then.
 */
export async function revokeKey(
  task: RevocationTask,
  { reason, evenProtected }: Pick<EndingOrders, "reason" | "evenProtected">,
  host: RevokeHost,
  err: Output,
): Promise<RevokedFiles> {
  const { revocation, targets, command } = task;
  const settingUp = targets.filter(({ setsUp }) => setsUp === true);
  const activation = settingUp.length > 0 ? "sshd" : "none";
  const journal = ChangeJournal.begin({ command, reason, activation }, host);
  const changes: Change[] = await setUp(settingUp, revocation, journal, host);
  for (const target of targets.filter((each) => !settingUp.includes(each)))
    changes.push(await changeFile(target, revocation, journal, host));
  const trouble = journal.end("done");
  if (trouble !== undefined) notice(`the record of this change could not be completed: ${trouble.message}`, err);
  const files = changes.flatMap(({ kind, target }) => (kind === "changed" ? target.path : []));
  const record = {
    id: journal.id,
    act: "keys revoke",
    isDone: changes.length > 0 && changes.every(({ kind }) => kind !== "failed"),
    caller: readCaller(host.files),
    reason,
    facts: {
      key: [...revocation.removal.fingerprints].join(" "),
      even_protected: evenProtectedFact(evenProtected),
      command,
      files: firstFew(files),
    },
  };
  for (const log of await recordActs([record], host)) notice(unrecorded(log), err);
  return { changes, id: journal.id };
}

/** What is not locked out for certain. */
export interface SecondLook {
  /** Where the key still stands, though it was to go. */
  remaining: ListedKey[];
  /** Where it may stand. */
  unread: UnreadFile[];
  /** Whether a running server has not told root where it looks for keys. */
  isServerSilent: boolean;
  /** What AuthorizedKeysCommand says; nothing where RevokedKeys keeps the keys out, whatever it supplies. */
  answers: CommandAnswers;
}

/** Whether the keys are certainly locked out. */
export function isLockedOut({ remaining, unread, isServerSilent, answers: { served, silent } }: SecondLook): boolean {
  return !isServerSilent && [remaining, unread, served, silent].every(({ length }) => length === 0);
}

/** Looks again at everything: an owner may have put a key back at the same moment. */
export async function lookAgain(
  { revocation, view, report }: RevocationTask,
  changes: readonly Change[],
  question: Omit<KeyQuestion, "seek">,
  host: RevokeHost,
): Promise<SecondLook> {
  const { fingerprints } = revocation.removal;
  const seek = { kind: "known", fingerprints } as const;
  const { keys, unread, inventory: now } = await readKeyReport({ ...question, seek }, { host: "", sessions: [] }, host);
  const nameOf = ({ path, account }: ListedKey) => `${account.name} ${path}`;
  const kept = new Set(view.kept.map(nameOf));
  const remaining = keys
    .map(({ listed }) => listed)
    .filter((listed) => fingerprints.has(listed.key.sha256) && listed.state !== "revoked" && !kept.has(nameOf(listed)));
  const { inventory } = report;
  const accounts = likeliestFirst(view.places, view.sessions, inventory);
  const concerned =
    question.users.length === 0 || view.unseen !== undefined
      ? accounts
      : [...new Set(view.places.map(({ account }) => account))];
  const answers = isDurable(changes) ? noAnswers : await askCommands(keysOf(view), concerned, inventory, host);
  const isServerSilent =
    host.uid === 0 && now.accounts.some((account) => now.settingsOf(account).some(({ isSilent }) => isSilent));
  return { remaining, unread: unread.filter(({ mayHoldKeys }) => mayHoldKeys), isServerSilent, answers };
}
