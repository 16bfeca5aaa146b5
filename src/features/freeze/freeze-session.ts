/** The door of this room: freezes one session, from the plan to the proof. */
import { askConsent } from "../../cli/consent.ts";
import { widthOf, type Context } from "../../cli/context.ts";
import { quoteWord } from "../../domain/command-line.ts";
import { exactDuration } from "../../domain/duration.ts";
import type { Session, SessionReport } from "../../domain/session.ts";
import { DeclinedError, exitCodes, PermissionError, UsageError, type ExitCode } from "../../errors.ts";
import { machineOf, type Machine } from "../../host/host.ts";
import { recordActs } from "../../system/acts/record-acts.ts";
import { evenProtectedFact } from "../../system/acts/act-record.ts";
import { sessionFacts } from "../../system/acts/session-facts.ts";
import { unrecorded } from "../../system/acts/unrecorded.ts";
import { readCaller } from "../../system/caller.ts";
import { rejectNoGuard } from "../../system/frozen/guard.ts";
import type { Ending } from "../../system/frozen/record.ts";
import { findProtection, protectedError } from "../../system/protected/read-protected.ts";
import type { TextStyle } from "../../text/grid.ts";
import { describeOrder, rejectPlace } from "../evidence/take-evidence.ts";
import { notice } from "../sessions/notes.ts";
import { describeSession } from "../sessions/text/one-line.ts";
import { carryOut, type FreezeReport } from "./carry-out.ts";
import { keepEvidence } from "./keep-evidence.ts";
import type { FreezeWishes } from "./options.ts";
import type { FreezePlan } from "./plan.ts";
import { readPlan } from "./read-plan.ts";
import { renderFreezeJson } from "./text/json.ts";
import { describeFreeze, renderFreezePlan, renderFrozen } from "./text/text.ts";

export interface FreezeRequest {
  session: Session;
  report: SessionReport;
  wishes: FreezeWishes;
  format: "text" | "json";
  look: TextStyle;
}

export { usualWishes } from "./options.ts";
export { thawSession } from "./thaw-session.ts";

/** @throws ForeseenError: nothing was done then. */
export async function freezeSession(request: FreezeRequest, here: Context): Promise<ExitCode> {
  const { session, report, wishes, format } = request;
  const machine = await machineOf(await here.host());
  if (wishes.evidence !== undefined) rejectPlace(wishes.evidence, format === "json", machine);
  // Where evidence takes standard output, everything for people goes to the other one.
  const context = wishes.evidence?.place.kind === "output" ? { ...here, out: here.err } : here;
  const look = context === here ? request.look : { ...request.look, width: widthOf(context.err) };
  if (machine.uid !== 0) throw new PermissionError("Nothing was done: only root can freeze sessions.", "Use sudo.");
  const protection = await findProtection(wishes.evenProtected, machine).ofSession(session);
  if (protection !== undefined) throw protectedError(describeSession(session), "freeze it", protection);
  const plan = await readPlan(session, report, machine);
  rejectNoGuard(machine);
  if (wishes.dryRun) {
    if (wishes.evidence !== undefined) notice(describeOrder(wishes.evidence, "once it is frozen"), context.err);
    context.out.write(
      format === "json" ? renderFreezeJson(plan, wishes, undefined) : renderFreezePlan(plan, wishes, look.width),
    );
    return refusalOf(plan, wishes)?.exitCode ?? exitCodes.done;
  }
  const refusal = refusalOf(plan, wishes);
  if (refusal !== undefined) throw refusal;
  const ending = await agree(plan, wishes, context);
  const done = await context.interruptible(async (interruption) =>
    carryOut(plan, { ...wishes, ending }, machine, interruption),
  );
  const untold = await writeDown(plan, wishes, done, machine);
  const evidence = await keepEvidence(plan, wishes, done, machine, context);
  const problems = [...untold, ...keptProblems(done), ...evidence.problems];
  for (const problem of problems) notice(problem, context.err);
  context.out.write(
    format === "json"
      ? renderFreezeJson(plan, wishes, { ...done, evidence: evidence.taken, problems })
      : renderFrozen(plan, done, look.width),
  );
  return problems.length === 0 && done.isFrozen ? exitCodes.done : exitCodes.partial;
}

function refusalOf({ dangers }: FreezePlan, { evenDangerous }: FreezeWishes): DeclinedError | undefined {
  if (dangers.length === 0 || evenDangerous) return undefined;
  return new DeclinedError(
    `Nothing was done: others would wait for what is frozen: ${dangers.join("; ")}.`,
    "To freeze it all the same: --even-dangerous. To end it: sshctl kill.",
  );
}

/** @throws UsageError, DeclinedError */
async function agree(plan: FreezePlan, wishes: FreezeWishes, context: Context): Promise<Ending> {
  const { ending, yes, forSeconds } = wishes;
  if (ending !== undefined && yes) return ending;
  const prompts = yes ? undefined : await context.prompts();
  if (ending === undefined && prompts === undefined)
    throw new UsageError(
      "freeze has to know what happens when the time is up. Nothing was done.",
      "Add --then thaw, or --then kill.",
    );
  const name = describeSession(plan.session);
  const question = `Freeze ${name}?`;
  const text = renderFreezePlan(plan, wishes, widthOf(context.err));
  await askConsent({ plan: text, deed: `freeze ${name}`, questions: [question] }, context);
  if (ending !== undefined || prompts === undefined) return ending ?? "thaw";
  const isKill = await prompts.confirm(`Kill it ${exactDuration(forSeconds)} from now? (No thaws it then)`);
  return isKill ? "kill" : "thaw";
}

async function writeDown(
  { session }: FreezePlan,
  { forSeconds, reason, evenDangerous, evenProtected }: FreezeWishes,
  done: FreezeReport,
  machine: Machine,
): Promise<string[]> {
  const { id, ending } = done.record;
  const words = [
    `sshctl freeze ${String(session.pid)} --for ${exactDuration(forSeconds)} --then ${ending}`,
    ...(evenDangerous ? ["--even-dangerous"] : []),
    ...evenProtected.flatMap((name) => ["--even-protected", quoteWord(name)]),
  ];
  const untold = await recordActs(
    [
      {
        id,
        act: "freeze",
        isDone: done.isFrozen,
        caller: readCaller(machine.files),
        reason,
        facts: {
          ...sessionFacts(session),
          outcome: describeFreeze(done),
          even_protected: evenProtectedFact(evenProtected),
          command: words.join(" "),
        },
      },
    ],
    machine,
  );
  return untold.map(unrecorded);
}

function keptProblems({ isFrozen, stillForMs }: FreezeReport): string[] {
  return isFrozen && stillForMs === undefined
    ? ["a process of it has used the processor since: it is not proven that all stands still"]
    : [];
}
