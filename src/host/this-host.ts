import { hostname } from "node:os";
import { createFiles } from "./files/files.ts";
import { logFiles } from "./files/log-files.ts";
import { rootFiles } from "./files/root-file.ts";
import { smallFiles } from "./files/small-file.ts";
import type { Hands, Host } from "./host.ts";
import { block } from "./processes/clock.ts";
import { programs } from "./programs/run.ts";

/** The machine that the program runs on. */
export function thisHost(observer: number): Host {
  let hands: Promise<Hands> | undefined;
  return {
    facts: {
      files: createFiles(),
      smallFiles,
      rootFiles,
      logFiles,
      programs,
      // Few commands need them, and they bring three of Node's modules along.
      programLines: {
        each: async (...args) => (await import("./programs/read-lines.ts")).programLines.each(...args),
        pieces: async (...args) => (await import("./programs/read-lines.ts")).programLines.pieces(...args),
      },
      hostName: hostname,
      now: Date.now,
      observer,
      uid: process.geteuid?.() ?? 0,
      pause: block,
    },
    hands: async () => (hands ??= import("./these-hands.ts").then(({ theseHands }) => theseHands(observer))),
  };
}
