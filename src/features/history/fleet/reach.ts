import { fullTime } from "../../../text/time.ts";
import { timeOf, type HostDocument } from "../../sessions/fleet/ask-sshctl.ts";
import type { AskedTime } from "../times.ts";

/** Only where it is not far enough: nobody in a list of many hosts misses those of whom no log tells. */
export function reachOf(
  { document: { sources } }: HostDocument<"history"> | HostDocument<"history-failed">,
  { fromMs }: AskedTime,
): string[] {
  const reached = sources.flatMap(({ since }) => timeOf(since) ?? []);
  const firstMs = reached.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY);
  if (firstMs <= fromMs) return [];
  return [reached.length === 0 ? "no log can be read" : `logs reach back to ${fullTime(firstMs)} only`];
}
