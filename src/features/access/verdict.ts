/** What all checks and ways of one server come to. Pure. */
import { plural } from "../../text/words.ts";
import type { Answer, Check, Place, ServerAccess, Way } from "./access-report.ts";
import { enoughOf, worst } from "./ways.ts";
import type { SshdLines } from "../../system/sshd/ask.ts";

/** A line for other connections makes the answer for this one no answer for all. */
function effective({ answer, depends }: Pick<Check | Way, "answer" | "depends">): Answer {
  return depends.length > 0 ? "unknown" : answer;
}

export function judge(
  settings: SshdLines,
  checks: readonly Check[],
  ways: readonly Way[],
): Pick<ServerAccess, "answer" | "because"> {
  const refusing = checks.find((check) => effective(check) === "no");
  if (refusing !== undefined) return { answer: "no", because: refusing.text };
  const proven = enoughOf(settings, ways, effective);
  const answer = worst([...checks.map(effective), proven]);
  if (answer === "yes") return { answer, because: by(settings, ways) };
  if (answer === "no") return { answer, because: `no way to log in: ${methodsText(settings, ways)}` };
  return { answer, because: openQuestion(checks, ways) };
}

function by(settings: SshdLines, ways: readonly Way[]): string {
  const lists = settings.get("authenticationmethods")?.[0] ?? "any";
  const good = ways.filter((way) => effective(way) === "yes").map(({ method }) => method);
  return lists === "any" ? `by ${good.join(" or ")}` : `by AuthenticationMethods ${lists}`;
}

function methodsText(settings: SshdLines, ways: readonly Way[]): string {
  const lists = settings.get("authenticationmethods")?.[0] ?? "any";
  const each = ways.map(({ method, because, text }) => `${method}: ${because ?? text}`).join("; ");
  return lists === "any" ? each : `AuthenticationMethods ${lists}; ${each}`;
}

function openQuestion(checks: readonly Check[], ways: readonly Way[]): string {
  const open = [...checks, ...ways].filter((each) => effective(each) === "unknown");
  const asked = open.find(({ answer }) => answer === "unknown") ?? open[0];
  if (asked === undefined) return "";
  return asked.answer === "unknown" ? asked.text : dependsText(asked.depends);
}

/** "depends on where the connection comes from: FILE:LINE" and how many more. */
export function dependsText(places: readonly Place[]): string {
  const [first] = places;
  if (first === undefined) return "";
  const more = places.length > 1 ? ` and ${plural(places.length - 1, "more line")}` : "";
  return `depends on the connection, by ${first.path}:${String(first.line)}${more}`;
}
