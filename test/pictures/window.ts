/** A text of a terminal as an SVG image of its window. Needs no fonts of its own and looks the same on light and dark pages. */
import { textWidth } from "../../src/text/width.ts";
import { parseTerminalText, type Run, type Style } from "./terminal-text.ts";

export interface Window {
  /** On the bar above the text. */
  title: string;
  /** For those who cannot see the picture. */
  description: string;
  columns: number;
}

export function drawWindow(text: string, { title, description, columns }: Window): string {
  const lines = parseTerminalText(text);
  const width = columns * cell.width + 2 * margin;
  const height = barHeight + lines.length * cell.height + margin;
  const content = [
    element("title", {}, description),
    element("rect", { ...edge, width: width - 1, height: height - 1 }),
    ...[20, 38, 56].map((cx) => element("circle", { cx, cy: 18, r: 5, fill: theme.edge })),
    element("text", { x: width / 2, y: 22.5, "text-anchor": "middle", fill: theme.title }, title),
    ...lines.flatMap((runs, row) => drawLine(runs, barHeight + row * cell.height)),
  ];
  const size = { viewBox: `0 0 ${rounded(width)} ${rounded(height)}`, width, height };
  const accessible = { role: "img", "aria-label": description };
  const svg = { xmlns: "http://www.w3.org/2000/svg", ...accessible, ...size, ...font };
  return `<svg${attributesText(svg)}>\n${content.join("\n")}\n</svg>\n`;
}

const font = {
  "font-family": "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace",
  "font-size": 14,
};
const cell = { width: 8.4, height: 20 };
/** From the top of a cell to where letters stand. */
const baseline = 14.5;
const margin = 16;
const barHeight = 42;

const theme = { background: "#161b22", foreground: "#e6edf3", title: "#9198a1", edge: "#3d444d" };

/** Half a pixel inwards, so that its line is sharp. */
const edge = { x: 0.5, y: 0.5, rx: 8, fill: theme.background, stroke: theme.edge };

/** The sixteen colours, in the order of ECMA-48: black, red, green, yellow, blue, magenta, cyan, white; then the bright ones. */
const palette = (
  "#484f58 #ff7b72 #3fb950 #d29922 #58a6ff #bc8cff #39c5cf #b1bac4 " +
  "#6e7681 #ffa198 #56d364 #e3b341 #79c0ff #d2a8ff #56d4dd #ffffff"
).split(" ");

function drawLine(runs: readonly Run[], top: number): string[] {
  let column = 0;
  return runs.flatMap((run) => {
    const drawn = drawRun(run, column, top);
    column += textWidth(run.text);
    return drawn;
  });
}

function drawRun({ text, style }: Run, column: number, top: number): string[] {
  const { ink, paper } = coloursOf(style);
  const opacity = style.dim ? 0.65 : undefined;
  const across = { x: xOf(column), width: textWidth(text) * cell.width };
  const bar = (y: number, height: number, fill: string) => element("rect", { ...across, y, height, fill, opacity });
  const word = { y: top + baseline, lengthAdjust: "spacingAndGlyphs", fill: ink, opacity };
  const weight = { "font-weight": style.bold ? "bold" : undefined };
  return [
    ...(paper === undefined ? [] : [bar(top, cell.height, paper)]),
    ...piecesOf(text).map(({ text, column: offset, width }) => {
      const place = { x: xOf(column + offset), textLength: width * cell.width };
      return element("text", { ...place, ...word, ...weight }, text);
    }),
    ...(style.underline ? [bar(top + 16.5, 1, ink)] : []),
    ...(style.strike ? [bar(top + 9.5, 1, ink)] : []),
  ];
}

function coloursOf({ foreground, background, inverse }: Style): { ink: string; paper: string | undefined } {
  const [front, back] = [foreground, background].map((code) => (code === undefined ? undefined : palette[code]));
  return inverse
    ? { ink: back ?? theme.background, paper: front ?? theme.foreground }
    : { ink: front ?? theme.foreground, paper: back };
}

interface Piece {
  text: string;
  column: number;
  width: number;
}

/**
 * What is set at a cell of its own and stretched to its cells, so that no font shifts what follows: words with single
 * spaces between them. Characters beyond ASCII may come from another font, so they are apart, accents with their letters.
 */
const piece = /(?:[!-~](?!\p{M}))+(?: (?:[!-~](?!\p{M}))+)*|(?:[^ -~]|[ -~](?=\p{M}))+/gu;

function piecesOf(text: string): Piece[] {
  return [...text.matchAll(piece)]
    .map(({ 0: part, index }) => ({ text: part, column: textWidth(text.slice(0, index)), width: textWidth(part) }))
    .filter(({ width }) => width > 0);
}

function xOf(column: number): number {
  return margin + column * cell.width;
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

function element(name: string, attributes: Attributes, text?: string): string {
  const start = `<${name}${attributesText(attributes)}`;
  return text === undefined ? `${start}/>` : `${start}>${escape(text)}</${name}>`;
}

function attributesText(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === undefined ? "" : ` ${name}="${escape(rounded(value))}"`))
    .join("");
}

/** Sums of tenths are not exact. */
function rounded(value: string | number): string {
  return typeof value === "string" ? value : String(Number(value.toFixed(2)));
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
