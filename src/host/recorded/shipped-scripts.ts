import { fileURLToPath } from "node:url";
import { readRecordingFile } from "./recording-file.ts";

/** A script for other machines that comes with the program. */
export type ShippedScript = "collect.sh" | "act.sh";

/** Beside the bundle, or where the project has it. */
const folders = ["", "../../../collector/"];

/** @returns undefined where it is missing or cannot be read. */
export function readShippedScript(name: ShippedScript): string | undefined {
  for (const folder of folders) {
    const file = readRecordingFile(fileURLToPath(new URL(`${folder}${name}`, import.meta.url)), 1 << 20);
    if ("text" in file) return file.text;
  }
  return undefined;
}
