/** What a daemon makes of its configuration: `sshd -T` and `sshd -t` with the options that it was started with. */
import { complaintOf, type ProgramOutput, type Programs } from "../../host/programs/run.ts";
import type { Daemon } from "./daemons.ts";

/** Keywords in lower case (10.6 prints them otherwise), with their values. */
export type SshdSettings = ReadonlyMap<string, string>;

/** Which server is asked. */
export type Asked = Pick<Daemon, "server" | "program" | "options" | "ends">;

/** A connection that Match blocks may mean. */
export interface Login {
  user: string;
  /** Of the server; the daemon's first one unless told otherwise. */
  port?: number;
}

const limitMs = 20_000;

/**
 * All attributes are given: up to 8.0 sshd refuses to answer without one that a Match asks for, later ones take such a Match
 * for one that does not fit.
 *
 * @returns undefined where sshd cannot tell: without root, or without a server.
 */
export async function effectiveSettings(
  { user, port }: Login,
  daemon: Asked,
  ports: { programs: Programs },
): Promise<SshdSettings | undefined> {
  const lport = String(port ?? daemon.ends[0]?.port ?? 22);
  const login = `user=${user},host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=${lport}`;
  return settingsOf(await runSshd(["-T", "-C", login], daemon, ports));
}

/** What holds where no Match does. It takes no root where everybody may read the configuration, and OpenSSH 9.3. */
export async function commonSettings(
  daemon: Asked,
  { programs }: { programs: Programs },
): Promise<SshdSettings | undefined> {
  return settingsOf(await programs.run(daemon.program, [...daemon.options, "-G"], limitMs));
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
  const output = await programs.run(program, args, limitMs);
  if (output === undefined || output.exitCode === 0 || !lacksFolder(output)) return output;
  const inside = ["--mount", "--propagation", "private", "sh", "-c", withFolder, "sshd", program, ...args];
  const again = await programs.run("unshare", inside, limitMs);
  return again === undefined || /^(?:unshare|mount|mkdir|sh): /m.test(complaintOf(again)) ? output : again;
}

/** "Missing privilege separation directory: /run/sshd", sshd.c. */
function lacksFolder(output: ProgramOutput): boolean {
  return complaintOf(output).includes("Missing privilege separation directory");
}

/** In a mount namespace of its own, which ends with it: nobody else sees that folder. */
const withFolder = 'mount -t tmpfs -o mode=755 sshd /run && mkdir -m 755 /run/sshd && exec "$@"';

function settingsOf(output: ProgramOutput | undefined): SshdSettings | undefined {
  if (output?.exitCode !== 0) return undefined;
  return new Map(
    output.stdout.split("\n").map((line) => {
      const [keyword = "", ...values] = line.split(" ");
      return [keyword.toLowerCase(), values.join(" ")];
    }),
  );
}
