import { decodeVis } from "../../src/domain/title.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

/** What an SSH daemon shows as its arguments: its title with another user, or only the name of its executable. */
export function anonymousTitle(title: string, { user }: Pseudonyms): string {
  const [, prefix, text = ""] = /^([^\s:/]+: )(.*)$/s.exec(title) ?? [];
  if (prefix === undefined) return title.split(" ")[0] ?? "";
  const listener = /\[listener\] .*$/.exec(text)?.[0];
  if (listener !== undefined) return `${prefix}/usr/sbin/sshd ${listener}`;
  const [, name = "", rest = ""] = titleForm.exec(text) ?? [];
  return prefix + (name === "" ? "" : user(decodeVis(name))) + rest;
}

/** A user, and what the daemon itself adds: terminals, or what the process does. */
const titleForm = /^(.*?)((?:@(?:notty|internal-sftp|pts\/\d+(?:,pts\/\d+)*))?(?:(?:^| )\[[a-z -]+\])?)$/s;

/** Options by which a shell with a command, and the two ends of scp, are told apart. */
const telling: ReadonlySet<string> = new Set(["-c", "-d", "-f", "-i", "-l", "-p", "-r", "-t", "-v"]);

/** The name of the program, without its folder; of its arguments only how many there are, and options that tell. */
export function anonymousArguments([name = "", ...args]: readonly string[]): string[] {
  return [name.replace(/^.*\//s, ""), ...args.map((argument) => (telling.has(argument) ? argument : "x"))];
}
