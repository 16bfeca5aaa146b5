/**
 * A history as one page for a browser: a picture with tool tips, and all rows. It loads nothing and runs nothing, so it can be kept and
 * passed on with the report of an incident.
 */
import { formatEndpoint } from "../../../domain/address.ts";
import { formatDuration } from "../../../domain/duration.ts";
import type { Grid, GridColumn } from "../../../text/grid.ts";
import { fullTime } from "../../../text/time.ts";
import { visible } from "../../../text/visible.ts";
import { plural } from "../../../text/words.ts";
import { ticksOf, type Bar, type Timeline, type TimelineLine } from "./timeline.ts";

export interface Page {
  host: string;
  /** "from … to …" */
  span: string;
  /** What is to be known of the rows, in sentences. */
  notes: readonly string[];
  timeline: Timeline;
  /** All rows, in parts. */
  grids: Iterable<Grid>;
}

/** Of the picture, in units of its drawing. */
const width = 1000;
const labels = 220;
const lineHeight = 18;
const axisHeight = 22;
/** A bar of a second in a week can be seen, and pointed at. */
const leastBar = 2;
const mostTicks = 10;
/** More lines are no picture any more; the table has them all. */
const mostLines = 2000;
/** On a sheet of paper, and between one axis and the next. */
const linesOfPart = 40;
const labelWidth = 50;
const longestLabel = 34;

