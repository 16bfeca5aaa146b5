/** Whom /etc/sshctl/protected protects: where it is broken, nothing that respects it does anything. */
import { ForeseenError } from "../../../errors.ts";
import { findAccount, findGroup } from "../../../system/accounts.ts";
import { protectedPath, readProtected, type ProtectedEntry } from "../../../system/protected/read-protected.ts";
import { plural } from "../../../text/words.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { limited, missing, ok, type Check } from "./check.ts";
import type { DoctorHost } from "./machine.ts";

export async function examineProtected(host: DoctorHost): Promise<Check> {
  const read = readEntries(host);
  if ("broken" in read) return read.broken;
  const { entries } = read;
  if (entries.length === 0) return ok("protected", `nobody is protected by ${protectedPath}`);
  const unknown: string[] = [];
  for (const entry of entries)
    if (!(await isKnown(entry, host))) unknown.push(`${entry.name} (line ${String(entry.line)})`);
  return unknown.length === 0
    ? ok(
        "protected",
        `${plural(entries.length, "line")} of ${protectedPath} protect from kill, kill-all, lock and keys revoke`,
      )
    : limited(
        "protected",
        `${protectedPath} protects nobody on this machine by ${firstFew(unknown)}`,
        "correct the name, unless the account or group is still to come",
      );
}

function readEntries(host: DoctorHost): { entries: readonly ProtectedEntry[] } | { broken: Check } {
  try {
    return { entries: readProtected(host) };
  } catch (error) {
    if (!(error instanceof ForeseenError)) throw error;
    const says = error.message.replace(/^Nothing was done: /, "").replace(/\.$/, "");
    const remedy = error.remedy ?? "correct it";
    return { broken: missing("protected", `kill, kill-all, lock and keys revoke do nothing: ${says}`, remedy) };
  }
}

async function isKnown({ means }: ProtectedEntry, host: DoctorHost): Promise<boolean> {
  if (means.kind === "user") return (await findAccount(means.name, host)) !== undefined;
  return means.kind !== "group" || (await findGroup(means.name, host)) !== undefined;
}
