/** What lives on the machine, as shells take it: a value a line, a tab, and what it is. */
import type { ChangeRecord } from "../../changes/change-record.ts";
import type { KnownNames } from "../../fleet/names/known-names.ts";
import type { Session } from "../../domain/session.ts";
import { plural } from "../../text/words.ts";
import type { CompletionKey } from "../keys/inventory/completion-keys.ts";
import { visible } from "../../text/visible.ts";

/** By these names a session can be called. */
export function sessionValues(sessions: readonly Session[]): string {
  return lines(
    sessions.flatMap((session) => [String(session.pid), ...session.ttys].map((name) => [name, about(session)])),
  );
}

export function userValues(sessions: readonly Session[]): string {
  return counted(sessions.flatMap(({ user }) => user ?? []));
}

export function terminalValues(sessions: readonly Session[]): string {
  return lines(sessions.flatMap((session) => session.ttys.map((tty) => [tty, about(session)])));
}

export function peerValues(sessions: readonly Session[]): string {
  return counted(sessions.flatMap(({ peer }) => peer?.address ?? []));
}

export function keyValues(keys: readonly CompletionKey[]): string {
  const named = new Map<string, string>();
  for (const { key, account, comment } of keys) named.set(key.sha256, comment ?? account.name);
  return lines([...named]);
}

export function hostValues({ hosts, groups }: KnownNames): string {
  return lines([...groups.map((group) => [group, "group"]), ...hosts.map((host) => [host, "host"])]);
}

/** Those that can still be undone, the newest first. */
export function changeValues(changes: readonly ChangeRecord[]): string {
  return lines(
    changes
      .filter(({ state }) => state !== "undone")
      .toReversed()
      .map(({ id, command }) => [id, command]),
  );
}

function about({ user, uid, ttys, peer, command }: Session): string {
  const who = user ?? (uid === undefined ? "?" : String(uid));
  return [who, ttys.join(","), peer === undefined ? "" : `from ${peer.address}`, command ?? ""]
    .filter(Boolean)
    .join(" ");
}

function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return lines([...counts].map(([name, count]) => [name, plural(count, "session")]));
}

/** What a shell would have to quote is left out, and so is what a reader could not see. */
const plain = /^[\w@%+/.,:[\]][\w@%+=/.,:[\]-]*$/;

function lines(values: readonly (readonly string[])[]): string {
  return values
    .filter(([value = ""]) => plain.test(value))
    .map(([value = "", text = ""]) => `${value}\t${visible(text).slice(0, 60)}\n`)
    .join("");
}
