import { groupBy } from "../../../domain/group-by.ts";
import { reasonOf, remedyOf } from "./faults.ts";
import { severities, type Finding, type Severity } from "../inventory/findings.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { textWidth } from "../../../text/width.ts";
import { visible } from "../../../text/visible.ts";
import { hangingIndent } from "../../../text/wrap.ts";

/** A finding in words. */
export interface ToldFinding {
  id: string;
  severity: Severity;
  /** Whose file, which, and perhaps the line. */
  place: string;
  fingerprint: string | undefined;
  reason: string;
  remedy: string;
}

export function toldFinding({ fault, severity, user, path, line, fingerprint }: Finding): ToldFinding {
  return {
    id: fault.id,
    severity,
    place: `${user}  ${path}${line === undefined ? "" : `:${String(line)}`}`,
    fingerprint,
    reason: reasonOf(fault),
    remedy: remedyOf(fault),
  };
}

/** What is wrong, for people: where it is in lines, and below them why and what to do. What is alike is told once. */
export function renderFindings(findings: readonly ToldFinding[], look: TextStyle): string {
  return [...groupBy(findings, textsOf).values()]
    .flatMap((alike) => alikeLines(alike, look))
    .map((line) => `${line}\n`)
    .join("");
}

const place = Math.max(...severities.map(({ length }) => length)) + 2;

function textsOf({ id, severity, fingerprint, reason, remedy }: ToldFinding): string {
  return [id, severity, fingerprint ?? "", reason, remedy].join("\n");
}

function alikeLines(alike: readonly ToldFinding[], look: TextStyle): string[] {
  const [first] = alike;
  if (first === undefined) return [];
  const texts = [first.fingerprint ?? [], `${first.reason}.`, `to do: ${first.remedy}`].flat();
  const indent = " ".repeat(place);
  return [
    ...alike.flatMap(({ id, severity, place: where }) => {
      const heading = `${id}  ${where}`;
      const label = paintSeverity(severity, look)(severity.padEnd(place));
      return hangingIndent(label, place, visible(heading), look.width, textWidth);
    }),
    ...texts.flatMap((text) => hangingIndent(indent, place, visible(text), look.width, textWidth)),
  ];
}

function paintSeverity(severity: Severity, { chalk }: TextStyle): (text: string) => string {
  return { info: chalk.dim, low: chalk.dim, medium: chalk.yellow, high: chalk.red }[severity];
}