/** @returns the page in parts. */
export function* renderPage({ host, span, notes, timeline, grids }: Page): Generator<string> {
  const title = `SSH connections on ${host}`;
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${html(title)}</h1>
<p>${html(span)}: ${html(summary(timeline))}.</p>
`;
  yield* picture(timeline);
  yield* table(grids);
  yield `<h2>Notes</h2>
<ul>
${notes.map((note) => `<li>${html(note)}</li>\n`).join("")}</ul>
<p class="made">Made by sshctl.</p>
</body>
</html>
`;
}

function summary({ lines }: Timeline): string {
  const connections = new Set(lines.flatMap(({ bars }) => bars.map(({ connection }) => connection)));
  const users = new Set(lines.map(({ user }) => user));
  const addresses = new Set([...connections].flatMap(({ peer }) => peer?.address ?? []));
  const of = `${plural(connections.size, "connection")} of ${plural(users.size, "user")}`;
  return addresses.size === 0 ? of : `${of}, from ${plural(addresses.size, "address")}`;
}

/** In parts, each with an axis of its own. */
function* picture(timeline: Timeline): Generator<string> {
  const lines = timeline.lines.slice(-mostLines);
  for (let start = 0; start < lines.length; start += linesOfPart)
    yield* picturePart(timeline, lines.slice(start, start + linesOfPart));
  if (lines.length < timeline.lines.length) yield `<p>The picture has the last ${String(mostLines)} lines.</p>\n`;
}

function* picturePart(timeline: Timeline, lines: readonly TimelineLine[]): Generator<string> {
  const { fromMs, toMs, momentMs, endsNow } = timeline;
  const height = axisHeight + lines.length * lineHeight + 4;
  const x = (timeMs: number) => labels + ((timeMs - fromMs) / Math.max(1, toMs - fromMs)) * (width - labels);
  const end = endsNow ? width - labelWidth / 2 : width;
  yield `<div class="wide"><svg viewBox="0 0 ${String(width)} ${String(height)}" role="img" aria-label="who was on, over time">\n`;
  for (const { timeMs, label } of ticksOf(timeline, mostTicks))
    yield vertical("tick", x(timeMs), height, x(timeMs) + labelWidth > end ? "" : label);
  if (endsNow) yield `<text class="label" x="${String(width)}" y="14" text-anchor="end">now</text>\n`;
  if (momentMs !== undefined) yield vertical("moment", x(momentMs), height, "");
  for (const [index, line] of lines.entries()) yield pictureLine(line, axisHeight + index * lineHeight, x);
  yield "</svg></div>\n";
}

function vertical(kind: string, x: number, height: number, label: string): string {
  const [at, bottom] = [x.toFixed(1), String(height)];
  return `<line class="${kind}" x1="${at}" y1="4" x2="${at}" y2="${bottom}"/><text class="label" x="${(x + 3).toFixed(1)}" y="14">${html(label)}</text>\n`;
}

function pictureLine({ user, detail, person, bars }: TimelineLine, y: number, x: (timeMs: number) => number): string {
  const label = Array.from(visible(`${user} ${detail}`.trim()));
  const shown = label.length > longestLabel ? `${label.slice(0, longestLabel - 1).join("")}…` : label.join("");
  const rects = bars.map((bar) => {
    const start = x(bar.fromMs);
    const size = `x="${start.toFixed(1)}" y="${String(y + 3)}" width="${Math.max(leastBar, x(bar.toMs) - start).toFixed(1)}" height="${String(lineHeight - 6)}"`;
    const kind = `p${String(person % 6)}${bar.isCertain ? "" : " perhaps"}`;
    return `<rect class="${kind}" rx="2" ${size}><title>${html(tip(bar))}</title></rect>`;
  });
  return `<text x="0" y="${String(y + lineHeight - 5)}">${html(shown)}</text>${rects.join("")}\n`;
}

function tip({ connection, isCertain }: Bar): string {
  const { user, uid, peer, loginMs, endMs, durationMs, ending } = connection;
  const lasted = durationMs === undefined ? "" : ` (${formatDuration(durationMs / 1000)})`;
  const end =
    ending === "open" ? "open" : endMs === undefined ? "end unknown" : `to ${fullTime(endMs)}${lasted}, ${ending}`;
  const login = loginMs === undefined ? "from before" : `from ${fullTime(loginMs)}`;
  const from = peer === undefined ? "" : ` at ${formatEndpoint(peer)}`;
  return `${isCertain ? "" : "perhaps: "}${user ?? uid?.toString() ?? "?"}${from}, ${login}, ${end}`;
}

function* table(grids: Iterable<Grid>): Generator<string> {
  let isBegun = false;
  for (const { columns, rows } of grids) {
    const classes = columns.map(classOf);
    if (!isBegun)
      yield `<div class="wide"><table>\n<thead><tr>${columns.map(({ title }) => `<th scope="col">${html(title)}</th>`).join("")}</tr></thead>\n<tbody>\n`;
    isBegun = true;
    for (const { cells } of rows)
      yield `<tr>${cells.map((cell, index) => `<td${classes[index] ?? ""}>${html(cell ?? "")}</td>`).join("")}</tr>\n`;
  }
  if (isBegun) yield "</tbody>\n</table></div>\n";
}

/** What a terminal would cut is wrapped. */
function classOf({ align, shrinks, last }: GridColumn): string {
  if (align === "right") return ' class="number"';
  return shrinks === undefined || last === true ? "" : ' class="long"';
}

const entities: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

function html(text: string): string {
  return visible(text).replace(/[&<>"']/g, (sign) => entities.get(sign) ?? "");
}

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #6a737d; --line: #d8dde3;
  --p0: #0b7285; --p1: #b8860b; --p2: #2b8a3e; --p3: #9c36b5; --p4: #1c5fc4; --p5: #c92a2a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --paper: #15181c; --soft: #98a2ad; --line: #333a42;
  --p0: #3bc9db; --p1: #fcc419; --p2: #69db7c; --p3: #da77f2; --p4: #74a9ff; --p5: #ff8787; } }
body { margin: 2rem auto; padding: 0 1rem; max-width: 75rem; background: var(--paper); color: var(--ink);
  font: 0.9rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; }
.wide { overflow-x: auto; }
svg { display: block; width: 100%; min-width: 44rem; height: auto; font: 11px ui-monospace, monospace; }
svg text { fill: var(--ink); } svg .label { fill: var(--soft); }
.tick { stroke: var(--line); } .moment { stroke: var(--p5); stroke-dasharray: 3 3; }
.p0 { fill: var(--p0); } .p1 { fill: var(--p1); } .p2 { fill: var(--p2); }
.p3 { fill: var(--p3); } .p4 { fill: var(--p4); } .p5 { fill: var(--p5); } .perhaps { opacity: 0.35; }
table { border-collapse: collapse; width: 100%; margin-top: 1.5rem; font-size: 0.8rem; }
th, td { padding: 0.2rem 0.5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  white-space: nowrap; }
td.long { min-width: 7rem; white-space: normal; overflow-wrap: anywhere; }
td.number { text-align: right; }
.made { color: var(--soft); }
@media print { :root { --ink: #000; --paper: #fff; --soft: #444; --line: #bbb;
  --p0: #0b7285; --p1: #b8860b; --p2: #2b8a3e; --p3: #9c36b5; --p4: #1c5fc4; --p5: #c92a2a; }
  @page { size: landscape; }
  body { margin: 0; max-width: none; font-size: 9pt; } .wide { overflow: visible; } svg { min-width: 0; break-inside: avoid; }
  table { font-size: 7.5pt; } th, td { padding: 0.1rem 0.3rem; } td.long { min-width: 4rem; } thead { display: table-header-group; } tr { break-inside: avoid; }
  rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
