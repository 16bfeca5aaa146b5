/** What people read of a deed on many hosts: the plan, the result, the numbers, and the report for a ticket. */
import { groupBy } from "../../../../domain/group-by.ts";
import { openHosts, type Case } from "../../../../fleet/act/case.ts";
import { isSettled, type DeedItem, type HostResult, type OutcomeKind } from "../../../../fleet/act/host-outcome.ts";
import { byName, foldNames } from "../../../../fleet/names/fold-names.ts";
import { withoutSilent, type Grid, type TextStyle } from "../../../../text/grid.ts";
import { renderGrid } from "../../../../text/render-grid.ts";
import { fullTime } from "../../../../text/time.ts";
import { visible } from "../../../../text/visible.ts";
import { plural } from "../../../../text/words.ts";

/**
 * A row for each thing, with the hosts of which the same is to be said in a form that --on takes.
 *
 * @param title - what the things are: "SESSION".
 */
export async function renderItems(
  hosts: readonly Pick<HostResult, "name" | "items">[],
  title: string,
  style: TextStyle,
): Promise<string> {
  const grid: Grid = {
    columns: [
      { title: "HOST" },
      { title, shrinks: 1, least: 20 },
      { title: "RESULT", shrinks: 2, least: 20, tells: "something" },
    ],
    rows: alikeItems(hosts).map(({ names, item }) => ({
      cells: [foldNames(names), item.what, item.text === "" ? undefined : item.text],
      ...(item.text === "" || item.kind === "not-tried" || isSettled(item) ? {} : { emphasis: "failed" as const }),
    })),
  };
  return grid.rows.length === 0
    ? ""
    : renderGrid(withoutSilent(grid), { headers: true, truncate: true, isWhole: true }, style);
}

/** In the order of the first host that has each. */
function alikeItems(hosts: readonly Pick<HostResult, "name" | "items">[]): { names: string[]; item: DeedItem }[] {
  const all = hosts.flatMap(({ name, items }) => items.map((item) => ({ name, item })));
  const groups = groupBy(all, ({ item: { id, what, kind, text } }) => JSON.stringify([id, what, kind, text]));
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    return first === undefined ? [] : [{ names: alike.map(({ name }) => name), item: first.item }];
  });
}

/** "Done and proven on 9 of 300 hosts; nothing to do on 287.", and the others with what became of them. */
export function describeHosts(results: readonly HostResult[], undone?: string): string {
  const count = (kind: OutcomeKind) => results.filter((result) => result.kind === kind).length;
  const idle = count("nothing");
  const numbers = `Done and proven on ${String(count("proven"))} of ${plural(results.length, "host")}${idle === 0 ? "" : `; nothing to do on ${String(idle)}`}`;
  const open = results.filter((result) => !isSettled(result));
  return open.length === 0
    ? `${numbers}.\n`
    : `${numbers}. Not proven on ${plural(open.length, "host")}:\n${openLines(open, undone)}`;
}

/** Those that fare alike in one line, with names in a form that --on takes. */
export function openLines(open: readonly HostResult[], undone = "NOT DONE"): string {
  const groups = [
    ...groupBy(open, ({ kind, text }) => `${kind === "not-done" ? `${undone}: ` : word[kind]}${text}`),
  ].map(([text, members]) => ({
    names: foldNames(members.map(({ name }) => name)),
    text,
  }));
  const width = Math.min(40, Math.max(...groups.map(({ names }) => names.length)));
  return groups.map(({ names, text }) => `  ${names.padEnd(width)}  ${visible(text)}\n`).join("");
}

const word: Readonly<Record<Exclude<OutcomeKind, "not-done">, string>> = {
  proven: "",
  nothing: "",
  refused: "refused: ",
  undecided: "UNDECIDED: ",
  lost: "did not answer: ",
  "not-tried": "",
};

/** GitHub-flavoured Markdown. */
export function renderCaseMarkdown(kept: Case, again: string | undefined): string {
  const hosts = kept.hosts.toSorted((one, other) => byName(one.name, other.name));
  const open = openHosts(kept);
  const rows = hosts
    .filter(({ kind, items }) => kind !== "nothing" || items.length > 0)
    .flatMap(({ name, kind, text, items, atMs }) => [
      row([name, "", titles[kind], text, fullTime(atMs)]),
      ...items.map((item) => row(["", item.what, titles[item.kind], item.text, ""])),
    ]);
  const without = hosts.filter(({ kind, items }) => kind === "nothing" && items.length === 0).map(({ name }) => name);
  return [
    `# ${plain(kept.decision)}`,
    "",
    `- Id: ${plain(kept.id)}`,
    `- Decided by ${plain(kept.caller)} on ${plain(kept.callerHost)}, ${fullTime(kept.startedAtMs)}`,
    ...(kept.reason === undefined ? [] : [`- Reason: ${plain(kept.reason)}`]),
    `- ${open.length === 0 ? "Nothing is left to do." : `**Not proven on ${plural(open.length, "host")}:** ${plain(foldNames(open))}`}`,
    ...(again === undefined ? [] : [`- To try what is left: ${code(again)}`]),
    "",
    row(["Host", "What", "Outcome", "In words", "Known since"]),
    row(["---", "---", "---", "---", "---"], false),
    ...rows,
    "",
    ...(without.length === 0 ? [] : [`Nothing to do on ${plain(foldNames(without))}.`, ""]),
    "Runs:",
    "",
    ...kept.runs.map(
      ({ command, startedAtMs, endedAtMs }) =>
        `- ${fullTime(startedAtMs)}: ${code(command)}${endedAtMs === undefined ? ", which has not come to its end" : ""}`,
    ),
    "",
  ].join("\n");
}

const titles: Readonly<Record<OutcomeKind, string>> = {
  proven: "proven",
  nothing: "nothing to do",
  refused: "refused",
  "not-done": "NOT DONE",
  undecided: "UNDECIDED",
  lost: "did not answer",
  "not-tried": "not tried",
};

function row(cells: readonly string[], isText = true): string {
  return `| ${cells.map((cell) => (isText ? plain(cell) : cell)).join(" | ")} |`;
}

/** Whatever Markdown or HTML would take for its own gets a backslash. */
function plain(text: string): string {
  return visible(text).replaceAll(/[\\`*_{}[\]<>#|~&!]/g, String.raw`\$&`);
}

/** A code span, which may hold backticks: fenced by more of them than stand in it. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${visible(text)}${fence}` : `${fence} ${visible(text)} ${fence}`;
}
