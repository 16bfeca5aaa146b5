/** Keys as people have them at hand: a line of a file, or a file. From there on they are called by their fingerprints. */
import type { Context } from "../../cli/context.ts";
import { UsageError } from "../../errors.ts";
import { gone } from "../../host/files/files.ts";
import { parseLine, type AuthorizedKey } from "../../system/authorized-keys/authorized-key.ts";

/** Commas part keys, and may stand in a line. */
export async function readKeys(text: string, context: Pick<Context, "host" | "env">): Promise<string[]> {
  if (isKeyLine(text)) return [await readKey(text, context)];
  const names: string[] = [];
  for (const part of text.split(",")) names.push(await readKey(part, context));
  return names;
}

/**
 * @param text - a line of authorized_keys, a file of a public key, or any other name of a key.
 * @returns the fingerprint for the first two, and otherwise the text.
 * @throws UsageError for a file that does not hold one key, and for half a line.
 */
export async function readKey(text: string, { host, env }: Pick<Context, "host" | "env">): Promise<string> {
  if (isKeyLine(text)) return onlyKeyOf(text, "The line").key.sha256;
  if (!/^(?:~|\.{0,2})\/|\.pub$/.test(text)) return text;
  const path = text.replace(/^~(?=\/)/, () => env["HOME"] ?? "~");
  const { facts } = await host();
  if (facts.files.facts(path) === gone) throw new UsageError(`There is no file ${path}.`, `Give ${keyForms}.`);
  const found = facts.smallFiles.readSmall(path, mostBytes);
  if (found === undefined)
    throw new UsageError(
      `${path} cannot be read as the file of a key.`,
      `Give a regular file, not a symbolic link; or ${keyForms}.`,
    );
  if (found.includes("PRIVATE KEY"))
    throw new UsageError(`${path} holds a private key.`, `Give the public one: ${path}.pub.`);
  return onlyKeyOf(found, path).key.sha256;
}

const keyForms =
  "a fingerprint or its beginning (SHA256:wcPF), the line or the .pub file of a key, a comment, or the ID of a certificate";

const mostBytes = 64 * 1024;

/** Whether it is meant as the line of a key, right or wrong: its type stands in front, or behind options. */
export function isKeyLine(text: string): boolean {
  return /(?:^|[ \t])(?:ssh-|ecdsa-sha2-|sk-(?:ssh|ecdsa)-|rsa-sha2-)[\w.@-]+[ \t]+AAAA/.test(text);
}

function onlyKeyOf(text: string, where: string): AuthorizedKey {
  const lines = text.split("\n").flatMap((line) => parseLine(line) ?? []);
  const [key, ...others] = lines.flatMap((line) => ("key" in line ? line : []));
  if (key !== undefined && others.length === 0) return key;
  const [problem = "it is empty"] = lines.flatMap((line) => ("problem" in line ? line.problem : []));
  throw new UsageError(
    key === undefined ? `${where} holds no key: ${problem}.` : `${where} holds ${String(others.length + 1)} keys.`,
    key === undefined ? "Give all of the line." : "Give one of them.",
  );
}
