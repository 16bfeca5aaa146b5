/** Tells the service manager how a service stands: sd_notify(3), by its program, because Node.js has no datagram sockets. */
import type { Programs } from "../../host/programs/run.ts";

/** "READY=1", "WATCHDOG=1", "STATUS=..."; nothing where no service manager listens. */
export type NotifyManager = (...fields: readonly string[]) => Promise<void>;

const limitMs = 5000;

/** @param env - of the process, in which the service manager names its socket. */
export function notifierFor(
  env: Readonly<Record<string, string | undefined>>,
  { run }: Pick<Programs, "run">,
): NotifyManager {
  const socket = env["NOTIFY_SOCKET"];
  if (socket === undefined || socket === "") return async () => Promise.resolve();
  // Programs run in a fixed environment, and this one needs one more variable.
  return async (...fields) => {
    await run("env", [`NOTIFY_SOCKET=${socket}`, "systemd-notify", ...fields], limitMs);
  };
}
