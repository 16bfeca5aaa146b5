import { severities, type Finding, type Severity } from "../keys/findings.ts";
import type { Look } from "./grid.ts";
import { textWidth } from "./text-width.ts";
import { visible } from "./visible.ts";
import { hang } from "./wrap-words.ts";

/** What is wrong, for people: where it is in a line, and below that why and what to do. */
export function renderFindings(findings: readonly Finding[], look: Look): string {
  return findings
    .flatMap((finding) => findingLines(finding, look))
    .map((line) => `${line}\n`)
    .join("");
}

const place = Math.max(...severities.map(({ length }) => length)) + 2;

function findingLines({ id, severity, user, path, line, fingerprint, reason, remedy }: Finding, look: Look): string[] {
  const heading = `${id}  ${user}  ${path}${line === undefined ? "" : `:${String(line)}`}`;
  const texts = [fingerprint ?? [], `${reason}.`, `to do: ${remedy}`].flat();
  const indent = " ".repeat(place);
  return [
    ...hang(paintSeverity(severity, look)(severity.padEnd(place)), place, visible(heading), look.width, textWidth),
    ...texts.flatMap((text) => hang(indent, place, visible(text), look.width, textWidth)),
  ];
}

function paintSeverity(severity: Severity, { chalk }: Look): (text: string) => string {
  return { info: chalk.dim, low: chalk.dim, medium: chalk.yellow, high: chalk.red }[severity];
}
