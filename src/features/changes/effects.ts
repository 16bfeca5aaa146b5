/** What undoing a change opens and ends: read from the texts themselves, not from what the record says of them. */
import type { UndoStep } from "../../changes/undo-change.ts";
import { isKrl, parseKrl } from "../../system/authorized-keys/krl.ts";
import { parseAuthorizedKey } from "../../system/authorized-keys/authorized-key.ts";
import { newestRules } from "../../system/authorized-keys/line-rules.ts";
import { fromByteText } from "../../text/byte-text.ts";

export type Effect =
  /** A line with the key is in a file of authorized keys again. */
  | { kind: "key-returns"; path: string; fingerprint: string; comment: string | undefined }
  /** RevokedKeys does not name the key any more. */
  | { kind: "revocation-ends"; path: string; fingerprint: string }
  | { kind: "limit-ends" | "limit-returns"; path: string; setting: string };

export function effectsOf({ edit }: Pick<UndoStep, "edit">): Effect[] {
  const { path, before = "", after = "" } = edit;
  const [keysNow, keysThen] = [keysIn(before), keysIn(after)];
  const [limitsNow, limitsThen] = [limitsIn(before), limitsIn(after)];
  return [
    ...[...keysThen].flatMap(([fingerprint, comment]): Effect[] =>
      keysNow.has(fingerprint) ? [] : [{ kind: "key-returns", path, fingerprint, comment }],
    ),
    ...[...keysNow.keys()].flatMap((fingerprint): Effect[] =>
      keysThen.has(fingerprint) ? [] : [{ kind: "revocation-ends", path, fingerprint }],
    ),
    ...without(limitsNow, limitsThen).map((setting): Effect => ({ kind: "limit-ends", path, setting })),
    ...without(limitsThen, limitsNow).map((setting): Effect => ({ kind: "limit-returns", path, setting })),
  ];
}

/** Keys by their fingerprints, and the comment of each. */
function keysIn(bytes: string): Map<string, string | undefined> {
  const buffer = Buffer.from(bytes, "latin1");
  if (isKrl(buffer))
    return new Map([...parseKrl(buffer, newestRules).fingerprints].map((fingerprint) => [fingerprint, undefined]));
  const keys = fromByteText(bytes)
    .split("\n")
    .flatMap((line) => parseAuthorizedKey(line) ?? []);
  return new Map(keys.map(({ key, comment }) => [key.sha256, comment]));
}

/** What timeout writes, and what it comments out with --adopt. */
const limit =
  /^[ \t]*(?:(?:declare|typeset|export|readonly)(?: -\w+)* )*((?:TMOUT=|ChannelTimeout |UnusedConnectionTimeout ).*)$/gm;

/** A file may say the same several times, for several shells. In sshd's file it may be for other users. */
function limitsIn(bytes: string): string[] {
  const text = fromByteText(bytes);
  const sections = text.split(/^(?=Match )/m);
  const settings = sections.flatMap((section) => {
    const whose = /^Match .*$/m.exec(section)?.[0];
    return [...section.matchAll(limit)].map(([, setting = ""]) =>
      whose === undefined ? setting : `${whose}: ${setting}`,
    );
  });
  return [...new Set(settings)];
}

function without(all: readonly string[], others: readonly string[]): string[] {
  return all.filter((each) => !others.includes(each));
}
