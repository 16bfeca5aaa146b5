import type { Recording } from "../../src/system/recorded/parse-recording.ts";

/** The text of recording.tsv: what collector/collect.sh writes, and parseRecording() reads. */
export function writeRecording(recording: Recording): string {
  const rows = [
    ["recording", "2"],
    ["host", recording.host],
    ["byte-order", recording.byteOrder],
    ["taken-at", String(recording.takenAtMs / 1000)],
    ...(recording.observer === undefined ? [] : [["observer", String(recording.observer)]]),
    ...[...recording.lacks].map((lack) => ["lacks", lack]),
    ...linesOf("text", recording.texts),
    ...[...recording.links].map(([path, target]) => ["link", path, target]),
    ...[...recording.facts].map(([path, { uid, atimeMs, mtimeMs }]) =>
      ["times", path, uid, atimeMs / 1000, mtimeMs / 1000].map(String),
    ),
    ...[...recording.facts].flatMap(([path, { dev, rdev }]) =>
      dev === undefined || rdev === undefined ? [] : [["device", path, String(dev), majorAndMinor(rdev)]],
    ),
    ...[...recording.folders].map((path) => ["folder", path]),
    ...[...recording.refusals].map((path) => ["refused", path]),
    ...linesOf("output", recording.outputs),
    ...(recording.journal?.split("\n").map((line) => ["journal", line]) ?? []),
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

/** As stat(1) prints them, `%t:%T`. */
function majorAndMinor(rdev: number): string {
  const [major, minor] = [(rdev >> 8) & 0xfff, (rdev & 0xff) | ((rdev >>> 20) << 8)];
  return `${major.toString(16)}:${minor.toString(16)}`;
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
