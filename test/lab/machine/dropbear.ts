import type { MachineProcess } from "./machine-process.ts";
import type { Machine } from "./machine.ts";

/** Starts a dropbear server beside the machine's sshd; resolves when it listens. */
export async function startDropbear(machine: Machine, port = 2200): Promise<MachineProcess> {
  const server = await machine.spawn(["dropbear", "-F", "-E", ...servingOn(port)]);
  await server.waitFor(/Not backgrounding/, { on: "stderr" });
  return server;
}

/** The same, with its words in the log of the machine. */
export async function startLoggingDropbear(machine: Machine, port = 2200): Promise<void> {
  await machine.must(`dropbear ${servingOn(port).join(" ")}`);
  await machine.must(`until ss -Hltn 'sport = :${String(port)}' | grep -q .; do sleep 0.1; done`);
}

function servingOn(port: number): string[] {
  return ["-p", String(port), "-r", "/etc/dropbear/host_key"];
}
