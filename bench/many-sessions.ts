/** Fills a machine with real sessions. */
import type { Machine } from "../test/lab/machine/machine.ts";
import {
  openCommand,
  openReverseTunnel,
  openSftp,
  openShell,
  openTunnel,
  type SshClient,
} from "../test/lab/machine/ssh-client.ts";

/** More at a time than the machine has processors would only make every client wait longer. */
const atOnce = 16;

/** What every ten sessions are: mostly people at a prompt. */
const mixture: readonly ((machine: Machine, index: number) => Promise<SshClient>)[] = [
  ...Array.from({ length: 6 }, () => async (machine: Machine) => openShell(machine)),
  async (machine) => openShell(machine, { user: "root" }),
  async (machine) => openCommand(machine, { user: "bob" }),
  async (machine) => openSftp(machine, { user: "deploy" }),
  async (machine, index) =>
    index % 20 < 10 ? openTunnel(machine) : openReverseTunnel(machine, `${String(10_000 + index)}:127.0.0.1:22`),
];

/** Resolves when all of them are open; they stay until the machine stops. */
export async function openSessions(machine: Machine, count: number): Promise<void> {
  const waiting = Array.from({ length: count }, (_, index) => index);
  await Promise.all(
    Array.from({ length: Math.min(atOnce, count) }, async () => {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift())
        await mixture[index % mixture.length]?.(machine, index);
    }),
  );
}
