import type { Recording } from "../../src/system/recorded/parse-recording.ts";

/** The text of recording.tsv: what scripts/record-host.sh writes, and parseRecording() reads. */
export function writeRecording(recording: Recording): string {
  const rows = [
    ["recording", "1"],
    ["host", recording.host],
    ["byte-order", recording.byteOrder],
    ["taken-at", String(recording.takenAtMs / 1000)],
    ...linesOf("text", recording.texts),
    ...[...recording.links].map(([path, target]) => ["link", path, target]),
    ...[...recording.facts].map(([path, { uid, atimeMs, mtimeMs }]) =>
      ["times", path, uid, atimeMs / 1000, mtimeMs / 1000].map(String),
    ),
    ...[...recording.refusals].map((path) => ["refused", path]),
    ...linesOf("output", recording.outputs),
    ["end"],
  ];
  return rows.map((fields) => `${fields.map(encode).join("\t")}\n`).join("");
}

/** One row for every line; an empty text has one, too. */
function linesOf(kind: string, texts: ReadonlyMap<string, string>): string[][] {
  return [...texts].flatMap(([key, text]) =>
    (text.match(/[^\n]*\n|[^\n]+$/g) ?? [""]).map((line) => [kind, key, line]),
  );
}

function encode(field: string): string {
  return [...Buffer.from(field)].map((byte) => shown(byte)).join("");
}

function shown(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === "\n") return String.raw`\n`;
  if (character === "\\") return String.raw`\\`;
  return byte > 31 && byte < 127 ? character : `\\${byte.toString(8).padStart(3, "0")}`;
}
