/** Options as people are shown them: in the help, the manual and the documentation. */
import { headings, type OptionSpec, type OptionTable } from "./command.ts";

export interface OptionGroup {
  title: string;
  options: readonly (readonly [long: string, spec: OptionSpec])[];
}

/** Those that are shown, below their headings. */
export function optionGroups(options: OptionTable): OptionGroup[] {
  return headings.flatMap((heading) => {
    const all = Object.entries(options).filter(([, { group }]) => group === heading);
    const shown = all.filter(([, { hidden }]) => hidden === undefined);
    if (shown.length === 0) return [];
    const title = all.some(([, { hidden }]) => hidden === "negation") ? `${heading} (${ofNegatable})` : heading;
    return [{ title, options: shown }];
  });
}

const ofNegatable = "each also as --not-OPTION; names and the like can be repeated or separated by commas";

/** "-u, --user NAME" */
export function optionForm(long: string, { alias, value }: Pick<OptionSpec, "alias" | "value">): string {
  return `${alias === undefined ? "" : `-${alias}, `}--${long}${value === undefined ? "" : ` ${value}`}`;
}

/** Where there is one text for each option. */
export function describeWithValues({ describe, values = {} }: Pick<OptionSpec, "describe" | "values">): string {
  const meanings = Object.entries(values).map(([value, meaning]) => `${value} (${meaning})`);
  return meanings.length === 0 ? describe : `${describe}: ${meanings.join("; ")}`;
}
