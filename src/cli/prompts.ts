import { createInterface } from "node:readline";
import type { Prompts } from "./context.ts";

/** Asks on the terminal; stdout stays free for what programs read. */
export const terminalPrompts: Prompts = {
  confirm: async (question) =>
    new Promise((resolve) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      // Ctrl-C and Ctrl-D close without an answer.
      lines.once("close", () => {
        resolve(false);
      });
      lines.question(`${question} [y/N] `, (answer) => {
        resolve(/^y(?:es)?$/i.test(answer.trim()));
        lines.close();
      });
    }),
  choose: async (question, choices) => {
    const { autocompleteMultiselect, isCancel } = await import("@clack/prompts");
    const chosen = await autocompleteMultiselect({
      message: question,
      options: choices.map(({ label }, index) => ({ value: index, label })),
      placeholder: "type to search, Tab to select, Enter to confirm",
      maxItems: 12,
      output: process.stderr,
    });
    return isCancel(chosen)
      ? undefined
      : choices.filter((_, index) => chosen.includes(index)).map(({ value }) => value);
  },
};
