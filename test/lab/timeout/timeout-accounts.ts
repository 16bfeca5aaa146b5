import type { Machine } from "../machine/machine.ts";
import { openShell, type SshClient } from "../machine/ssh-client.ts";
import { within } from "../machine/time-limit.ts";

/** An account that the lab's key opens. */
export async function addAccount(machine: Machine, name: string, shell: string): Promise<void> {
  await machine.must(
    `useradd --create-home --shell ${shell} ${name} && cp -r /home/alice/.ssh /home/${name}/ && chown -R ${name}: /home/${name}/.ssh`,
  );
}

/** How long a shell stays at its prompt before the server ends the session. */
export async function idleSeconds(machine: Machine, user: string, limitMs: number): Promise<number> {
  return secondsUntilEnd(await openShell(machine, { user }), limitMs);
}

/** How long it takes until the server ends a session of which nothing more is heard. */
export async function secondsUntilEnd(client: SshClient, limitMs: number): Promise<number> {
  const since = performance.now();
  await within(limitMs, client.exited);
  const seconds = (performance.now() - since) / 1000;
  await client.end();
  return seconds;
}
