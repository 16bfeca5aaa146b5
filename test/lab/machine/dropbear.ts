import type { MachineProcess } from "./machine-process.ts";
import type { Machine } from "./machine.ts";

/** Starts a dropbear server beside the machine's sshd; resolves when it listens. */
export async function startDropbear(machine: Machine, port = 2200): Promise<MachineProcess> {
  const foreground = ["-F", "-E"];
  const server = await machine.spawn(["dropbear", ...foreground, "-p", String(port), "-r", "/etc/dropbear/host_key"]);
  await server.waitFor(/Not backgrounding/, { on: "stderr" });
  return server;
}
