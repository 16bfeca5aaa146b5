/**
 * The example host that comes with the program: a recording, and what happens there during the minute after it. Each row of
 * changes.tsv is a second, `+` or `-`, and a row of the recording that comes or goes then.
 */
import { FatalError } from "../../errors.ts";
import { readExampleFile, type ExampleFile } from "../../host/recorded/example-files.ts";
import { parseRecording, type Recording } from "./parse-recording.ts";
import { recordedFacts, type RecordedFacts } from "./recorded-host.ts";

/** @param elapsedMs - since the recording was taken. */
export type ExampleHost = (elapsedMs: number) => RecordedFacts;

/** @throws FatalError where its files are missing. */
export function openExampleHost(read: (name: ExampleFile) => string | undefined = readExampleFile): ExampleHost {
  const [recording, changes] = [read("recording.tsv"), read("changes.tsv")];
  if (recording === undefined || changes === undefined)
    throw new FatalError("The example host is missing from this copy of sshctl.", "Install sshctl again.");
  return (elapsedMs) => recordedFacts(later(parseRecording(changed(recording, changes, elapsedMs)), elapsedMs));
}

function changed(recording: string, changes: string, elapsedMs: number): string {
  const rows = new Set(recording.split("\n"));
  for (const line of changes.split("\n")) {
    const [second = "", sign, ...row] = line.split("\t");
    if (sign === undefined || Number(second) * 1000 > elapsedMs) break;
    rows.delete(row.join("\t"));
    if (sign === "+") rows.add(row.join("\t"));
  }
  // The last row stays the last one.
  rows.delete("");
  rows.delete("end");
  return [...rows, "end", ""].join("\n");
}

/** Its clock goes on, and so does the time since its start. */
function later(recording: Recording, elapsedMs: number): Recording {
  const uptime = Number.parseFloat(recording.texts.get("/proc/uptime") ?? "") + elapsedMs / 1000;
  return {
    ...recording,
    takenAtMs: recording.takenAtMs + elapsedMs,
    texts: new Map(recording.texts).set("/proc/uptime", `${uptime.toFixed(2)} 0.00\n`),
  };
}
