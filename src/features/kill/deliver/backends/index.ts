import type { Pid } from "../../../../domain/process.ts";
import type { Backend, BackendName, Reach } from "./backend.ts";
import { killBackend } from "./kill.ts";
import { killallBackend } from "./killall.ts";
import { pkillBackend } from "./pkill.ts";

export const backends = {
  kill: killBackend,
  pkill: pkillBackend,
  killall: killallBackend,
} satisfies Record<BackendName, (reach: Reach, listenersToStop: ReadonlySet<Pid>) => Backend>;
