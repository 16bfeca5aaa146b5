import { keysHostOf, type KeysHost } from "./machine.ts";
import { revokedBefore } from "./revoked-before.ts";
import { notice } from "../sessions/notes.ts";
import { isFingerprint, parseKeyName } from "../../domain/auth.ts";
import { firstFew } from "../../domain/first-few.ts";
import { exitCodes, NothingFoundError, UsageError } from "../../errors.ts";
import type { ListedKey } from "./inventory/inventory.ts";
import { elsewhere } from "./elsewhere.ts";
import { readKeyReport, type JudgedKey, type KeyReport } from "./inventory/key-report.ts";
import { renderKeyDetails } from "./text/details.ts";
import { renderKeysJson } from "./text/json.ts";
import type { Command } from "../../cli/command.ts";
import { meansFleet, sshctlFleetOptions } from "../sessions/fleet/options.ts";
import { keyForm, parseQuestion, readSessionsOf, typedKey, whoseOptions, wordsOfLine } from "./options.ts";
import { colorOption, formatOptions, parseFormat, parseStyle, textFormats } from "../sessions/output-options.ts";

export const keysShow: Command = {
  name: "keys show",
  summary: "Show everything about one key",
  examples: [
    ["sshctl keys show SHA256:wcPFP6DV", "where it is authorized, its options, logins and open sessions"],
    ["sshctl keys show alice@laptop", "the same for the key with this comment"],
    [
      "sshctl keys show SHA256:wcPFP6DV --on @all",
      "on which servers it is authorized, by the sshctl that is installed there",
    ],
    ["sshctl keys show SHA256:wcPFP6DV -o json", "for programs"],
  ],
  words: { name: "KEY", offer: "keys", describe: keyForm, most: wordsOfLine },
  options: {
    ...whoseOptions,
    ...formatOptions(textFormats),
    ...colorOption,
    ...sshctlFleetOptions,
  },
  run: async (given, context) => {
    const name = parseName(await typedKey("keys show", given.words, context));
    const format = parseFormat(given, textFormats);
    const look = parseStyle(given, context);
    if (meansFleet(given)) return (await import("./fleet/show-on.ts")).showOn(name, given, format, look, context);
    const question = parseQuestion(given);
    const host = await keysHostOf(context);
    const report = await readKeyReport(question, await readSessionsOf(context, host), host);
    const keys = onlyKey(name, report, host);
    for (const { message } of report.warnings) notice(message, context.err);
    const parts =
      format === "json"
        ? renderKeysJson({ ...report, keys, otherFindings: [] }, 0)
        : [renderKeyDetails(keys, { ...report, keys }, look)];
    for (const part of parts) context.out.write(part);
    return exitCodes.done;
  },
};

/** @throws UsageError */
function parseName(word: string | undefined): string {
  if (word === undefined) throw new UsageError("keys show needs a key.", `Give ${keyForm}.`);
  const name = parseKeyName(word);
  if (name === undefined) throw new UsageError(`"${word}" is not a key.`, `Give ${keyForm}.`);
  return name;
}

/**
 * All places of the one key that is meant.
 *
 * @param name - a fingerprint or its beginning, or a comment.
 * @throws NothingFoundError, UsageError where it means several keys.
 */
export function onlyKey(
  name: string,
  report: KeyReport,
  { state, uid, now }: Pick<KeysHost, "state" | "uid" | "now">,
): JudgedKey[] {
  const { keys } = report;
  const isMeant = isFingerprint(name)
    ? ({ key }: ListedKey) => key.sha256.startsWith(name) || key.md5.startsWith(name)
    : ({ comment }: ListedKey) => comment === name;
  const fitting = keys.filter(({ listed }) => isMeant(listed));
  const meant = [...new Set(fitting.map(({ listed }) => listed.key.sha256))];
  if (meant.length === 0)
    throw new NothingFoundError(
      isFingerprint(name)
        ? `No key ${name} was found in the files that were read.`
        : `No key with the comment "${name}" was found in the files that were read.`,
      [...revokedBefore(name, state, now()), ...elsewhere(name, report, uid)].join(" "),
    );
  rejectSeveral(name, meant);
  return fitting;
}

/**
 * @param fingerprints - of all keys that the name fits.
 * @throws UsageError
 */
export function rejectSeveral(name: string, fingerprints: readonly string[]): void {
  const different = [...new Set(fingerprints)];
  if (different.length > 1)
    throw new UsageError(
      `"${name}" matches several keys: ${firstFew(different)}.`,
      isFingerprint(name) ? "Give more characters." : "Give the fingerprint of one.",
    );
}
