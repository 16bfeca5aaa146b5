/** The options that the commands about keys share, and what they ask the machine. */
import { PermissionError, UsageError } from "../../errors.ts";
import { isKeyLine, readKey } from "../sessions/typed-keys.ts";
import type { SessionReport } from "../../domain/session.ts";
import type { KeysHost } from "./machine.ts";
import type { KeyQuestion } from "./inventory/key-report.ts";
import type { Context } from "../../cli/context.ts";
import { localSource } from "../../domain/report-request.ts";
import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import { list, type Reader } from "../../cli/values.ts";

const group = "Select";

const userReader: Reader<string> = { read: (text) => text, allowed: "names or uids" };

export const whoseOptions = {
  user: {
    group,
    alias: "u",
    value: "NAME",
    offer: "accounts",
    describe: "only these accounts; without root, only your own",
  },
  "network-homes": { group, describe: "also read homes on network file systems; hangs if their server is dead" },
} satisfies OptionTable;

export function parseQuestion(given: GivenOptions): KeyQuestion {
  return {
    users: list(given, "user", userReader),
    unusedSeconds: undefined,
    networkHomes: given.flag("network-homes"),
  };
}

/** A machine that hides its processes still shows the own keys. */
export async function readSessionsOf(
  context: Context,
  { uid }: KeysHost,
): Promise<Pick<SessionReport, "host" | "sessions" | "locked">> {
  try {
    return await (await context.reports()).read({ ...localSource, logins: true, depth: "rows" });
  } catch (error) {
    if (uid === 0 || !(error instanceof PermissionError)) throw error;
    return { host: "", sessions: [] };
  }
}

/** What is allowed, for messages. */
const fingerprintForm = "a fingerprint or its beginning, such as SHA256:wcPFP6DV";
export const keyForm = `${fingerprintForm}; the line or the .pub file of a key; or its whole comment`;

/** Whoever pastes a line does not always quote it: options, type, key, and a comment of several words. */
export const wordsOfLine = 100;

/**
 * The key that is meant by the words of a command.
 *
 * @returns undefined where there is none.
 * @throws UsageError
 */
export async function typedKey(
  command: string,
  words: readonly string[],
  context: Pick<Context, "host" | "env">,
): Promise<string | undefined> {
  const text = words.join(" ");
  if (words.length > 1 && !isKeyLine(text))
    throw new UsageError(`${command} takes one key, not ${String(words.length)}.`, "Quote a comment that has spaces.");
  return words.length === 0 ? undefined : readKey(text, context);
}
