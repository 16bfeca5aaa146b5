import type { Pid } from "../../../../domain/process.ts";
import type { Backend, BackendName, Reach } from "./backend.ts";
import { killBackend } from "./kill.ts";
import { killallBackend } from "./killall.ts";
import { pkillBackend } from "./pkill.ts";

const backends = {
  kill: killBackend,
  pkill: pkillBackend,
  killall: killallBackend,
} satisfies Record<BackendName, (reach: Reach, listenersToStop: ReadonlySet<Pid>) => Backend>;

/** @param listenersToStop - listeners that end as well, so that a backend need not spare them. */
export function backendFor(name: BackendName, listenersToStop: ReadonlySet<Pid>, reach: Reach): Backend {
  return backends[name](reach, listenersToStop);
}
