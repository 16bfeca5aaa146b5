/** What people read before and after a key is revoked. */
import { firstFew } from "../../../domain/first-few.ts";
import { plural } from "../../../text/words.ts";
import { undoCommand } from "../../../changes/undo-command.ts";
import type { RevokedFiles } from "./carry-out.ts";
import type { Session } from "../../../domain/session.ts";
import { isAnyChanged, isDurable, type Change, type Target } from "./change-files.ts";
import type { PublicKey } from "../../../system/authorized-keys/public-key.ts";
import type { ListedKey } from "../inventory/inventory.ts";
import type { Persistence } from "../../../system/persistence.ts";
import { describeSession } from "../../sessions/text/one-line.ts";
import { textWidth } from "../../../text/width.ts";
import { visible } from "../../../text/visible.ts";
import { paragraph, type Width } from "../../../text/wrap.ts";

export interface RevocationView {
  places: readonly ListedKey[];
  /** The fingerprint of a key that was found nowhere. */
  unseen: string | undefined;
  /** The accounts all of whose keys are meant; undefined where a key was named. */
  owners: readonly string[] | undefined;
  /** Of the same keys, which stay. */
  kept: readonly ListedKey[];
  targets: readonly Target[];
  sessions: readonly Session[];
  /** What may bring it back. */
  comebacks: readonly Persistence[];
  remove: boolean;
  kill: boolean;
  /** Whether the keys can be locked out by RevokedKeys: nobody is to keep them, and root asks. */
  isOfferable: boolean;
}

/** The plan: every place of each key, every open session, and what follows. */
export function renderRevocation(view: RevocationView, width: Width): string {
  const { sessions, comebacks, kill, targets, isOfferable } = view;
  const isLocked = targets.some(({ kind }) => kind === "revoked");
  return lineText(
    [
      ...scopeLines(view),
      ...(view.unseen === undefined ? [] : [view.unseen, "  not found    in no file that was read"]),
      ...keysOf(view).flatMap((key) => keyLines(key, view)),
      ...sessions.map((session) => `  ${kill ? "end        " : "stays open "}  ${describeSession(session)}`),
      ...comebacks.map((each) => `  note         ${describePersistence(each)}`),
      ...(isLocked || !isOfferable
        ? []
        : ["  note         taken out, not locked: no RevokedKeys is set up; --revoked-keys sets it up"]),
    ],
    width,
  );
}

/** With a key, --user narrows to the files of an account; alone it means every key in them, in all accounts. */
function scopeLines(view: RevocationView): string[] {
  const { owners, places } = view;
  if (owners === undefined) return [];
  const count = keysOf(view).length;
  const [keys, stand] =
    count === 1 ? ["The only key that stands", "it stands"] : [`All ${String(count)} keys that stand`, "they stand"];
  const accounts = [...new Set(places.map(({ account }) => account.name))];
  return [
    `${keys} in the files of ${firstFew(owners)}, wherever ${stand}: in ${plural(accounts.length, "account")} (${firstFew(accounts)})`,
  ];
}

/** The fingerprints of all that are meant. */
export function fingerprintsIn(view: Pick<RevocationView, "places" | "unseen">): string[] {
  return view.unseen === undefined ? keysOf(view).map(({ sha256 }) => sha256) : [view.unseen];
}

/** Each of them once. */
export function keysOf({ places }: Pick<RevocationView, "places">): PublicKey[] {
  return [...new Map(places.map(({ key }) => [key.sha256, key])).values()];
}

function keyLines({ sha256, name }: PublicKey, { places, kept, targets, remove }: RevocationView): string[] {
  const ofKey = (all: readonly ListedKey[]) => fewPlaces(all.filter(({ key }) => key.sha256 === sha256));
  return [
    `${sha256} (${name})`,
    ...targets.flatMap((target) => targetLine(target) ?? []),
    ...ofKey(places).map((text) => `  ${remove ? "remove     " : "comment out"}  ${text}`),
    ...ofKey(kept).map((text) => `  stays        ${text}`),
  ];
}

function targetLine({ kind, path }: Target): string | undefined {
  switch (kind) {
    case "authorized":
      return undefined;
    case "revoked":
      return `  add to       ${path} (RevokedKeys)`;
    case "drop-in":
      return `  set up       ${path}: every sshd reads its configuration again, and then refuses these keys`;
  }
}

