import { groupBy } from "../../../domain/group-by.ts";
import { reasonOf, remedyOf } from "./faults.ts";
import { severities, type Finding, type Severity } from "../inventory/findings.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { textWidth } from "../../../text/width.ts";
import { visible } from "../../../text/visible.ts";
import { hangingIndent } from "../../../text/wrap.ts";

/** What is wrong, for people: where it is in lines, and below them why and what to do. What is alike is told once. */
export function renderFindings(findings: readonly Finding[], look: TextStyle): string {
  return [...groupBy(findings, textsOf).values()]
    .flatMap((alike) => alikeLines(alike, look))
    .map((line) => `${line}\n`)
    .join("");
}

const place = Math.max(...severities.map(({ length }) => length)) + 2;

function textsOf({ fault, severity, fingerprint }: Finding): string {
  return [fault.id, severity, fingerprint ?? "", reasonOf(fault), remedyOf(fault)].join("\n");
}

function alikeLines(alike: readonly Finding[], look: TextStyle): string[] {
  const [first] = alike;
  if (first === undefined) return [];
  const texts = [first.fingerprint ?? [], `${reasonOf(first.fault)}.`, `to do: ${remedyOf(first.fault)}`].flat();
  const indent = " ".repeat(place);
  return [
    ...alike.flatMap(({ fault, severity, user, path, line }) => {
      const heading = `${fault.id}  ${user}  ${path}${line === undefined ? "" : `:${String(line)}`}`;
      const label = paintSeverity(severity, look)(severity.padEnd(place));
      return hangingIndent(label, place, visible(heading), look.width, textWidth);
    }),
    ...texts.flatMap((text) => hangingIndent(indent, place, visible(text), look.width, textWidth)),
  ];
}

function paintSeverity(severity: Severity, { chalk }: TextStyle): (text: string) => string {
  return { info: chalk.dim, low: chalk.dim, medium: chalk.yellow, high: chalk.red }[severity];
}
