/** `keys revoke --on`: what the sshctl of a host says that it would do, and what it has done. Pure. */
import { plainWords } from "../../../../domain/command-line.ts";
import { firstFew } from "../../../../domain/first-few.ts";
import { exitCodes } from "../../../../errors.ts";
import type { DeedItem } from "../../../../fleet/act/host-outcome.ts";
import type { Failure } from "../../../../fleet/engine/failures.ts";
import type { RevocationDocument } from "../../../../text/json-contract.ts";
import { plural } from "../../../../text/words.ts";
import {
  hostFailure,
  saidBy,
  unansweredItem,
  withoutName,
  type PlannedThing,
  type RemoteDeed,
} from "../../../sessions/fleet/through/deed.ts";
import { isFailure, type Reply } from "../../../sessions/fleet/through/question.ts";

export interface RevocationWish {
  /** As it was typed; undefined where all keys of the accounts are meant. */
  key: string | undefined;
  /** Only these accounts, or those whose keys are meant. */
  users: readonly string[];
  kill: boolean;
  /** Of --delete, --revoked-keys, --force and --network-homes those that were given. */
  switches: readonly string[];
}

export interface PlannedRevocation extends PlannedThing {
  /** Of the whole keys. */
  fingerprints: readonly string[];
  /** Accounts that lose one. */
  users: readonly string[];
}

/** What is asked for, where it has no other name. */
export function revokedThing({ key, users }: Pick<RevocationWish, "key" | "users">): string {
  return key ?? `keys of ${users.join(", ")}`;
}

export function revokeDeed(wish: RevocationWish): RemoteDeed<PlannedRevocation> {
  const what = revokedThing(wish);
  const command = (key: string | undefined, further: readonly string[]) => [
    "keys",
    "revoke",
    "-o",
    "json",
    ...wish.switches.map((name) => `--${name}`),
    ...(wish.kill ? ["--kill"] : []),
    ...wish.users.map((user) => `--user=${user}`),
    ...further,
    ...plainWords(key === undefined ? [] : [key]),
  ];
  return {
    plan: {
      commands: [command(wish.key, ["--dry-run"])],
      read: async (replyTo) => planned(what, await replyTo(0, "revocation")),
    },
    act: ([thing], reason) => ({
      // What was seen in the plan, and not what a beginning or a comment may mean by now.
      commands: [command(wish.key && (thing?.fingerprints[0] ?? wish.key), ["--yes", "--reason", reason])],
      read: async (replyTo) => [revokedItem(what, await replyTo(0, "revocation"), wish.kill)],
    }),
  };
}

function planned(what: string, reply: Reply<"revocation">): readonly PlannedRevocation[] | Failure {
  const nobody = { fingerprints: [], users: [] };
  if (isFailure(reply)) {
    const kind = reply.code === "nothing-there" ? "nothing" : "refused";
    return hostFailure([reply]) ?? [{ what, kind, text: saidBy(reply), details: [], ...nobody }];
  }
  const { document, exitCode, said } = reply;
  const { keys, places, open, kept, files, unread, comebacks } = document;
  const thing = {
    what,
    fingerprints: keys.length > 0 ? keys.map(({ fingerprint }) => fingerprint) : [document.fingerprint ?? []].flat(),
    users: [...new Set(places.map(({ user }) => user))],
    details: [
      ...places.map(({ user, path, line }) => `${user}  ${path}:${String(line)}`),
      ...files.flatMap(({ path, problem }) => (problem === null ? [] : `${path}: ${problem}`)),
      ...kept.map(({ user, path, line }) => `stays: ${user}  ${path}:${String(line)}`),
      ...unread.map(({ path, problem }) => `not read: ${path}: ${problem}`),
      ...comebacks,
    ],
  };
  if (exitCode === exitCodes.declined) return [{ ...thing, kind: "refused", text: withoutName(said ?? "it refuses") }];
  const where = places.length === 0 ? "found in no file that was read" : `in ${plural(files.length, "file")}`;
  const sessions = open.length === 0 ? "" : `; ${plural(open.length, "open session")}`;
  return [{ ...thing, kind: "to-do", text: `${where}${sessions}` }];
}

function revokedItem(what: string, reply: Reply<"revocation">, kill: boolean): DeedItem {
  if (isFailure(reply)) return unansweredItem(what, reply);
  const { document, exitCode, said } = reply;
  const { change, dryRun, files, ended } = document;
  const id = change ?? undefined;
  const sessions = kill ? `, ${plural(ended?.length ?? 0, "session")} ended` : "";
  const isDone = !dryRun && exitCode === exitCodes.done;
  if (isDone) return { id, what, kind: "proven", text: `locked out of ${plural(files.length, "file")}${sessions}` };
  const left = leftOf(document, kill);
  const why = left.length > 0 ? firstFew(left) : withoutName(said ?? "it does not say why");
  return { id, what, kind: "not-done", text: `not locked out everywhere${sessions}: ${why}` };
}

/** Why the key may still get in, or is in. */
function leftOf(document: RevocationDocument, kill: boolean): string[] {
  const { files, remaining, unread, commands, open, undecided } = document;
  return [
    ...files.flatMap(({ path, outcome, problem }) => (outcome === "failed" ? `${path}: ${problem ?? "failed"}` : [])),
    ...remaining.map(({ path, line }) => `still in ${path}:${String(line)}`),
    ...unread.map(({ path }) => `${path} was not read`),
    ...commands.map(({ command }) => `${command} may supply it`),
    ...(kill && open.length > 0 ? [`${plural(open.length, "session")} left`] : []),
    ...(kill && undecided.length > 0 ? [`${plural(undecided.length, "session")} of which the key is not known`] : []),
  ];
}
