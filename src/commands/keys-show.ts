import { remark } from "./notes.ts";
import { isFingerprint } from "../domain/auth.ts";
import { exitCodes, NothingFoundError, UsageError } from "../errors.ts";
import { readKeyReport, type JudgedKey, type KeyReport } from "../keys/key-report.ts";
import { renderKeyDetails } from "../render/key-details.ts";
import { renderKeysJson } from "../render/key-json.ts";
import type { Command } from "./command.ts";
import { fingerprintForm, parseQuestion, readSessionsOf, whoseOptions } from "./keys-options.ts";
import { colorOption, formatOptions, parseFormat, parseLook } from "./output-options.ts";

const formats = ["text", "json"] as const;

export const keysShow: Command = {
  name: "keys show",
  summary: "Tell everything about one key",
  examples: [
    ["sshctl keys show SHA256:wcPFP6DV", "where it is authorized, its options, logins and open sessions"],
    ["sshctl keys show SHA256:wcPFP6DV -o json", "for programs"],
  ],
  words: { name: "KEY", offer: "keys", describe: fingerprintForm, most: 1 },
  options: {
    ...whoseOptions,
    ...formatOptions(formats),
    ...colorOption,
  },
  run: async (given, context) => {
    const fingerprint = parseFingerprint(given.words, "keys show");
    const format = parseFormat(given, formats);
    const look = parseLook(given, context);
    const question = parseQuestion(given);
    const host = await context.keysHost();
    const report = await readKeyReport(question, await readSessionsOf(context, host), host);
    const keys = onlyKey(fingerprint, report);
    for (const { message } of report.warnings) remark(message, context.err);
    const parts =
      format === "json"
        ? renderKeysJson({ ...report, keys, otherFindings: [] }, 0)
        : [renderKeyDetails(keys, { ...report, keys }, look)];
    for (const part of parts) context.out.write(part);
    return exitCodes.done;
  },
};

/** @throws UsageError */
export function parseFingerprint([word]: readonly string[], command: string): string {
  if (word === undefined) throw new UsageError(`${command} needs to know which key.`, `Give ${fingerprintForm}.`);
  if (!isFingerprint(word)) throw new UsageError(`"${word}" is no key.`, `Give ${fingerprintForm}.`);
  return word;
}

/**
 * All places of the one key that is meant.
 *
 * @throws NothingFoundError, UsageError where the beginning of a fingerprint means several.
 */
export function onlyKey(fingerprint: string, { keys }: Pick<KeyReport, "keys">): JudgedKey[] {
  const fitting = keys.filter(
    ({ listed: { key } }) => key.sha256.startsWith(fingerprint) || key.md5.startsWith(fingerprint),
  );
  const meant = [...new Set(fitting.map(({ listed }) => listed.key.sha256))];
  if (meant.length === 0)
    throw new NothingFoundError(
      `No key ${fingerprint} stands in the files that were read.`,
      '"sshctl keys" lists those of all accounts.',
    );
  if (meant.length > 1)
    throw new UsageError(`"${fingerprint}" means several keys: ${meant.join(", ")}.`, "Give more of it.");
  return fitting;
}
