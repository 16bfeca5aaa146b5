/**
 * The text that Prometheus and its node exporter read: the OpenMetrics specification 1.0, as far as the older text format of
 * Prometheus has it, too, so that both understand it: of a counter, HELP and TYPE have the name with "_total".
 */
import { visible } from "../../../text/visible.ts";
import type { Family, Sample } from "../families.ts";

/** Ends in "# EOF" and a line feed: a reader of a file that was cut off notices. */
export function renderMetrics(families: readonly Family[]): string {
  return `${families.flatMap(familyLines).join("\n")}\n# EOF\n`;
}

function familyLines({ name, help, type = "gauge", samples }: Family): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map((sample) => sampleLine(name, sample))];
}

function sampleLine(name: string, { labels = {}, value }: Sample): string {
  const told = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${told.length === 0 ? "" : `{${told.join(",")}}`} ${String(value)}`;
}

/** What a terminal could obey has become visible before: whoever tries the command reads it there. */
function escaped(text: string): string {
  return visible(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}
