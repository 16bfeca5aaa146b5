import { formatDuration, secondsSince } from "../../../domain/duration.ts";
import type { Payload } from "../../../domain/payload.ts";

/** "none for 5m", "2B/s in", "1.2K/s in, 27K/s out". "in" is what the client sends, "out" what it gets. */
export function payloadText({ quietSinceMs, latest }: Payload, nowMs: number): string {
  if (latest === undefined) return `none for ${formatDuration(secondsSince(quietSinceMs, nowMs) ?? 0)}`;
  const { fromClient, toClient, seconds } = latest;
  const parts = [
    fromClient > 0 ? `${rateText(fromClient / seconds)} in` : [],
    toClient > 0 ? `${rateText(toClient / seconds)} out` : [],
  ].flat();
  return parts.length > 0 ? parts.join(", ") : "some";
}

/** Of both directions together, in whole bytes a second; below one of them it is 1, because 0 is none. */
export function payloadRate({ latest }: Payload): number {
  return latest === undefined ? 0 : Math.max(1, Math.round((latest.fromClient + latest.toClient) / latest.seconds));
}

/** "<1B/s", "2B/s", "1.2K/s", "27K/s", "15M/s": multiples of 1024, as ls -h and ss have them. */
function rateText(bytesPerSecond: number): string {
  if (bytesPerSecond < 1) return "<1B/s";
  let [rate, unit] = [bytesPerSecond, 0];
  while (rate >= 999.5 && unit < units.length - 1) [rate, unit] = [rate / 1024, unit + 1];
  const digits = unit > 0 && rate < 9.95 ? 1 : 0;
  return `${rate.toFixed(digits)}${units[unit] ?? ""}/s`;
}

const units = ["B", "K", "M", "G", "T"];
