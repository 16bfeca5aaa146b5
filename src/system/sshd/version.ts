import type { Programs } from "../../host/programs/run.ts";

export interface OpensshVersion {
  /** "OpenSSH_10.5p1"; empty where sshd does not tell it. */
  name: string;
  /** 1005 for OpenSSH 10.5; 0 where sshd does not tell it. */
  number: number;
}

const limitMs = 10_000;

/**
 * Older ones know no -V, and tell their version with the complaint.
 *
 * @param program - the one that is installed unless told otherwise.
 * @returns undefined where none is installed.
 */
export async function readOpensshVersion(
  { programs }: { programs: Programs },
  program = "sshd",
): Promise<OpensshVersion | undefined> {
  const output = await programs.run(program, ["-V"], limitMs);
  if (output === undefined) return undefined;
  const [name = "", major = "0", minor = "0"] = /OpenSSH_(\d+)\.(\d+)\w*/.exec(output.stderr ?? "") ?? [];
  return { name, number: Number(major) * 100 + Number(minor) };
}
