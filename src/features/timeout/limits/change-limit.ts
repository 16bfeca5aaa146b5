/** Plans a change and makes it, all of it or nothing, while no other sshctl does. */
import { activator } from "../../../changes/activate.ts";
import { applyEdits } from "../../../changes/apply-edits.ts";
import type { ChangeOutcome, FileEdit, NotPutBack } from "../../../changes/change.ts";
import { ChangeJournal } from "../../../changes/change-journal.ts";
import { foreseenTrouble } from "../../../changes/foreseen-trouble.ts";
import { locksCover, withLocks } from "../../../changes/locks.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { HalfDoneError, NothingDoneError } from "../../../errors.ts";
import { FileTrouble } from "../../../host/files/file-trouble.ts";
import type { ActRecord } from "../../../system/acts/act-record.ts";
import { recordActs, type LogName } from "../../../system/acts/record-acts.ts";
import { readCaller } from "../../../system/caller.ts";
import { sentence } from "../../../text/sentence.ts";
import type { TimeoutHost } from "../machine.ts";
import { DamagedBlockError } from "../shell/marked-block.ts";
import type { Mechanism, Plan, Scope } from "./mechanism.ts";

/** @throws NothingDoneError, PermissionError, FatalError */
export async function planOnly(plan: () => Promise<Plan>): Promise<Plan> {
  return inWords(plan);
}

/** What is asked for, and how. */
export interface LimitRequest {
  act: "timeout set" | "timeout unset";
  /** The command line that asks for it. */
  command: string;
  reason: string | undefined;
  scope: Scope;
  mechanism: Mechanism;
  plan: () => Promise<Plan>;
}

/** A change that was made. */
export interface LimitChange {
  plan: Plan;
  /** Its id; undefined where nothing was to do. */
  id: string | undefined;
  /** Why the record does not tell that the change is done. */
  trouble: FileTrouble | undefined;
  /** The logs that did not take the record of this. */
  unrecorded: readonly LogName[];
}

/**
 * @param first - what was planned before the locks were taken.
 * @param isAgreed - somebody was shown just that plan, and agreed to it.
 * @throws NothingDoneError, PermissionError, FatalError, HalfDoneError; all is then as it was before, unless the message says otherwise.
 */
export async function changeLimit(
  request: LimitRequest,
  first: Plan,
  isAgreed: boolean,
  host: TimeoutHost,
): Promise<LimitChange> {
  return inWords(async () => {
    // What is refused anyway is refused for its own reason, and not for a home that has no place for a lock.
    if (first.edits.length === 0) return unchanged(first);
    return withLocks(first.edits, host, async () => {
      const planned = await request.plan();
      if (planned.edits.length === 0) return unchanged(planned);
      if (!locksCover(first.edits, planned.edits))
        throw new FileTrouble("changed", "The files to change are not the same as a moment ago");
      if (isAgreed && !areSame(planned.edits, first.edits))
        throw new FileTrouble("changed", "The files have been changed since the question was asked");
      return { plan: planned, ...(await make(planned.edits, request, host)) };
    });
  });
}

function areSame(some: readonly FileEdit[], others: readonly FileEdit[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ path, before, after }, index) => {
      const other = others[index];
      return path === other?.path && before === other.before && after === other.after;
    })
  );
}

function unchanged(plan: Plan): LimitChange {
  return { plan, id: undefined, trouble: undefined, unrecorded: [] };
}

async function make(
  edits: readonly FileEdit[],
  request: LimitRequest,
  host: TimeoutHost,
): Promise<Omit<LimitChange, "plan">> {
  const { command, reason, mechanism } = request;
  const { activation } = mechanism;
  const journal = ChangeJournal.begin({ command, reason, activation }, host);
  const inForce = {
    activate: activator(activation, host),
    check: async () => mechanism.confirm(host),
  };
  const outcome = await applyEdits(edits, inForce, journal, host);
  const trouble = journal.end(outcome.kind === "not-put-back" ? "not-put-back" : "done");
  const unrecorded = await recordActs([recordOf(journal.id, edits, outcome, request, host)], host);
  rejectUndone(outcome, journal.id, host.state);
  return { id: journal.id, trouble, unrecorded };
}

function recordOf(
  id: string,
  edits: readonly FileEdit[],
  outcome: ChangeOutcome,
  { act, command, reason, scope }: LimitRequest,
  { files }: TimeoutHost,
): ActRecord {
  const account = scope.kind === "user" ? scope.account : undefined;
  return {
    id,
    act,
    isDone: outcome.kind === "done",
    caller: readCaller(files),
    reason,
    facts: {
      user: account?.name,
      uid: account && String(account.uid),
      outcome: outcome.kind === "done" ? undefined : outcome.reason.message,
      command,
      files: firstFew(edits.map(({ path }) => path)),
    },
  };
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

function notPutBack({ reason, left, inactive }: NotPutBack, id: string, folder: string): HalfDoneError {
  const troubles = left.map(({ trouble }) => `The old file could not be put back: ${sentence(trouble.message)}`);
  const late =
    inactive === undefined ? [] : [`The old files are back, but not in force: ${sentence(inactive.message)}`];
  return new HalfDoneError(
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
