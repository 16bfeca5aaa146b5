/** The file that the node exporter reads: its collector "textfile" takes every file in a folder whose name ends in ".prom". */
import { foreseenTrouble } from "../../changes/foreseen-trouble.ts";
import type { Reader } from "../../cli/values.ts";
import { FileTrouble } from "../../host/files/file-trouble.ts";
import type { PublishFile } from "../../host/files/publish-file.ts";

export const textfile: Reader<string> = {
  allowed: "absolute paths of files whose names end in .prom and do not begin with a dot",
  read: (text) => (/^\/(?:.*\/)?[^/.][^/\0]*\.prom$/s.test(text) ? text : undefined),
};

/** @throws ForeseenError; the old file is left then. */
export function publish(path: string, text: string, publishFile: PublishFile): void {
  try {
    publishFile(path, text);
  } catch (error) {
    throw error instanceof FileTrouble ? foreseenTrouble(error, "No metrics were written.") : error;
  }
}
