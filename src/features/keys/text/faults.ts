/** What is wrong with keys, lines and files, in words: `reason` and `remedy` of findings, also in docs/schemas/keys-1.json. */
import { firstFew } from "../../../domain/first-few.ts";
import { plural } from "../../../text/words.ts";
import type { ListedKey } from "../inventory/inventory.ts";
import type { Changers, Fault, NotTakenState, RevokedKeysFault, UnreadReason } from "../inventory/faults.ts";

/** A sentence without its full stop. */
export function reasonOf(fault: Fault): string {
  switch (fault.id) {
    case "weak-dsa":
      return "DSA keys can be forged";
    case "weak-rsa":
      return `RSA with ${String(fault.bits)} bits is too short`;
    case "rsa-below-3072":
      return `RSA with ${String(fault.bits)} bits; 3072 or more are recommended`;
    case "shared":
      return `the same key opens ${String(fault.names.length)} accounts: ${firstFew(fault.names)}`;
    case "root-unrestricted":
      return "it opens a root shell from anywhere";
    case "no-comment":
      return "no comment says whose key it is";
    case "expired":
      return `it expired on ${fault.day}`;
    case "expires-soon":
      return `it expires on ${fault.day}`;
    case "untrusted-file":
      return `${fault.file} ${describeChangers(fault.changers)}${fault.isStrict ? ", so sshd accepts no key from the file" : ", and StrictModes is off"}`;
    case "revoked-listed":
      return "it is revoked but still listed";
    case "unused":
      return fault.isEver ? "no login with it since the logs begin" : "no login with it for that long";
    case "not-taken":
      return whyNotTaken(fault.state, fault.type);
    case "broken-line":
      return describeBrokenLine(fault);
    case "unread-file":
      return `its keys ${fault.fromLine === 1 ? "" : `from line ${String(fault.fromLine)} on `}are not known: ${describeUnread(fault.reason)}`;
    case "revoked-keys-unusable":
      return `sshd cannot read RevokedKeys, so it refuses every key of every user: ${describeRevokedKeysFault(fault.fault)}`;
  }
}

/** What to do about it; a sentence. */
export function remedyOf(fault: Fault): string {
  switch (fault.id) {
    case "weak-dsa":
    case "weak-rsa":
    case "rsa-below-3072":
      return "Replace it with an ed25519 key, and revoke this one.";
    case "shared":
      return "Give each account its own key, so that each can be revoked separately.";
    case "root-unrestricted":
      return 'Put from="ADDRESSES", restrict or command="…" before it, or log in as another user and use sudo.';
    case "no-comment":
      return "Add a comment that says who has it and where.";
    case "expired":
    case "revoked-listed":
      return "Remove the line.";
    case "expires-soon":
      return "Replace it before then.";
    case "untrusted-file":
      return `Run chown ${fault.account} and chmod go-w on the file and on the folders above it, up to the home.`;
    case "unused":
      return "Ask its owner, then revoke it.";
    case "not-taken":
      return "Remove the line, or replace it with a key that sshd accepts.";
    case "broken-line":
      return fault.problem === undefined ? "Correct the lines or remove them." : "Correct the line or remove it.";
    case "unread-file":
      return "Check what it is; sshd expects a regular file that its user can read.";
    case "revoked-keys-unusable":
      return "Put a file there with one key per line, or a revocation list made by ssh-keygen -k; an empty file revokes nothing.";
  }
}

function describeBrokenLine(fault: Extract<Fault, { id: "broken-line" }>): string {
  if (fault.problem === undefined) return `sshd skips ${plural(fault.count, "more line")}`;
  return `sshd ${fault.isIgnored ? "ignores" : "skips"} the line: ${fault.problem}`;
}

function whyNotTaken(state: NotTakenState, type: string): string {
  switch (state) {
    case "type":
      return `sshd does not accept keys of the type ${type}`;
    case "short":
      return "sshd does not accept RSA keys this short";
    case "certificate":
      return "it is a certificate, and sshd expects a plain key";
    case "disabled":
      return "PubkeyAuthentication is off";
    case "root":
      return "PermitRootLogin does not allow it";
  }
}

/** Why sshd takes no key from the file of this one, and what mends that, as `keys --findings` has both. */
export function describeDistrust({ distrust, account }: Pick<ListedKey, "distrust" | "account">): string {
  if (distrust === undefined) return "modes";
  const { path, changers } = distrust;
  const fault = { id: "untrusted-file", file: path, changers, account: account.name, isStrict: true } as const;
  return `${reasonOf(fault)}. ${remedyOf(fault)}`;
}

/** Follows the name of the file or folder. */
export function describeChangers(changers: Changers): string {
  switch (changers.kind) {
    case "owner":
      return `belongs to uid ${String(changers.uid)}`;
    case "everybody":
      return "can be changed by every user";
    case "group":
      return `can be changed by the group ${String(changers.gid)}`;
  }
}

/** A sentence with "it", without its full stop. */
export function describeUnread(reason: UnreadReason): string {
  switch (reason.kind) {
    case "unreadable":
      return reason.problem;
    case "larger-than":
      return `it is larger than ${String(reason.mebibytes)} MiB`;
    case "more-lines-than":
      return `it has more than ${reason.lines.toLocaleString("en")} lines`;
    case "late":
      return `it could not be read within ${String(reason.seconds)} seconds`;
    case "long-line":
      return `its line ${String(reason.line)} is longer than 1 MiB`;
    case "network-home":
      return "it is on a network file system; --network-homes reads it";
  }
}

/** A sentence with "it", without its full stop. */
export function describeRevokedKeysFault(fault: RevokedKeysFault): string {
  switch (fault.kind) {
    case "missing":
      return "it is missing";
    case "too-large":
      return "it is larger than sshd accepts";
    case "bad-line":
      return `line ${String(fault.line)} is not a key: ${fault.problem}`;
    case "unreadable":
    case "damaged-list":
      return fault.problem;
  }
}
