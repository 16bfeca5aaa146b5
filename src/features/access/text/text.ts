/** What is known of an account's logins, for people. */
import type { TextStyle } from "../../../text/grid.ts";
import { visible } from "../../../text/visible.ts";
import { textWidth } from "../../../text/width.ts";
import { hangingIndent, wrapWords } from "../../../text/wrap.ts";
import type { AccessReport, Answer, Check, Lock, Place, ServerAccess, Way } from "../access-report.ts";
import { dependsText } from "../verdict.ts";
import { lockLines } from "./lock-lines.ts";

export function renderAccess(report: AccessReport, locks: readonly Lock[], style: TextStyle): string {
  const { chalk, width } = style;
  const further = [
    ...report.otherNames.map((name) => `${name} has the same uid, and may log in by ways of its own`),
    ...report.otherDoors.map(
      ({ name, pid, text }) => `another door: ${name}${pid === undefined ? "" : ` (PID ${String(pid)})`}: ${text}`,
    ),
    ...report.notes,
  ];
  const lines = [
    chalk.bold(visible(headline(report))),
    ...lockLines(report, locks).flatMap((text) => wrapWords(visible(text), width, textWidth)),
    ...report.servers.flatMap((server) => ["", ...serverLines(server, style)]),
    ...(further.length === 0 ? [] : [""]),
    ...further.flatMap((text) => wrapWords(visible(text), width, textWidth)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function headline({ user, from, answer, servers }: AccessReport): string {
  const where = from === undefined ? "here" : `here from ${from}`;
  if (servers.length === 0) return `${user} cannot log in ${where}: no SSH server runs on this machine.`;
  const says: Readonly<Record<Answer, string>> = {
    yes: `${user} can log in ${where}.`,
    no: `${user} cannot log in ${where}.`,
    unknown: `Whether ${user} can log in ${where} depends.`,
  };
  return says[answer];
}

const words: Readonly<Record<Answer, string>> = { yes: "yes", no: "no", unknown: "depends" };
const answerPlace = Math.max(...Object.values(words).map(({ length }) => length)) + 2;

function serverLines({ name, answer, because, checks, ways }: ServerAccess, style: TextStyle): string[] {
  const labels = [...checks.map(({ topic }) => topic), ...ways.map(({ method }) => method)];
  const labelPlace = Math.max(...labels.map(({ length }) => length)) + 2;
  const row = (label: string, each: Check | Way) => rowLines(label.padEnd(labelPlace), each, style);
  return [
    ...wrapWords(
      `${visible(name)}: ${paint(answer, words[answer], style)}, ${visible(because)}`,
      style.width,
      textWidth,
    ),
    ...checks.flatMap((check) => row(check.topic, check)),
    ...ways.flatMap((way) => row(way.method, way)),
  ];
}

/** What holds after a login is neither for nor against it. */
function labelled(label: string, each: Check | Way, style: TextStyle): string {
  const isNote = "topic" in each && each.topic === "session";
  return `  ${isNote ? "note".padEnd(answerPlace) : paint(each.answer, words[each.answer].padEnd(answerPlace), style)}${label}`;
}

function rowLines(label: string, row: Check | Way, style: TextStyle): string[] {
  const { text, places, depends } = row;
  const place = 2 + answerPlace + label.length;
  const further = [placesText(places), depends.length === 0 ? "" : dependsText(depends)].filter(Boolean);
  const whole = [text, ...further.map((each) => `(${each})`)].join(" ");
  return hangingIndent(labelled(label, row, style), place, visible(whole), style.width, textWidth);
}

function placesText(places: readonly Place[]): string {
  return places.map(({ path, line }) => `${path}:${String(line)}`).join(", ");
}

function paint(answer: Answer, text: string, { chalk }: TextStyle): string {
  return { yes: chalk.green, no: chalk.red, unknown: chalk.yellow }[answer](text);
}
