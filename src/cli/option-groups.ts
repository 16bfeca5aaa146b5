/** Options as people are shown them: in the help, the manual and the documentation. */
import type { OptionSpec, OptionTable } from "./command.ts";

export interface OptionGroup {
  title: string;
  options: readonly (readonly [long: string, spec: OptionSpec])[];
}

/** Those that are shown, below their headings. */
export function optionGroups(options: OptionTable): OptionGroup[] {
  const shown = Object.entries(options).filter(([, { hidden }]) => hidden === undefined);
  const titles = [...new Set(shown.map(([, { group }]) => group))];
  return titles.map((title) => ({ title, options: shown.filter(([, { group }]) => group === title) }));
}

/** "-u, --user NAME" */
export function optionForm(long: string, { alias, value }: Pick<OptionSpec, "alias" | "value">): string {
  return `${alias === undefined ? "" : `-${alias}, `}--${long}${value === undefined ? "" : ` ${value}`}`;
}
