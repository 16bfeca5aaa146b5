/** How long it takes to end sessions on other hosts, beside ending them there. */
import { Machine, node, sshctl } from "../test/lab/machine/machine.ts";
import { joinByNetwork } from "../test/lab/machine/network.ts";
import { openSessions } from "./many-sessions.ts";
import { timeCommands, type Result } from "./measure.ts";

const tool = `${node} ${sshctl}`;
const chosen = "--user alice,bob,deploy --yes";

export async function fleetEnding(): Promise<Result[]> {
  await using hub = await Machine.boot("trixie");
  await using old = await Machine.boot("bookworm");
  await using young = await Machine.boot("forky");
  const machines = [hub, old, young];
  const addresses = await joinByNetwork(machines);
  const key = await hub.must("cat /root/.ssh/id_lab.pub");
  for (const machine of machines) await machine.must("cat >>/root/.ssh/authorized_keys", { input: key });
  const hosts = addresses.map((address, index) => `Host h${String(index + 1)}\n  HostName ${address}\n`).join("");
  const config = `${hosts}Host *\n  IdentityFile /root/.ssh/id_lab\n  StrictHostKeyChecking accept-new\n`;
  await hub.writeFile("/root/.ssh/config", config, "600");
  const openAll = async () => Promise.all(machines.map(async (machine) => openSessions(machine, 56)));

  await openAll();
  const { look } = await timeCommands(hub, { look: `${tool} list --on h[1-3]` }, 3);
  const there = await timed(async () =>
    Promise.all(machines.map(async (machine) => machine.must(`${tool} kill-all ${chosen}`))),
  );
  await openAll();
  const fleet = await timed(async () => hub.must(`${tool} kill-all --on h[1-3] --at-most 3 --no-steps ${chosen}`));
  return [
    {
      goal: "ending 150 sessions on 3 hosts: time, of 2 x `kill-all` there and two looks",
      measured: fleet,
      limit: 2 * there + 2 * look.wall,
      unit: "ms",
    },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
