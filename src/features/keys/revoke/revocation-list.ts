import type { Machine } from "../../../host/host.ts";
import { FileTrouble } from "../../../host/files/file-trouble.ts";

const limitMs = 10_000;

/**
 * Adds keys to a list of revoked keys, ssh-keygen(1), "KEY REVOCATION LISTS".
 *
 * @returns the new list, one character a byte.
 * @throws FileTrouble
 */
export async function addToList(
  list: Buffer,
  keys: readonly string[],
  { programs, withScratchFolder }: Pick<Machine, "programs" | "withScratchFolder">,
): Promise<string> {
  return withScratchFolder(async (folder) => {
    const args = [
      "-k",
      "-u",
      "-f",
      folder.write("list", list),
      folder.write("key", Buffer.from(keys.map((key) => `${key}\n`).join(""))),
    ];
    const output = await programs.run("ssh-keygen", args, limitMs);
    if (output?.exitCode !== 0)
      throw new FileTrouble(
        "broken",
        `ssh-keygen could not add to the revocation list: ${output?.stderr ?? "it is missing"}`,
      );
    return folder.read("list").toString("latin1");
  });
}
