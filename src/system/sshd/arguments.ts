/** The options of a daemon's command line that decide about its configuration: sshd(8). */
import { decodeVis } from "../../domain/title.ts";

/** Options that take a value, and those that do not: getopt() in sshd.c of OpenSSH 10. */
const withValue = "CEbcfghkopu";
const withoutValue = "46DGQRTdeiqrtV";

/** Which of them are part of the configuration. The others say how the daemon runs, or ask it for something else. */
const ofConfiguration = "46cfgohpu";

/** @param args - without the name of the program, one word each. */
export function configurationOptions(args: readonly string[]): string[] {
  const options: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? "";
    if (!/^-[^-]/.test(word)) break;
    for (let at = 1; at < word.length; at += 1) {
      const letter = word[at] ?? "";
      if (!withValue.includes(letter)) {
        if (ofConfiguration.includes(letter)) options.push(`-${letter}`);
        continue;
      }
      const attached = word.slice(at + 1);
      const value = attached === "" ? args[(index += 1)] : attached;
      if (value !== undefined && ofConfiguration.includes(letter)) options.push(`-${letter}`, value);
      break;
    }
  }
  return options;
}

/**
 * The arguments behind a title such as "sshd: /usr/sbin/sshd -D -o Port 22 [listener] 0 of 10-100 startups". It is joined by
 * spaces, so a value goes on until a word that can only be another option.
 *
 * @returns undefined for any other title, and for one that was cut short.
 */
export function argumentsOfTitle(title: string): string[] | undefined {
  const text = /^[^\s:]+: (\S+(?: .*)?) \[listener\] /.exec(title)?.[1];
  if (text === undefined) return undefined;
  const [, ...words] = text.split(" ").map(decodeVis);
  const args: string[] = [];
  for (const word of words) {
    const last = args.at(-1);
    if (last === undefined || optionWord.test(word) || takesNext(args)) args.push(word);
    else args[args.length - 1] = `${last} ${word}`;
  }
  return args;
}

const optionWord = new RegExp(`^-[${withoutValue}]*(?:[${withoutValue}]|[${withValue}].*)$`);

/** Whether the last word is an option whose value is still to come. */
function takesNext(args: readonly string[]): boolean {
  return new RegExp(`^-[${withoutValue}]*[${withValue}]$`).test(args.at(-1) ?? "");
}

/** The file that these options name. */
export function configurationFile(options: readonly string[]): string | undefined {
  return options.findLast((_, index) => options[index - 1] === "-f");
}
