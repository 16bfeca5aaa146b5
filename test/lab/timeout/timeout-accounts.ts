import type { Machine } from "../machine/machine.ts";
import { openShell, type SshClient } from "../machine/ssh-client.ts";
import { within } from "../machine/time-limit.ts";

/** What has not ended by then does not end. */
const lateMs = 30_000;

/** An account that the lab's key opens. */
export async function addAccount(machine: Machine, name: string, shell: string): Promise<void> {
  await machine.must(
    `useradd --create-home --shell ${shell} ${name} && cp -r /home/alice/.ssh /home/${name}/ && chown -R ${name}: /home/${name}/.ssh`,
  );
}

/** How long it takes from before the login until a shell at its prompt is ended: never less than the limit. */
export async function idleSeconds(machine: Machine, user: string): Promise<number> {
  const since = performance.now();
  const isEnded = await endsByItself(await openShell(machine, { user }));
  if (!isEnded) throw new Error(`nothing has ended the shell of ${user}`);
  return (performance.now() - since) / 1000;
}

/** Whether the server ends a session of which nothing more is heard; on a busy machine that may take a while. */
export async function endsByItself(client: SshClient): Promise<boolean> {
  const code = await within(lateMs, client.exited);
  await client.end();
  return code !== undefined;
}
