/** Names that nobody has: an empty answer would be believed, and who is to be spared would not be. */
import { didYouMean } from "../../cli/suggest.ts";
import { isId } from "../../domain/accounts.ts";
import { keyMatches } from "../../domain/auth.ts";
import type { SessionReport } from "../../domain/session.ts";
import { NothingFoundError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";
import { localSource, type Source } from "../../domain/report-request.ts";
import type { GivenOptions } from "../../cli/command.ts";
import { notice } from "./notes.ts";
import { parseKeys, parseUsers } from "./selection-options.ts";

/** Says on stderr which of the names that sessions were chosen by belong to no account, and to nobody's key. */
export async function noteUnknownNames(
  given: GivenOptions,
  { root }: Source,
  { sessions }: Pick<SessionReport, "sessions">,
  context: Context,
): Promise<void> {
  // A recorded host has accounts and keys of its own.
  if (root !== undefined) return;
  await noteUnknownUsers(given, sessions, context);
  for (const name of parseKeys(given))
    if (!sessions.some(({ auth }) => auth !== undefined && keyMatches(auth, name)))
      notice(`no session is known to use the key ${name}; "sshctl keys show" shows whether it exists`, context.err);
}

async function noteUnknownUsers(
  given: GivenOptions,
  sessions: SessionReport["sessions"],
  context: Context,
): Promise<void> {
  const here = new Set(sessions.flatMap(({ user }) => user ?? []));
  const names = [...parseUsers(given, "user"), ...parseUsers(given, "not-user")].filter((name) => !here.has(name));
  for (const name of await unknownOf(names, context)) {
    const meant = didYouMean(name, [...here]);
    notice(`there is no user ${name}${meant === undefined ? "" : `, did you mean ${meant}?`}`, context.err);
  }
}

/** @throws NothingFoundError where somebody who is to be spared does not exist. */
export async function rejectUnknownSpared(given: GivenOptions, context: Context): Promise<void> {
  const unknown = await unknownOf(parseUsers(given, "not-user"), context);
  if (unknown.length === 0) return;
  // Somebody whose account was deleted may still be logged in.
  const { sessions } = await (await context.reports()).read({ ...localSource, logins: false, depth: "rows" });
  const name = unknown.find((each) => sessions.every(({ user }) => user !== each));
  if (name !== undefined)
    throw new NothingFoundError(
      `There is no user ${name}, so --not-user would spare nobody. Nothing was done.`,
      '"getent passwd" lists them; a uid is taken as it is.',
    );
}

async function unknownOf(names: readonly string[], context: Context): Promise<string[]> {
  const unknown: string[] = [];
  const { findUser } = await context.reports();
  for (const name of names) if (!isId(name) && (await findUser(name)).kind === "nobody") unknown.push(name);
  return unknown;
}
