/** What people tell the running service, each in a file of its own that only they write: a pause, and that they know of a tripped fuse. */
import { FileTrouble } from "../../../host/files/file-trouble.ts";
import type { StateFolder } from "../../../host/files/state-folder.ts";
import { fromByteText, toByteText } from "../../../text/byte-text.ts";
import { isObject, parseObject, textIn } from "../../../text/json-object.ts";
import { termIn, termToJson } from "../../../system/locks/record.ts";
import type { Term } from "../../../system/locks/term.ts";

const pauseName = "pause.json";
const acknowledgedName = "acknowledged.json";
const mostBytes = 65_536;

export interface Pause {
  term: Term;
  by: string;
  reason: string | undefined;
}

/** @throws FileTrouble */
export function readPause(folder: Pick<StateFolder, "read">): Pause | undefined {
  const fields = objectIn(pauseName, folder);
  const term = termIn(fields?.["term"]);
  const { by, reason } = fields ?? {};
  if (term === undefined || term === "none" || typeof by !== "string") return undefined;
  return { term, by, reason: textIn(reason) };
}

/** @throws FileTrouble */
export function writePause({ term, by, reason }: Pause, folder: Pick<StateFolder, "write">): void {
  write(pauseName, { term: termToJson(term), by, reason: reason ?? null }, folder);
}

/** @throws FileTrouble */
export function removePause(folder: Pick<StateFolder, "remove">): void {
  folder.remove(pauseName);
}

/** The id of the trip that somebody knows of. @throws FileTrouble */
export function readAcknowledged(folder: Pick<StateFolder, "read">): string | undefined {
  return textIn(objectIn(acknowledgedName, folder)?.["id"]);
}

/** @throws FileTrouble */
export function writeAcknowledged(id: string, folder: Pick<StateFolder, "write">): void {
  write(acknowledgedName, { id }, folder);
}

function objectIn(name: string, folder: Pick<StateFolder, "read">): Readonly<Record<string, unknown>> | undefined {
  const text = folder.read(name, mostBytes);
  const fields = text === undefined ? undefined : parseObject(fromByteText(text));
  if (text !== undefined && !isObject(fields)) throw new FileTrouble("foreign", `${name} is not of sshctl`);
  return fields;
}

function write(name: string, fields: object, folder: Pick<StateFolder, "write">): void {
  folder.write(name, toByteText(`${JSON.stringify(fields)}\n`));
}
