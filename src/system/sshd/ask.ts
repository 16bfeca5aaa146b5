/**
 * This room has the SSH servers of the machine and their configuration: which daemons and units there are (daemons.ts, units.ts), what
 * their files say (config-lines.ts, match-criteria.ts), whom they let in at all (reach.ts), and how they are made to read it again (steer.ts).
 * This file asks a daemon itself: `sshd -T` and `sshd -t` with the options that it was started with.
 */
import { complaintOf, type ProgramOutput, type Programs } from "../../host/programs/run.ts";
import type { Daemon } from "./daemons.ts";

/** Keywords in lower case (10.6 prints them otherwise), with their values. */
export type SshdSettings = ReadonlyMap<string, string>;

/** The same with every value of keywords that may stand several times, such as DenyUsers. */
export type SshdLines = ReadonlyMap<string, readonly string[]>;

/** Which server is asked. */
export type Asked = Pick<Daemon, "server" | "program" | "options" | "ends">;

/** A connection that Match blocks may mean. */
export interface Login {
  user: string;
  /** Of the server; the daemon's first one unless told otherwise. */
  port?: number | undefined;
  /** Where it comes from: from this machine unless told otherwise. Its name is not looked up, as with UseDNS no. */
  address?: string | undefined;
}

/** An answer takes some hundredths of a second. sshd waits for ever where its configuration includes a FIFO, and it is asked more than once. */
const answerLimitMs = 5000;
/** A judgement decides what is done. */
const judgementLimitMs = 10_000;

/** @returns undefined where sshd cannot tell: without root, or without a server. */
export async function effectiveSettings(
  login: Login,
  daemon: Asked,
  ports: { programs: Programs },
): Promise<SshdSettings | undefined> {
  return settingsOf(await runSshd(["-T", "-C", specificationOf(login, daemon)], daemon, ports));
}

/** Every line that sshd prints for this login; a text is what it says instead of an answer. */
export async function effectiveLines(
  login: Login,
  daemon: Asked,
  ports: { programs: Programs },
): Promise<SshdLines | string> {
  const output = await runSshd(["-T", "-C", specificationOf(login, daemon)], daemon, ports);
  if (output === undefined) return `${daemon.program} is not there`;
  if (output.exitCode !== 0) return complaintOf(output) || `${daemon.program} -T failed`;
  const lines = new Map<string, string[]>();
  for (const [keyword, value] of linesOf(output)) lines.set(keyword, [...(lines.get(keyword) ?? []), value]);
  return lines;
}

/**
 * All attributes are given: up to 8.0 sshd refuses to answer without one that a Match asks for, later ones take such a Match
 * for one that does not fit.
 */
function specificationOf({ user, port, address }: Login, { ends }: Asked): string {
  const from = address === undefined ? "host=localhost,addr=127.0.0.1" : `host=${address},addr=${address}`;
  return `user=${user},${from},laddr=127.0.0.1,lport=${String(port ?? ends[0]?.port ?? 22)}`;
}

/** What holds where no Match does. It takes no root where everybody may read the configuration, and OpenSSH 9.3. */
export async function commonSettings(
  daemon: Asked,
  { programs }: { programs: Programs },
): Promise<SshdSettings | undefined> {
  return settingsOf(await programs.run(daemon.program, [...daemon.options, "-G"], answerLimitMs));
}

/**
 * Lets the server itself judge its configuration.
 *
 * @returns what it says is wrong; undefined if nothing is, and where it cannot be asked: systemd asks it before a start.
 */
export async function findConfigurationError(
  daemon: Asked,
  ports: { programs: Programs },
): Promise<string | undefined> {
  // dropbear has no such question.
  if (daemon.server !== "openssh") return undefined;
  const output = await runSshd(["-t"], daemon, ports);
  if (output === undefined) return `${daemon.program} is not there`;
  if (output.exitCode === 0 || lacksFolder(output)) return undefined;
  return complaintOf(output) || `${daemon.program} -t failed`;
}

/**
 * Some questions need the empty folder that systemd makes when it starts the service (RuntimeDirectory=sshd). While the service
 * waits for its first connection there is none, and that is no fault of the configuration: sshd is asked again where it has one.
 */
async function runSshd(
  question: readonly string[],
  { program, options }: Asked,
  { programs }: { programs: Programs },
): Promise<ProgramOutput | undefined> {
  const args = [...options, ...question];
  const limitMs = question.includes("-t") ? judgementLimitMs : answerLimitMs;
  const output = await programs.run(program, args, limitMs);
  if (output === undefined || output.exitCode === 0 || !lacksFolder(output)) return output;
  const [unshare, ...inside] = withFolder([program, ...args]);
  const again = await programs.run(unshare, inside, limitMs);
  return again === undefined || /^(?:unshare|mount|mkdir|sh): /m.test(complaintOf(again)) ? output : again;
}

/** "Missing privilege separation directory: /run/sshd", sshd.c. */
export function lacksFolder(output: Pick<ProgramOutput, "stderr">): boolean {
  return complaintOf(output).includes("Missing privilege separation directory");
}

/** A command line in a mount namespace of its own, which ends with it: nobody else sees that folder. */
export function withFolder(command: readonly string[]): readonly [string, ...string[]] {
  const script = 'mount -t tmpfs -o mode=755 sshd /run && mkdir -m 755 /run/sshd && exec "$@"';
  return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sshd", ...command];
}

function settingsOf(output: ProgramOutput | undefined): SshdSettings | undefined {
  return output?.exitCode === 0 ? new Map(linesOf(output)) : undefined;
}

function linesOf({ stdout }: ProgramOutput): (readonly [keyword: string, value: string])[] {
  return stdout.split("\n").map((line) => {
    const [keyword = "", ...values] = line.split(" ");
    return [keyword.toLowerCase(), values.join(" ")] as const;
  });
}
