import type { Machine } from "../../host/host.ts";

/** The machine whose limits are looked at and changed. */
export type TimeoutHost = Pick<
  Machine,
  | "files"
  | "replaceFiles"
  | "state"
  | "userFiles"
  | "programs"
  | "userPrograms"
  | "banners"
  | "clock"
  | "uid"
  | "now"
  | "feed"
>;

/** As 2026-11-25: the date that lines of ours are given. */
export function today({ now }: Pick<Machine, "now">): string {
  return new Date(now()).toISOString().slice(0, 10);
}
