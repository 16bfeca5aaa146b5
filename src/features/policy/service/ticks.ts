import { orUndefined } from "../../../host/files/files.ts";
import type { Facts } from "../../../host/host.ts";
import { FatalError } from "../../../errors.ts";
import { readBootId } from "../../../system/procfs/boot-id.ts";
import type { Ticks } from "../engine/memory.ts";

/** @throws FatalError where the machine does not tell how long it has run: then no time can be trusted. */
export function readTicks({ files, now }: Pick<Facts, "files" | "now">): Ticks {
  const [, seconds] = /^(\d+(?:\.\d+)?) /.exec(orUndefined(files.read("/proc/uptime")) ?? "") ?? [];
  const bootId = readBootId(files);
  if (seconds === undefined || bootId === undefined)
    throw new FatalError("/proc does not tell since when this machine runs: no time can be trusted.");
  return { nowMs: now(), bootId, uptimeSeconds: Number(seconds) };
}
