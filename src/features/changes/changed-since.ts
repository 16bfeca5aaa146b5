/** Who has changed a file since a change wrote it, as far as that is known. */
import type { ChangeRecord } from "../../changes/change-record.ts";
import { parseAccounts } from "../../domain/accounts.ts";
import { orUndefined } from "../../host/files/files.ts";
import type { Machine } from "../../host/host.ts";
import { describeCaller } from "../../system/caller.ts";
import { fullTime } from "../../text/time.ts";

/** The newest change of sshctl's own that came later and touched the file. */
export function laterChange(
  path: string,
  { id }: ChangeRecord,
  changes: readonly ChangeRecord[],
): ChangeRecord | undefined {
  return changes.findLast(
    (each) => each.id > id && each.state !== "undone" && each.files.some((file) => file.path === path),
  );
}

/** A sentence without its full stop. A user may have changed it with sshctl, too: that is recorded elsewhere. */
export function describeLater(
  path: string,
  record: ChangeRecord,
  changes: readonly ChangeRecord[],
  { files, state }: Pick<Machine, "files" | "state">,
): string {
  const later = laterChange(path, record, changes);
  if (later !== undefined)
    return `${path} has been changed since by ${describeCaller(later.caller)}: ${later.command} (change ${later.id})`;
  const unknown = `${path} has been changed since, but not by a change recorded in ${state.path}`;
  const facts = orUndefined(files.facts(path));
  if (facts === undefined) return unknown;
  const [owner = `uid ${String(facts.uid)}`] = parseAccounts(orUndefined(files.read("/etc/passwd")) ?? "").names(
    facts.uid,
  );
  return `${unknown}: it belongs to ${owner}, and was last written on ${fullTime(facts.mtimeMs)}`;
}
