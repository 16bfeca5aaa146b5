/** What is kept of a lock of everyone, beside the records of accounts. There is one at most. */
import { fromByteText, toByteText } from "../../text/byte-text.ts";
import { isObject, parseObject, textIn, timeIn } from "../../text/json-object.ts";
import { isoTime } from "../../text/time.ts";
import { machineIdOf, termIn, termToJson, type RecordHost } from "./record.ts";
import type { Term } from "./term.ts";

export interface EveryoneRecord {
  /** Of the command that locked: the same in its records in the logs, and in the list of changes. */
  id: string;
  /** Who is not locked. */
  except: readonly { name: string; uid: number }[];
  message: string | undefined;
  /** Of /etc/machine-id: on a copy of this machine the lock is not ours. */
  machineId: string;
  state: "planned" | "locked";
  by: string;
  reason: string | undefined;
  atMs: number;
  end: Term | undefined;
}

const schema = "sshctl.everyone-record/1";
const fileName = "everyone";
const mostBytes = 65_536;

export function renderEveryone({ message, reason, atMs, end, ...record }: EveryoneRecord): string {
  const fields = {
    schema,
    ...record,
    message: message ?? null,
    reason: reason ?? null,
    at: isoTime(atMs),
    end: termToJson(end),
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

/** @returns undefined for anything that this program has not written. */
export function parseEveryone(text: string): EveryoneRecord | undefined {
  const fields = parseObject(text);
  if (fields?.["schema"] !== schema) return undefined;
  const [id, machineId, by] = ["id", "machineId", "by"].map((name) => textIn(fields[name]));
  if (id === undefined || machineId === undefined || by === undefined) return undefined;
  const [state, except, end] = [stateIn(fields["state"]), exceptIn(fields["except"]), termIn(fields["end"])];
  const atMs = timeIn(fields["at"]);
  if (state === undefined || except === undefined || end === "none" || atMs === undefined) return undefined;
  const [message, reason] = [textIn(fields["message"]), textIn(fields["reason"])];
  return { id, except, message, machineId, state, by, reason, atMs, end };
}

function stateIn(value: unknown): EveryoneRecord["state"] | undefined {
  return value === "planned" || value === "locked" ? value : undefined;
}

function exceptIn(value: unknown): EveryoneRecord["except"] | undefined {
  if (!Array.isArray(value)) return undefined;
  const accounts = value.flatMap((each: unknown) => {
    if (!isObject(each)) return [];
    const { name, uid } = each;
    return typeof name === "string" && typeof uid === "number" ? [{ name, uid }] : [];
  });
  return accounts.length === value.length ? accounts : undefined;
}

/** Names its timer. */
export function everyoneKey({ id }: Pick<EveryoneRecord, "id">): string {
  return `${id}-everyone`;
}

/** @returns "damaged" for a file that holds none, or one of another machine. @throws FileTrouble */
export function readEveryone({ locks, files }: RecordHost): EveryoneRecord | "damaged" | undefined {
  const text = locks.read(fileName, mostBytes);
  if (text === undefined) return undefined;
  const record = parseEveryone(fromByteText(text));
  return record?.machineId === machineIdOf({ files }) ? record : "damaged";
}

/** @throws FileTrouble */
export function writeEveryone(record: EveryoneRecord, { locks }: RecordHost): void {
  locks.write(fileName, toByteText(renderEveryone(record)));
}

/** @throws FileTrouble */
export function removeEveryone({ locks }: RecordHost): void {
  locks.remove(fileName);
}
