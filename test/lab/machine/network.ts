import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Machine } from "./machine.ts";

const run = promisify(execFile);

/**
 * Joins machines by a network of their own: a bridge in the first one, and a cable from it to each other. Nothing of it is in the
 * host's network.
 *
 * @returns their addresses, in the order of the machines.
 */
export async function joinByNetwork(machines: readonly Machine[]): Promise<string[]> {
  const [hub, ...others] = machines;
  if (hub === undefined) return [];
  const ip = async (machine: Machine, command: string) =>
    run("nsenter", [`--net=/proc/${String(machine.record.init.pid)}/ns/net`, "ip", ...command.split(" ")]);
  await ip(hub, "link add lab type bridge");
  await ip(hub, `address add ${addressOf(0)}/24 dev lab`);
  await ip(hub, "link set lab up");
  for (const [index, machine] of others.entries()) {
    const port = `lab${String(index)}`;
    await ip(hub, `link add ${port} type veth peer name lab netns ${String(machine.record.init.pid)}`);
    await ip(hub, `link set ${port} master lab up`);
    await ip(machine, `address add ${addressOf(index + 1)}/24 dev lab`);
    await ip(machine, "link set lab up");
  }
  return machines.map((_, index) => addressOf(index));
}

function addressOf(index: number): string {
  return `10.83.0.${String(index + 1)}`;
}
