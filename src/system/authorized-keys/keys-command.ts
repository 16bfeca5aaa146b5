/** AuthorizedKeysCommand, sshd_config(5): a program that sshd asks for the keys of an account. */
import { splitWords } from "../sshd/unit-command.ts";
import type { Account } from "../accounts.ts";
import type { PublicKey } from "./public-key.ts";

/**
 * The words of the command as sshd runs it for a login to an account with a key.
 *
 * @param setting - its value: a path, and words with tokens. Without words it gets the name of the account.
 * @returns undefined where it is told of the connection (%C, %D), which only a login has.
 */
export function expandKeysCommand(
  setting: string,
  { name, uid, home }: Account,
  { sha256, type, encoded }: Pick<PublicKey, "sha256" | "type" | "encoded">,
): string[] | undefined {
  const tokens = new Map([
    ["%%", "%"],
    ["%f", sha256],
    ["%h", home],
    ["%k", encoded],
    ["%t", type],
    ["%U", String(uid)],
    ["%u", name],
  ]);
  const [path, ...words] = splitWords(setting);
  if (path?.startsWith("/") !== true) return undefined;
  const used = words.flatMap((word) => word.match(/%./g) ?? []);
  if (used.some((token) => !tokens.has(token))) return undefined;
  if (words.length === 0) return [path, name];
  return [path, ...words.map((word) => word.replace(/%./g, (token) => tokens.get(token) ?? token))];
}
