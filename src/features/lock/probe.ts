/**
 * A login that is tried, for --probe. It needs neither a key of the user's nor a connection: a server of its own, `sshd -i` with the
 * configuration and options of the daemon, talks to the client by pipes, and takes one key that is made for it and thrown away. Whoever
 * is let in gets a PAM session, in which true(1) runs.
 */
import { quoteWord } from "../../domain/command-line.ts";
import type { Machine } from "../../host/host.ts";
import { complaintOf, type ProgramOutput } from "../../host/programs/run.ts";
import type { Account } from "../../system/accounts.ts";
import type { Mechanism } from "../../system/locks/record.ts";
import { lacksFolder, withFolder } from "../../system/sshd/ask.ts";
import { findOpensshDaemons, nameOf, type Daemon } from "../../system/sshd/daemons.ts";

export interface Probe {
  server: string;
  /** `refused`: for the lock. `unknown`: it was refused for something else, or could not be tried. */
  outcome: "refused" | "let in" | "unknown";
  /** What the server said, or why it could not be asked. */
  text: string;
}

type ProbeHost = Pick<Machine, "files" | "programs" | "withScratchFolder">;

export async function probeAll(account: Account, mechanism: Mechanism, host: ProbeHost): Promise<Probe[]> {
  const probes: Probe[] = [];
  for (const daemon of await findOpensshDaemons(host)) {
    const { outcome, text } = await tryLogin(account, mechanism, daemon, host);
    probes.push({ server: nameOf(daemon), outcome, text });
  }
  return probes;
}

const limitMs = 30_000;

async function tryLogin(
  { name }: Account,
  mechanism: Mechanism,
  daemon: Daemon,
  { programs, withScratchFolder }: ProbeHost,
): Promise<Omit<Probe, "server">> {
  return withScratchFolder(async ({ write, read }) => {
    const key = `${write("login", Buffer.alloc(0))}-key`;
    const made = await programs.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], limitMs);
    if (made?.exitCode !== 0)
      return { outcome: "unknown", text: `no key could be made: ${whyNot(made, "ssh-keygen")}` };
    const command = serverCommand(daemon, read("login-key.pub").toString("latin1").trim());
    const attempt = async (file: string, words: readonly string[]) => {
      const log = write(`${file}.log`, Buffer.alloc(0));
      const script = write(file, Buffer.from(`exec ${words.map(quoteWord).join(" ")} 2>${log}\n`));
      const output = await programs.run("ssh", clientWords(name, key, script), limitMs);
      return { output, log: read(`${file}.log`).toString("utf8") };
    };
    const first = await attempt("server", command);
    const { output, log } = lacksFolder({ stderr: first.log }) ? await attempt("again", withFolder(command)) : first;
    if (output === undefined) return { outcome: "unknown", text: "there is no ssh(1) to try it with" };
    return judgeProbe(log, output, mechanism);
  });
}

function whyNot(output: ProgramOutput | undefined, program: string): string {
  return output === undefined ? `there is no ${program}` : complaintOf(output) || `${program} failed`;
}

/** What is on a command line counts before any file: the key comes from there, and nothing is written that a user could read. */
function serverCommand({ program, options }: Daemon, publicKey: string): string[] {
  const own = [
    `AuthorizedKeysCommand=/bin/echo ${publicKey}`,
    "AuthorizedKeysCommandUser=nobody",
    "AuthenticationMethods=publickey",
    "PubkeyAuthentication=yes",
    "LogLevel=INFO",
  ].flatMap((option) => ["-o", option]);
  return [program, "-i", "-e", ...own, ...options];
}

function clientWords(user: string, key: string, server: string): string[] {
  const options = [
    `ProxyCommand=/bin/sh ${server}`,
    "BatchMode=yes",
    "IdentitiesOnly=yes",
    "PreferredAuthentications=publickey",
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "GlobalKnownHostsFile=/dev/null",
    "ControlPath=none",
    "ConnectTimeout=20",
  ].flatMap((option) => ["-o", option]);
  return ["-F", "none", "-T", "-i", key, ...options, "-l", user, "--", "localhost", "true"];
}

/**
 * @param log - of the server: "logit" and "fatal" in auth.c, auth2.c, auth-shadow.c and monitor.c of OpenSSH.
 */
export function judgeProbe(
  log: string,
  output: Pick<ProgramOutput, "exitCode" | "stderr">,
  { kind }: Pick<Mechanism, "kind">,
): Omit<Probe, "server"> {
  const lines = log.split(/\r?\n/).flatMap((line) => line.replace(/ \[preauth\]$/, "") || []);
  const accepted = lines.find((line) => line.startsWith("Accepted publickey for "));
  if (output.exitCode === 0 || accepted !== undefined)
    return { outcome: "let in", text: accepted ?? "the login succeeded" };
  const refusal = lines.find((line) => refusals[kind].test(line));
  if (refusal !== undefined) return { outcome: "refused", text: refusal };
  return { outcome: "unknown", text: lines.at(-1) ?? (complaintOf(output) || "the server said nothing") };
}

const refusals = {
  expiry: /^(?:Access denied for user .* by PAM account configuration|Account .* has expired)/,
  deny: /^User .* not allowed because listed in DenyUsers/,
} as const;
