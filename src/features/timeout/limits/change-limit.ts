/** Plans a change and makes it, all of it or nothing, while no other sshctl does. */
import { activator } from "../../../changes/activate.ts";
import { applyEdits } from "../../../changes/apply-edits.ts";
import type { ChangeOutcome, FileEdit, NotPutBack } from "../../../changes/change.ts";
import { ChangeJournal } from "../../../changes/change-journal.ts";
import { foreseenTrouble } from "../../../changes/foreseen-trouble.ts";
import { locksCover, withLocks } from "../../../changes/locks.ts";
import { FatalError, NothingDoneError } from "../../../errors.ts";
import { FileTrouble } from "../../../host/files/file-trouble.ts";
import { sentence } from "../../../text/sentence.ts";
import type { TimeoutHost } from "../machine.ts";
import { DamagedBlockError } from "../shell/marked-block.ts";
import type { Mechanism, Plan } from "./mechanism.ts";

/** @throws NothingDoneError, PermissionError, FatalError */
export async function planOnly(plan: () => Promise<Plan>): Promise<Plan> {
  return inWords(plan);
}

/** A change that was made. */
export interface LimitChange {
  plan: Plan;
  /** Its id; undefined where nothing was to do. */
  id: string | undefined;
  /** Why the record does not tell that the change is done. */
  unrecorded: string | undefined;
}

/**
 * @param command - the command line that asks for it.
 * @param announce - is told the plan before anything is written.
 * @throws NothingDoneError, PermissionError, FatalError; all is then as it was before, unless the message says otherwise.
 */
export async function changeLimit(
  mechanism: Mechanism,
  plan: () => Promise<Plan>,
  command: string,
  announce: (plan: Plan) => void,
  host: TimeoutHost,
): Promise<LimitChange> {
  return inWords(async () => {
    // What is refused anyway is refused for its own reason, and not for a home that has no place for a lock.
    const first = await plan();
    if (first.edits.length === 0) return unchanged(first, announce);
    return withLocks(first.edits, host, async () => {
      const planned = await plan();
      if (planned.edits.length === 0) return unchanged(planned, announce);
      if (!locksCover(first.edits, planned.edits))
        throw new FileTrouble("changed", "The files to change are not the same as a moment ago");
      announce(planned);
      return { plan: planned, ...(await make(planned.edits, mechanism, command, host)) };
    });
  });
}

function unchanged(plan: Plan, announce: (plan: Plan) => void): LimitChange {
  announce(plan);
  return { plan, id: undefined, unrecorded: undefined };
}

async function make(
  edits: readonly FileEdit[],
  mechanism: Mechanism,
  command: string,
  host: TimeoutHost,
): Promise<Omit<LimitChange, "plan">> {
  const { activation } = mechanism;
  const journal = ChangeJournal.begin({ command, reason: undefined, activation }, host);
  const inForce = {
    activate: activator(activation, host),
    check: async () => mechanism.confirm(host),
  };
  const outcome = await applyEdits(edits, inForce, journal, host);
  const unrecorded = journal.end(outcome.kind === "not-put-back" ? "not-put-back" : "done");
  rejectUndone(outcome, journal.id, host.state);
  return { id: journal.id, unrecorded: unrecorded?.message };
}

/** @throws FileTrouble, ForeseenError unless it is done. */
function rejectUndone(outcome: ChangeOutcome, id: string, { path }: TimeoutHost["state"]): void {
  switch (outcome.kind) {
    case "done":
      return;
    case "refused":
    case "put-back":
      throw outcome.reason;
    case "not-put-back":
      throw notPutBack(outcome, id, path);
  }
}

function notPutBack({ reason, left, inactive }: NotPutBack, id: string, folder: string): FatalError {
  const troubles = left.map(({ trouble }) => `The old file could not be put back: ${sentence(trouble.message)}`);
  const late =
    inactive === undefined ? [] : [`The old files are back, but not in force: ${sentence(inactive.message)}`];
  return new FatalError(
    [sentence(reason.message), ...troubles, ...late].join(" "),
    left.length === 0
      ? undefined
      : `Check ${left.map(({ path }) => path).join(", ")} by hand. The old files are kept in ${folder}, change ${id}.`,
  );
}

/** What the file system has against it, as an end that the program foresees. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DamagedBlockError) throw new NothingDoneError(`${error.message}.`, "Remove it by hand.");
    throw error instanceof FileTrouble ? foreseenTrouble(error, "Nothing is changed.") : error;
  }
}
