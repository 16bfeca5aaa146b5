/** Whether a daemon still has an older configuration in memory than the one in its files. */
import { isPresent, orUndefined } from "../../host/files/files.ts";
import { parsePropertyBlocks } from "../systemd/property-blocks.ts";
import type { Daemon, DaemonPorts } from "./daemons.ts";

const limitMs = 10_000;

/**
 * A unit changes its state when it starts and when it is reloaded, which is when sshd reads its files.
 *
 * @param paths - of its configuration. A file that is gone cannot be told.
 * @returns the first that has changed since; undefined where none has, and where systemd does not know the daemon.
 */
export async function changedSinceStart(
  { pid, service }: Pick<Daemon, "pid" | "service">,
  paths: readonly string[],
  { files, programs, now }: DaemonPorts & { now: () => number },
): Promise<string | undefined> {
  if (pid === undefined || service?.manager !== "systemd") return undefined;
  const property = "StateChangeTimestampMonotonic";
  const shown = await programs.run("systemctl", ["show", `--property=${property}`, service.name], limitMs);
  const microseconds = Number(parsePropertyBlocks(shown?.stdout ?? "")[0]?.get(property) ?? "");
  const uptime = Number.parseFloat(orUndefined(files.read("/proc/uptime")) ?? "");
  if (!(microseconds > 0) || Number.isNaN(uptime)) return undefined;
  const readAtMs = now() - uptime * 1000 + microseconds / 1000;
  return paths.find((path) => {
    const facts = files.facts(path);
    return isPresent(facts) && facts.mtimeMs > readAtMs + clockSlackMs;
  });
}

/** /proc/uptime counts hundredths of a second, and files have the time of the last tick. */
const clockSlackMs = 50;
