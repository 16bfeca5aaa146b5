/** Whom sshd refuses at the moment for what it has seen of an address: PerSourcePenalties, sshd_config(5), since OpenSSH 9.8. */
import type { Programs } from "../../host/programs/run.ts";
import { parseTrustedLine, trustedQuery } from "../../system/logs/journal.ts";
import { canonicalAddress } from "../../domain/address.ts";

export interface Penalty {
  address: string;
  reason: string;
}

/** The longest penalty of the defaults, max:10m. */
const reach = "--since=-10min";
const limitMs = 20_000;

/**
 * sshd tells nobody whom it refuses, but it logs when it does. Later refusals of an address come first.
 *
 * @returns none where the journal cannot be read.
 */
export async function readPenalties({ programs }: { programs: Programs }): Promise<Penalty[]> {
  const args = ["--quiet", "--no-pager", "--reverse", reach, ...trustedQuery, "--grep=^drop connection .* penalty: "];
  const output = await programs.run("journalctl", args, limitMs);
  const lines = output?.exitCode === 0 ? output.stdout.split("\n") : [];
  const found = new Map<string, Penalty>();
  for (const line of lines) {
    const penalty = parsePenalty(parseTrustedLine(line)?.text ?? "");
    if (penalty !== undefined && !found.has(penalty.address)) found.set(penalty.address, penalty);
  }
  return [...found.values()];
}

/** "drop connection #1 from [192.0.2.1]:4711 on [192.0.2.2]:22 penalty: failed authentication", sshd.c. */
export function parsePenalty(text: string): Penalty | undefined {
  const [, from = "", reason = ""] = /^drop connection #\d+ from \[([^\]]+)\]:\d+ .*? penalty: (.+)$/.exec(text) ?? [];
  const address = canonicalAddress(from);
  return address === undefined ? undefined : { address, reason };
}
