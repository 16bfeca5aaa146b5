import { fileURLToPath } from "node:url";
import { readRecordingFile } from "./recording-file.ts";

/** The collector that comes with the program: beside the bundle, or where the project has it. */
const places = ["collect.sh", "../../../collector/collect.sh"];

/** @returns undefined where it is missing or cannot be read. */
export function readCollector(): string | undefined {
  for (const place of places) {
    const file = readRecordingFile(fileURLToPath(new URL(place, import.meta.url)), 1 << 20);
    if ("text" in file) return file.text;
  }
  return undefined;
}
