/** A list to choose from, which looks like the rows of `watch` and is filtered as they are. */
import { AutocompletePrompt, isCancel } from "@clack/core";
import { painterFor } from "../text/color.ts";
import type { Choice } from "./context.ts";

type Painter = ReturnType<typeof painterFor>;

/** @param titles - stands above the labels, in the same columns. */
export async function pick<T>(
  question: string,
  titles: string,
  choices: readonly Choice<T>[],
  output: NodeJS.WriteStream,
): Promise<readonly T[] | undefined> {
  const chalk = painterFor("auto", process.env, output.isTTY);
  const options = choices.map(({ label }, value) => ({ value, label }));
  const prompt = new AutocompletePrompt<Row>({
    options,
    multiple: true,
    filter: (text, { label }) => hasWords(label, text),
    output,
    render() {
      if (this.state === "submit" || this.state === "cancel") return question;
      const place = this.filteredOptions.findIndex(({ value }) => value === this.focusedValue);
      const start = Math.floor(Math.max(0, place) / page) * page;
      const rows = this.filteredOptions.slice(start, start + page);
      const others = this.filteredOptions.length - rows.length;
      return [
        `${question} ${this.userInput === "" ? chalk.dim("type to filter") : `filter: ${this.userInput}_`}`,
        chalk.bold(`   ${titles}`),
        ...rows.map((row) =>
          lineOf(row, row.value === this.focusedValue, this.selectedValues.includes(row.value), chalk),
        ),
        ...(rows.length === 0 ? ["   nothing matches the filter"] : []),
        chalk.dim(`${others > 0 ? `${String(others)} more  ` : ""}arrows move  tab mark  enter choose  esc cancel`),
      ].join("\n");
    },
  });
  const answer = await prompt.prompt();
  if (isCancel(answer)) return undefined;
  const { selectedValues, focusedValue } = prompt;
  const meant = selectedValues.length > 0 ? selectedValues : [focusedValue];
  return choices.filter((_, index) => meant.includes(index)).map(({ value }) => value);
}

interface Row {
  value: number;
  label: string;
}

/** So many rows at once. */
const page = 12;

function hasWords(label: string, text: string): boolean {
  const words = text.toLowerCase().split(" ").filter(Boolean);
  return words.every((word) => label.toLowerCase().includes(word));
}

function lineOf({ label }: Row, isFocused: boolean, isMarked: boolean, chalk: Painter): string {
  const line = `${isFocused ? ">" : " "}${isMarked ? "#" : " "} ${label}`;
  const paint = isFocused ? chalk.inverse : (text: string) => text;
  return isMarked ? chalk.yellow(paint(line)) : paint(line);
}
