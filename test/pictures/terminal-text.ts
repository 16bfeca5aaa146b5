/** What a terminal shows of a text. Control functions: ECMA-48 (5.4 CSI, 5.6 strings, 8.3.117 SGR) and xterm's ctlseqs. */
export interface Style {
  bold: boolean;
  dim: boolean;
  underline: boolean;
  inverse: boolean;
  strike: boolean;
  /** One of the sixteen colours; undefined is the terminal's own. */
  foreground: number | undefined;
  background: number | undefined;
}

/** Neighbours in one style. */
export interface Run {
  text: string;
  style: Style;
}

/** @returns the runs of each line. What is neither text nor a style leaves no trace. */
export function parseTerminalText(text: string): Run[][] {
  let style = plain;
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => {
      const runs: Run[] = [];
      for (const [, codes, characters] of line.matchAll(token)) {
        if (codes !== undefined) style = restyled(style, codes);
        const shown = characters?.replace(invisible, "") ?? "";
        if (shown !== "") runs.push({ text: shown, style });
      }
      return runs;
    });
}

const plain: Style = {
  bold: false,
  dim: false,
  underline: false,
  inverse: false,
  strike: false,
  foreground: undefined,
  background: undefined,
};

const token = new RegExp(
  [
    /(?:\x1b\[|\x9b)([\d;]*)m/,
    /([^\x1b\x90\x98\x9b\x9d-\x9f]+)/,
    /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]/,
    /(?:\x1b[P\]X^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?/,
    /\x1b[ -/]*[0-~]/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gu",
);

/** Nothing of this takes a cell, and XML 1.0 (2.2) allows little of it. */
const invisible = /[\p{Cc}\p{Cs}\p{Cn}\p{Bidi_Control}]/gu;

/** Colours beyond the sixteen bring parameters of their own (38;5;1), which must not be taken for styles. */
function restyled(style: Style, codes: string): Style {
  const numbers = codes.split(";").map(Number);
  const end = numbers.findIndex((code) => code === 38 || code === 48);
  return numbers
    .slice(0, end < 0 ? numbers.length : end)
    .reduce((before, code) => (code === 0 ? plain : { ...before, ...changes.get(code) }), style);
}

const changes: ReadonlyMap<number, Partial<Style>> = new Map<number, Partial<Style>>([
  [1, { bold: true }],
  [2, { dim: true }],
  [4, { underline: true }],
  [7, { inverse: true }],
  [9, { strike: true }],
  [22, { bold: false, dim: false }],
  [24, { underline: false }],
  [27, { inverse: false }],
  [29, { strike: false }],
  [39, { foreground: undefined }],
  [49, { background: undefined }],
  ...coloursFrom(30, 0),
  ...coloursFrom(90, 8),
]);

function coloursFrom(code: number, first: number): (readonly [number, Partial<Style>])[] {
  return Array.from({ length: 8 }, (_, index) => index).flatMap((index) => [
    [code + index, { foreground: first + index }] as const,
    [code + 10 + index, { background: first + index }] as const,
  ]);
}
