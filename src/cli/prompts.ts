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
  choose: async (question, choices, titles) => {
    const { pick } = await import("./picker.ts");
    return pick(question, titles, choices, process.stderr);
  },
};
