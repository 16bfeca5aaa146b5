/** Everything that is decided before a key is locked out. */
import type { Session, SessionReport } from "../../../domain/session.ts";
import { quoteWord } from "../../../domain/command-line.ts";
import { DeclinedError } from "../../../errors.ts";
import { describeCaller, readCaller } from "../../../system/caller.ts";
import type { MeantKeys } from "./choose-keys.ts";
import { findPersistence } from "../../../system/persistence.ts";
import type { KeysHost } from "../machine.ts";
import { fingerprintsOfKey } from "../inventory/key-rows.ts";
import type { KeyReport } from "../inventory/key-report.ts";
import { isLastWayIn } from "./last-way-in.ts";
import { keptBy, targetsOf, type Revocation, type Target } from "./change-files.ts";
import type { RevocationView } from "./text.ts";
import { protectedError, type ProtectedEntry, type Protection } from "../../../system/protected/read-protected.ts";
import { describeSession } from "../../sessions/text/one-line.ts";
import { visible } from "../../../text/visible.ts";
import { sessionsOfKey, type KeyHolder } from "./end-sessions-of-key.ts";

/** What was asked for beside the key. */
export interface RevokeOptions {
  kill: boolean;
  remove: boolean;
  force: boolean;
  /** Whether RevokedKeys is set up. */
  setsUp: boolean;
  /** Only these accounts. */
  isForSome: boolean;
  /** The accounts all of whose keys are meant; undefined where a key was named. */
  owners: readonly string[] | undefined;
  includeSelf: boolean;
  /** Lines of /etc/sshctl/protected that are set aside. */
  evenProtected: readonly string[];
  reason: string | undefined;
}

export interface RevocationTask {
  revocation: Revocation;
  targets: readonly Target[];
  holder: KeyHolder;
  view: RevocationView;
  report: KeyReport;
  /** The command line that asks for the same again. */
  command: string;
}

export function planRevocation(
  { places, unseen }: MeantKeys,
  options: RevokeOptions,
  report: KeyReport,
  sessions: Pick<SessionReport, "sessions">,
  host: KeysHost,
): RevocationTask {
  const { inventory } = report;
  const fingerprints = new Set([...places.map(({ key }) => key.sha256), ...(unseen === undefined ? [] : [unseen])]);
  const because = options.reason === undefined ? "" : `, ${options.reason}`;
  const day = new Date(host.now()).toISOString().slice(0, 10);
  const note = visible(`${day}: revoked by ${describeCaller(readCaller(host.files))} with sshctl${because}`);
  const revocation = { places, removal: { fingerprints, note, remove: options.remove } };
  const targets = targetsOf(revocation, inventory, options, host);
  const accounts = [...new Set(places.map(({ account }) => account))];
  const holders = unseen === undefined ? accounts : report.unread.map(({ account }) => account);
  const holder: KeyHolder = {
    fingerprints: [...new Set([...places.flatMap(({ key }) => fingerprintsOfKey(key)), ...fingerprints])],
    uids: options.isForSome || host.uid !== 0 ? new Set(holders.map(({ uid }) => uid)) : undefined,
    settingsOf: (uid) => {
      const account = inventory.accounts.find((each) => each.uid === uid);
      return account === undefined ? [] : inventory.settingsOf(account);
    },
  };
  const open: readonly Session[] = sessionsOfKey(sessions, holder).sessions;
  const comebacks = accounts.flatMap((account) => findPersistence(account, host));
  const kept = keptBy(revocation, inventory);
  const isOfferable = host.uid === 0 && kept.length === 0 && unseen === undefined;
  const view = { isOfferable, places, unseen, kept, targets, sessions: open, comebacks, ...options };
  const command = commandOf(revocation, view, options);
  return { revocation, targets, holder, view, report, command };
}

/** Where others keep the key, the command line must name the accounts that lose it. */
function commandOf({ places, removal }: Revocation, { kept }: RevocationView, options: RevokeOptions): string {
  const { owners, kill, force, setsUp, includeSelf, evenProtected } = options;
  const names = new Set(kept.length === 0 ? [] : places.map(({ account }) => account.name));
  const users = (owners ?? [...names]).flatMap((name) => ["--user", name]);
  const keys = owners === undefined ? [...removal.fingerprints] : [];
  const switches = {
    "--kill": kill,
    "--delete": removal.remove,
    "--revoked-keys": setsUp,
    "--force": force,
    "--include-self": includeSelf,
  };
  const given = Object.entries(switches).flatMap(([name, isGiven]) => (isGiven ? name : []));
  const lifted = evenProtected.flatMap((name) => ["--even-protected", name]);
  return ["sshctl keys revoke", ...[...keys, ...given, ...users, ...lifted].map(quoteWord)].join(" ");
}

/** @throws DeclinedError */
export function rejectLastWayIn({ revocation, report }: RevocationTask, host: KeysHost): void {
  const { uid, login } = readCaller(host.files);
  const isLast = (each: number) => isLastWayIn(revocation.places, each, report.inventory, host);
  const whose = [
    ...(isLast(0) ? ["root"] : []),
    ...[login?.uid ?? uid].flatMap((each) => (each !== 0 && isLast(each) ? "you" : [])),
  ];
  if (whose.length === 0) return;
  const keys = revocation.removal.fingerprints.size > 1 ? "these keys are" : "this key is";
  throw new DeclinedError(
    `Nothing was done: according to the files, ${keys} the last way in for ${whose.join(" and for ")}.`,
    "Authorize another key first, or add --force.",
  );
}

/**
 * A key is protected by itself, by an account that would lose it, and with --kill by a session that it has opened.
 *
 * @throws DeclinedError
 */
export async function rejectProtected(
  { revocation: { places }, view: { sessions } }: RevocationTask,
  { kill }: RevokeOptions,
  protection: Protection,
): Promise<void> {
  const refuse = (who: string, by: ProtectedEntry) => protectedError(who, "revoke it", by);
  for (const { key, account } of places) {
    const byKey = protection.ofKey(fingerprintsOfKey(key));
    if (byKey !== undefined) throw refuse(`the key ${key.sha256}`, byKey);
    const byAccount = await protection.ofAccount(account);
    if (byAccount !== undefined) throw refuse(`the key ${key.sha256} of ${account.name}`, byAccount);
  }
  for (const session of kill ? sessions : []) {
    const by = await protection.ofSession(session);
    if (by !== undefined) throw refuse(`the session of ${describeSession(session)}`, by);
  }
}
