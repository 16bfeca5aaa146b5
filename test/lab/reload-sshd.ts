import type { Machine } from "./machine/machine.ts";

/**
 * Makes sshd read its configuration again, and waits until it has: the reload itself returns while the daemon still starts
 * over.
 *
 * @param by - what causes the reload.
 */
export async function reloadSshd(machine: Machine, by = "systemctl reload ssh"): Promise<void> {
  const listening = `[ "$(journalctl -q --after-cursor="$cursor" | grep -c 'Server listening')" -ge 4 ]`;
  await machine.must(
    `cursor=$(journalctl -q -n 1 --show-cursor | sed -n 's/^-- cursor: //p'); ${by} || exit; until ${listening}; do sleep 0.05; done`,
  );
}
