/**
 * What lines of shell startup files do to TMOUT, by their text alone. Nothing is run: these files belong to users.
 * Conditions around a line are not understood, so what is found is what may happen.
 */

/** One line that touches TMOUT. */
export interface TmoutSetting {
  /** Counted from 1. */
  line: number;
  text: string;
  /** Undefined when the line assigns nothing; "unknown" when what it assigns is computed. */
  seconds: number | "unknown" | undefined;
  readonly: boolean;
  exported: boolean;
  unset: boolean;
}

/** @param text - of a file for shells of Bourne's kind. */
export function findTmoutSettings(text: string): TmoutSetting[] {
  return text.split("\n").flatMap((line, index) => {
    const effects = line.includes("TMOUT") ? effectsOf(line) : [];
    const seconds = effects.findLast((effect) => effect.seconds !== undefined)?.seconds;
    const setting = {
      line: index + 1,
      text: line.trim(),
      seconds,
      readonly: effects.some((effect) => effect.readonly),
      exported: effects.some((effect) => effect.exported),
      unset: effects.some((effect) => effect.unset),
    };
    return seconds !== undefined || setting.readonly || setting.exported || setting.unset ? setting : [];
  });
}

type Effect = Omit<TmoutSetting, "line" | "text">;

function effectsOf(line: string): Effect[] {
  return statementsOf(line).flatMap((words) => {
    const target = words.find((word) => /^TMOUT(?:=|$)/.test(word));
    if (target === undefined) return [];
    const flags = words.filter((word) => /^-\w+$/.test(word)).join("");
    const declares = words.some((word) => word === "typeset" || word === "declare");
    const [, value] = /^TMOUT=(.*)$/s.exec(target) ?? [];
    return {
      seconds: value === undefined ? undefined : readSeconds(value.replace(/^(["'])(.*)\1$/s, "$2")),
      readonly: words.includes("readonly") || (declares && flags.includes("r")),
      exported: words.includes("export") || (declares && flags.includes("x")),
      unset: words.includes("unset"),
    };
  });
}

/** Words of simple commands; roughly, since quotes are not heeded. A `#` starts a comment only at the beginning of a word. */
function statementsOf(line: string): string[][] {
  return line
    .replace(/(?<!\S)#.*$/s, "")
    .split(/[;&|(){}]/)
    .map((statement) => statement.split(/\s/).filter((word) => word !== ""));
}

function readSeconds(value: string): number | "unknown" {
  return /^\d{1,15}$/.test(value) ? Number(value) : "unknown";
}

const plain = /^(?:(?:readonly|export|typeset|declare)(?:\s+-[rxgi]{1,4}){0,4}\s+)?TMOUT(?:=(?:\d*|"\d*"|'\d*'))?$/;

/** Whether the line does nothing but set TMOUT: only then can it be taken away without taking away something else. */
export function isPlainSetting(line: string): boolean {
  const statements = line
    .replace(/(?<!\S)#.*$/s, "")
    .replace(/;\s*$/, "")
    .split(";");
  return statements.every((statement) => {
    const text = statement.trim();
    return plain.test(text) || text === "unset TMOUT";
  });
}
