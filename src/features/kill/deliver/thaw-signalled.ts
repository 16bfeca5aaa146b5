import type { Session } from "../../../domain/session.ts";
import { FileTrouble } from "../../../host/files/file-trouble.ts";
import { orUndefined } from "../../../host/files/files.ts";
import { endFreeze } from "../../../system/frozen/end-freeze.ts";
import { thawScope } from "../../../system/frozen/freezer.ts";
import { freezeOf, readFreezes, type FreezeRecord } from "../../../system/frozen/record.ts";
import { rereadProcess } from "../../../system/procfs/processes.ts";
import { findOwnScopes } from "../../../system/systemd/login-scope.ts";
import type { KillMachine } from "../machine.ts";
import type { Termination } from "../plan/plan-terminations.ts";
import type { SessionProcesses } from "./session-processes.ts";

/**
 * Prepares to let frozen sessions go on as soon as the process that serves the user has had its signal: what sshctl has frozen by its
 * record, the rest by a scope that is certainly the session's own. One terminal that ends alone thaws nothing.
 *
 * @param ending - what is to end, too: it dies while it stands still, and so never runs again.
 * @returns what is told of those that have had it.
 */
export async function prepareThaw(
  terminations: readonly Termination[],
  ending: SessionProcesses,
  machine: KillMachine,
): Promise<(signalled: readonly Termination[]) => Promise<void>> {
  const frozen = new Set(
    terminations.flatMap(({ session, channel }) =>
      session.frozen !== undefined && channel === undefined ? session : [],
    ),
  );
  if (frozen.size === 0 || machine.uid !== 0) return async () => Promise.resolve();
  const scopes = await findOwnScopes([...frozen], machine);
  const records = recordsOf(machine);
  return async (signalled) => {
    for (const { session } of signalled.filter((each) => frozen.has(each.session))) {
      end(ending.get(session) ?? [], machine);
      await thaw(session, scopes.get(session), records, machine);
    }
  };
}

/** What cannot be read leaves the scopes. */
function recordsOf({ frozen, files }: KillMachine): FreezeRecord[] {
  try {
    return readFreezes(frozen, files);
  } catch (error) {
    if (error instanceof FileTrouble) return [];
    throw error;
  }
}

function end(processes: NonNullable<ReturnType<SessionProcesses["get"]>>, { files, signals }: KillMachine): void {
  for (const process of processes) if (rereadProcess(files, process) !== undefined) signals.send(process.pid, "KILL");
}

async function thaw(
  { identity }: Session,
  folder: string | undefined,
  records: readonly FreezeRecord[],
  machine: KillMachine,
): Promise<void> {
  const record = freezeOf(identity, records);
  if (record !== undefined) await endFreeze(record, machine);
  const ino = folder === undefined ? undefined : orUndefined(machine.files.facts(folder))?.ino;
  if (folder !== undefined && ino !== undefined) await thawScope({ folder, ino }, machine);
}
