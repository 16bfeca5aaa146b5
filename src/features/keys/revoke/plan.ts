/** Everything that is decided before a key is locked out. */
import type { Session, SessionReport } from "../../../domain/session.ts";
import { DeclinedError } from "../../../errors.ts";
import { describeCaller, readCaller } from "../../../system/caller.ts";
import { findPersistence } from "./persistence.ts";
import type { KeysHost } from "../machine.ts";
import type { JudgedKey, KeyReport } from "../inventory/key-report.ts";
import { isLastWayIn } from "./last-way-in.ts";
import { keptBy, targetsOf, type Revocation, type Target } from "./change-files.ts";
import type { RevocationView } from "./text.ts";
import { visible } from "../../../text/visible.ts";
import { sessionsOfKey, type KeyHolder } from "./end-sessions-of-key.ts";

/** What was asked for beside the key. */
export interface RevokeOptions {
  kill: boolean;
  remove: boolean;
  force: boolean;
  /** Only these accounts. */
  isForSome: boolean;
  reason: string | undefined;
}

export interface RevocationTask {
  revocation: Revocation;
  targets: readonly Target[];
  holder: KeyHolder;
  view: RevocationView;
  report: KeyReport;
}

/** @param keys - the places of one key, at least one. */
export function planRevocation(
  keys: readonly JudgedKey[],
  options: RevokeOptions,
  report: KeyReport,
  sessions: Pick<SessionReport, "sessions">,
  host: KeysHost,
): RevocationTask {
  const { inventory } = report;
  const places = keys.map(({ listed }) => listed);
  const [first] = places;
  const because = options.reason === undefined ? "" : `, ${options.reason}`;
  const day = new Date(host.now()).toISOString().slice(0, 10);
  const note = visible(`${day}: revoked by ${describeCaller(readCaller(host.files))} with sshctl${because}`);
  const revocation = { places, removal: { fingerprint: first?.key.sha256 ?? "", note, remove: options.remove } };
  const targets = targetsOf(revocation, inventory, host);
  const accounts = [...new Set(places.map(({ account }) => account))];
  const holder: KeyHolder = {
    fingerprints: [first?.key.sha256 ?? [], first?.key.md5 ?? []].flat(),
    uids: options.isForSome || host.uid !== 0 ? new Set(accounts.map(({ uid }) => uid)) : undefined,
    settingsOf: (uid) => {
      const account = inventory.accounts.find((each) => each.uid === uid);
      return account === undefined ? [] : inventory.settingsOf(account);
    },
  };
  const open: readonly Session[] = sessionsOfKey(sessions, holder).sessions;
  const comebacks = accounts.flatMap((account) => findPersistence(account, host));
  const view = { places, kept: keptBy(places, inventory), targets, sessions: open, comebacks, ...options };
  return { revocation, targets, holder, view, report };
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
  throw new DeclinedError(
    `Nothing was done: according to the files, this key is the last way in for ${whose.join(" and for ")}.`,
    "Authorize another key first, or add --force.",
  );
}
