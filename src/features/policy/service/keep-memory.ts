/** The memory of the engine on the disk: /var/lib/sshctl/policy/memory.json. */
import type { StateFolder } from "../../../host/files/state-folder.ts";
import { fromByteText, toByteText } from "../../../text/byte-text.ts";
import { isObject, parseObject } from "../../../text/json-object.ts";
import type { Memory, Pending, Ticks, Tripped } from "../engine/memory.ts";

const name = "memory.json";
const schema = "sshctl.policy-memory/1";
const mostBytes = 16_777_216;

/** @throws FileTrouble */
export function keepMemory(memory: Memory, folder: Pick<StateFolder, "write">): void {
  const text = JSON.stringify({ schema, ...memory, pending: Object.fromEntries(memory.pending) });
  folder.write(name, toByteText(`${text}\n`));
}

/** @returns undefined for anything that this program has not written: then it begins anew. @throws FileTrouble */
export function recallMemory(folder: Pick<StateFolder, "read">): Memory | undefined {
  const text = folder.read(name, mostBytes);
  const fields = text === undefined ? undefined : parseObject(fromByteText(text));
  if (fields?.["schema"] !== schema) return undefined;
  const { mode, evenSinceMs } = fields;
  const ticks = ticksIn(fields["ticks"]);
  if ((mode !== "observe" && mode !== "act") || typeof evenSinceMs !== "number" || ticks === undefined)
    return undefined;
  const pending = isObject(fields["pending"]) ? Object.entries(fields["pending"]) : [];
  return {
    mode,
    ticks,
    evenSinceMs,
    pending: new Map(
      pending.flatMap(([id, value]) => {
        const each = pendingIn(value);
        return each === undefined ? [] : [[id, each] as const];
      }),
    ),
    tripped: trippedIn(fields["tripped"]),
  };
}

function ticksIn(value: unknown): Ticks | undefined {
  if (!isObject(value)) return undefined;
  const { nowMs, bootId, uptimeSeconds } = value;
  if (typeof nowMs !== "number" || typeof bootId !== "string" || typeof uptimeSeconds !== "number") return undefined;
  return { nowMs, bootId, uptimeSeconds };
}

function pendingIn(value: unknown): Pending | undefined {
  if (!isObject(value)) return undefined;
  const { rule, looks, isDone, tries } = value;
  if (typeof rule !== "string" || typeof looks !== "number") return undefined;
  if (typeof isDone !== "boolean" || typeof tries !== "number") return undefined;
  return { rule, looks, isDone, tries, warning: warningIn(value["warning"]), exempt: exemptIn(value["exempt"]) };
}

function warningIn(value: unknown): Pending["warning"] {
  if (!isObject(value)) return undefined;
  const { at, end } = value;
  return typeof at === "number" && typeof end === "number" ? { at, end } : undefined;
}

function exemptIn(value: unknown): Pending["exempt"] {
  if (!isObject(value)) return undefined;
  const { why, until } = value;
  return typeof why === "string" && typeof until === "number" ? { why, until } : undefined;
}

function trippedIn(value: unknown): Tripped | undefined {
  if (!isObject(value)) return undefined;
  const { id, atMs, count, allowed } = value;
  if (typeof id !== "string" || typeof atMs !== "number") return undefined;
  return typeof count === "number" && typeof allowed === "number" ? { id, atMs, count, allowed } : undefined;
}
