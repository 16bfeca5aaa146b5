/** The one step between a plan and its deed, for every command that asks. */
import { DeclinedError } from "../errors.ts";
import type { OptionTable } from "./command.ts";
import type { Context } from "./context.ts";

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
export async function askConsent(
  { plan, deed, questions }: Consent,
  context: Pick<Context, "err" | "prompts">,
): Promise<void> {
  context.err.write(plan);
  const prompts = await context.prompts();
  if (prompts === undefined)
    throw new DeclinedError(
      `Nothing was done: nobody can be asked whether to ${deed}.`,
      "Add --yes to act without a question, or --dry-run to see the plan.",
    );
  for (const question of questions)
    if (!(await prompts.confirm(question))) throw new DeclinedError("Nothing was done.");
}
