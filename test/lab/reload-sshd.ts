import type { Machine } from "./machine/machine.ts";

/** Makes sshd read its configuration again. The reload itself returns while the daemon still starts over. */
export async function reloadSshd(machine: Machine): Promise<void> {
  const listening = `[ "$(journalctl -q --after-cursor="$cursor" | grep -c 'Server listening')" -ge 4 ]`;
  await machine.must(
    `cursor=$(journalctl -q -n 1 --show-cursor | sed -n 's/^-- cursor: //p'); systemctl reload ssh; until ${listening}; do sleep 0.05; done`,
  );
}
