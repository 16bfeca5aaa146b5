import type { Command, GivenOptions } from "../../cli/command.ts";
import { askConsent, consentOptions } from "../../cli/consent.ts";
import { widthOf, type Context } from "../../cli/context.ts";
import type { ChangeRecord } from "../../changes/change-record.ts";
import { planUndo, type UndoPlan } from "../../changes/undo-change.ts";
import { exitCodes, NothingDoneError, UsageError, type ExitCode } from "../../errors.ts";
import { machineOf, type Machine } from "../../host/host.ts";
import { undoCommand } from "../../changes/undo-command.ts";
import { rejectEveryone, undoLocks } from "../lock/unlock-records.ts";
import { notice } from "../sessions/notes.ts";
import { accountsOfFiles } from "./accounts-of-files.ts";
import { carryOut } from "./carry-out.ts";
import { describeLater, laterChange } from "./changed-since.ts";
import { effectsOf } from "./effects.ts";
import { findRecord, readRecords } from "./records.ts";
import { inWords } from "./refusals.ts";
import { renderAsked, renderUndo, undoQuestion, type UndoView } from "./text/undo-text.ts";

export const undo: Command = {
  name: "undo",
  summary: "Undo one change that sshctl has made to files",
  acts: true,
  examples: [
    ["sshctl undo 20261125T1015", "show what that opens, ask, and undo it; the beginning of an id is enough"],
    ["sshctl undo 20261125T101512480-7f2c --dry-run", "the difference, and what undoing would open"],
    ["sshctl undo 20261125T1015 --yes --reason 'Wrong key'", "without a question"],
  ],
  words: { name: "ID", offer: "changes", describe: "the id of a change, as sshctl changes lists it", most: 1000 },
  options: {
    ...consentOptions,
    reason: { group: "Safety and records", value: "TEXT", describe: "for the system log" },
  },
  run: async (given, context) => {
    const id = parseId(given);
    const host = await machineOf(await context.host());
    const found = readRecords(host.state);
    const record = findRecord(id, found, host.state);
    if (record.accounts.length > 0 && record.state !== "undone")
      return undoLocks(record, undoCommand(record.id), given, context);
    inWords(() => {
      rejectEveryone(record, host);
    });
    const plan = inWords(() => planUndo(record, host));
    if (plan.kind !== "planned") return refuse(plan, record, found.changes, host, context);
    const view = await viewOf(record, plan.steps, host);
    if (given.flag("dry-run")) {
      context.out.write(await renderUndo(view, widthOf(context.out)));
      return exitCodes.done;
    }
    // Where every file is as it was before, there is nothing to agree to: it is only noted.
    const mayAsk = !given.flag("yes") && plan.steps.length > 0;
    if (mayAsk) await ask(view, context);
    const reason = given.texts("reason").at(-1);
    const outcome = await context.interruptible(async () => carryOut(view, reason, mayAsk, host, context));
    return outcome.kind === "undone" ? exitCodes.done : refuse(outcome, record, found.changes, host, context);
  },
};

/** @throws DeclinedError */
async function ask(view: UndoView, context: Context): Promise<void> {
  const isAsked = (await context.prompts()) !== undefined;
  const width = widthOf(context.err);
  const plan = await (isAsked ? renderAsked : renderUndo)(view, width);
  await askConsent({ plan, deed: "undo this change", questions: [undoQuestion(view, width)] }, context);
}

/** @throws UsageError */
function parseId({ words }: GivenOptions): string {
  const [id] = words;
  if (id === undefined) throw new UsageError("undo needs the id of a change.", '"sshctl changes" lists them.');
  if (words.length > 1)
    throw new UsageError(
      `undo takes one id, but ${String(words.length)} were given.`,
      "Undo changes one at a time, so that you see what each of them opens.",
    );
  return id;
}

async function viewOf(record: ChangeRecord, steps: UndoView["steps"], host: Machine): Promise<UndoView> {
  const accountOf = await accountsOfFiles(record.files, host);
  return { record, steps, effects: steps.toReversed().flatMap(effectsOf), accountOf };
}

/** @throws NothingDoneError */
function refuse(
  plan: Exclude<UndoPlan, { kind: "planned" }>,
  record: ChangeRecord,
  changes: readonly ChangeRecord[],
  host: Pick<Machine, "files" | "state">,
  { err }: Context,
): ExitCode {
  const back = `The old contents of the files are kept in ${host.state.path}, in the files ${record.id}-*.before.`;
  switch (plan.kind) {
    case "already-undone":
      throw new NothingDoneError(`The change ${record.id} has already been undone.`);
    case "without-backup":
      for (const path of plan.paths) notice(`the old contents of ${path} are lost`, err);
      notice(`Nothing was done. ${back}`, err);
      return exitCodes.partial;
    case "changed-since": {
      for (const path of plan.paths) notice(describeLater(path, record, changes, host), err);
      const [later] = plan.paths.flatMap((path) => laterChange(path, record, changes) ?? []);
      notice(`Nothing was done. ${later === undefined ? back : `Undo that first: sshctl undo ${later.id}`}`, err);
      return exitCodes.partial;
    }
  }
}
