import type { Programs } from "../../host/programs/run.ts";

export interface OpensshVersion {
  /** "OpenSSH_10.5p1"; empty where sshd does not tell it. */
  name: string;
  /** 1005 for OpenSSH 10.5; 0 where sshd does not tell it. */
  number: number;
}

const limitMs = 10_000;

/**
 * Of the sshd that is installed. Older ones know no -V, and tell their version with the complaint.
 *
 * @returns undefined where none is installed.
 */
export async function readOpensshVersion({ programs }: { programs: Programs }): Promise<OpensshVersion | undefined> {
  const output = await programs.run("sshd", ["-V"], limitMs);
  if (output === undefined) return undefined;
  const [name = "", major = "0", minor = "0"] = /OpenSSH_(\d+)\.(\d+)\w*/.exec(output.stderr ?? "") ?? [];
  return { name, number: Number(major) * 100 + Number(minor) };
}
