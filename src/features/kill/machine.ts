import type { Machine } from "../../host/host.ts";

/** The machine on which sessions are ended. */
export type KillMachine = Pick<
  Machine,
  | "now"
  | "files"
  | "rootFiles"
  | "programs"
  | "programLines"
  | "feed"
  | "signals"
  | "cgroups"
  | "clock"
  | "terminals"
  | "withScratchFolder"
  | "foreignFiles"
  | "hostName"
  | "newArchives"
  | "smallFiles"
  | "banners"
  | "observer"
  | "state"
  | "frozen"
  | "uid"
>;
