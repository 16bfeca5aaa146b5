/** The one step between a plan and its deed, for every command that asks. */
import { DeclinedError } from "../errors.ts";
import type { OptionTable } from "./command.ts";
import type { Context, Prompts } from "./context.ts";

const group = "Safety and records";

/** How far a command may go without a question. */
export const consentOptions = {
  "dry-run": { group, alias: "n", describe: "show what would be done, and do nothing" },
  yes: { group, alias: "y", describe: "do not ask" },
} satisfies OptionTable;

export interface Consent {
  /** What is about to be done, as the person who is asked reads it. */
  plan: string;
  /** The same in a few words that follow "whether to". */
  deed: string;
  /** Asked one after the other. */
  questions: readonly string[];
}

/**
 * Shows the plan, and asks.
 *
 * @throws DeclinedError unless every answer is yes.
 */
export async function askConsent(consent: Consent, context: AskingContext): Promise<void> {
  const { plan, deed } = consent;
  const prompts = await context.prompts();
  if (prompts !== undefined) return ask(consent, prompts, context);
  context.err.write(plan);
  throw new DeclinedError(
    `Nothing was done: nobody can be asked whether to ${deed}.`,
    "Add --yes to act without a question, or --dry-run to see the plan.",
  );
}

/**
 * Shows the plan and asks, for a command that acts in scripts without being told to.
 *
 * @returns whether somebody could be asked.
 * @throws DeclinedError unless every answer is yes.
 */
export async function askOnTerminal(consent: Omit<Consent, "deed">, context: AskingContext): Promise<boolean> {
  const prompts = await context.prompts();
  if (prompts !== undefined) await ask(consent, prompts, context);
  return prompts !== undefined;
}

type AskingContext = Pick<Context, "err" | "prompts">;

async function ask(
  { plan, questions }: Omit<Consent, "deed">,
  { confirm }: Prompts,
  { err }: AskingContext,
): Promise<void> {
  err.write(plan);
  for (const question of questions) if (!(await confirm(question))) throw new DeclinedError("Nothing was done.");
}
