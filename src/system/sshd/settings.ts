/** What sshd makes of its configuration for one user: the output of `sshd -T -C`. */
import type { Programs } from "../../host/programs/run.ts";

/** Keywords in lower case (10.6 prints them otherwise), with their values. */
export type SshdSettings = ReadonlyMap<string, string>;

const limitMs = 10_000;

/**
 * All attributes are given: up to 8.0 sshd refuses to answer without one that a Match asks for, later ones take such a Match
 * for one that does not fit.
 *
 * @returns undefined where sshd cannot tell: without root, or without a server.
 */
export async function askSshd(user: string, ports: { programs: Programs }): Promise<SshdSettings | undefined> {
  return readSettings(["-T", "-C", `user=${user},host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22`], ports);
}

/** What holds where no Match does. It takes no root where everybody may read the configuration, and OpenSSH 9.3. */
export async function askSshdWithoutRoot(ports: { programs: Programs }): Promise<SshdSettings | undefined> {
  return readSettings(["-G"], ports);
}

async function readSettings(
  args: readonly string[],
  { programs }: { programs: Programs },
): Promise<SshdSettings | undefined> {
  const output = await programs.run("sshd", args, limitMs);
  if (output?.exitCode !== 0) return undefined;
  return new Map(
    output.stdout.split("\n").map((line) => {
      const [keyword = "", ...values] = line.split(" ");
      return [keyword.toLowerCase(), values.join(" ")];
    }),
  );
}
