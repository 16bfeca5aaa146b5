import { fileURLToPath } from "node:url";
import { readRecordingFile } from "./recording-file.ts";

export type ExampleFile = "recording.tsv" | "changes.tsv";

/**
 * Reads a file of the example host that comes with the program. It lies beside this module, and beside the bundle.
 *
 * @returns undefined where it is missing or cannot be read.
 */
export function readExampleFile(name: ExampleFile): string | undefined {
  const file = readRecordingFile(fileURLToPath(new URL(`example/${name}`, import.meta.url)), longest);
  return "text" in file ? file.text : undefined;
}

const longest = 1 << 20;