/** A sentence without its full stop, also `comebacks` in docs/schemas/revocation-1.json. */
export function describePersistence(found: Persistence): string {
  const { account } = found;
  switch (found.kind) {
    case "lingers":
      return `${account} lingers: services run without a login (loginctl disable-linger ${account})`;
    case "crontab":
      return `${account} has a crontab: ${found.path}`;
    case "at-jobs":
      return `${account} has at jobs: ${found.paths.map((path) => path.slice(path.lastIndexOf("/") + 1)).join(", ")}`;
  }
}

/** Of a key that stands in a file a thousand times, the first places tell enough. */
const mostPlaces = 100;

function fewPlaces(places: readonly ListedKey[]): string[] {
  const more = places.length - mostPlaces;
  return [...places.slice(0, mostPlaces).map(placeText), ...(more > 0 ? [`${plural(more, "line")} more`] : [])];
}

function placeText({ account, path, line, comment }: ListedKey): string {
  return `${path}:${String(line)} of ${account.name}${comment === undefined ? "" : ` (${comment})`}`;
}

/** What was done to the files, and whether it lasts. */
export function renderChanges(
  changes: readonly Change[],
  { owners, keys, isOfferable }: { owners: readonly string[]; keys: readonly string[]; isOfferable: boolean },
  width: Width,
): string {
  const isOffered = isOfferable && !changes.some(({ target }) => target.kind === "revoked");
  const offer = isOffered ? ", and --revoked-keys sets it up" : "";
  const theirs = owners.length === 0 ? "" : `${owners.join(", ")} can put ${theKeys(keys)} back, and `;
  return lineText(
    [
      ...changes.map(changeText),
      ...(isDurable(changes) || !isAnyChanged(changes)
        ? []
        : [
            `taken out, not locked: ${theirs}the next run of a configuration manager may undo it; only RevokedKeys in sshd's configuration keeps ${keys.length === 1 ? "it" : "them"} out for good${offer}`,
          ]),
    ],
    width,
  );
}

/** The way back of the files; nothing where none was changed. In one line, since it will be copied. */
export function renderUndo({ changes, id }: RevokedFiles): string {
  return isAnyChanged(changes) ? `Undo: ${undoCommand(id)}\n` : "";
}

function changeText(change: Change): string {
  const { path } = change.target;
  switch (change.kind) {
    case "changed":
      return change.backup === undefined ? `${path}: written` : `${path}: changed; the old file is ${change.backup}`;
    case "unchanged":
      return `${path}: nothing to change`;
    case "failed":
      return `${path}: NOT CHANGED: ${change.trouble.message}`;
  }
}

/**
 * What is left when the sessions have been ended.
 *
 * @param isOut - whether the key is certainly locked out.
 */
export function renderRemains(
  left: readonly Session[],
  undecided: readonly Session[],
  { isOut, theKey }: { isOut: boolean; theKey: TheKey },
  width: Width,
): string {
  const nobody = isOut
    ? `no session of ${theKey} is open`
    : `no session of ${theKey} is open now, but it is not certain that ${theKey} cannot log in again`;
  return lineText(
    [
      ...left.map(
        (session) =>
          `still open: ${describeSession(session)}${session.self === false ? "" : ", which is or may be your own; --include-self ends it"}`,
      ),
      ...undecided.map((session) => `key not known: ${describeSession(session)}`),
      ...(left.length === 0 && undecided.length === 0 ? [nobody] : []),
    ],
    width,
  );
}

/** That sessions go on, where nobody asked for their end. */
export function renderOpen(sessions: readonly Session[], keys: readonly string[]): string {
  if (sessions.length === 0) return "";
  const stayOpen = sessions.length === 1 ? "stays open" : "stay open";
  return lineText(
    [
      `${plural(sessions.length, "session")} of ${theKeys(keys)} ${stayOpen}. To end every session of ${theKeys(keys)}:`,
      `  sshctl kill-all --key ${keys.join(",")}`,
    ],
    undefined,
  );
}

type TheKey = "the key" | "the keys";

export function theKeys(keys: readonly unknown[]): TheKey {
  return keys.length === 1 ? "the key" : "the keys";
}

function lineText(lines: readonly string[], width: Width): string {
  return paragraph(lines.map(visible), width, textWidth);
}
