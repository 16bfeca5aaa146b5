/** The options that say which other hosts are looked at, and how they are reached. Here is only what every start needs to know of them. */
import type { GivenOptions, OptionTable } from "../../../cli/command.ts";
import { UsageError } from "../../../errors.ts";

const group = "Other hosts";

export const fleetOptions = {
  on: {
    group,
    value: "HOSTS",
    offer: "hosts",
    describe: "look at these hosts over SSH, not at this machine: web1, web[1-20], @group",
  },
  "not-on": { group, value: "HOSTS", offer: "hosts", describe: "but not at these" },
  inventory: { group, value: "FILE", offer: "files", describe: "take hosts and groups from Ansible's inventory" },
  login: { group, value: "USER", describe: "log in as this user; otherwise as ssh_config says" },
  sudo: { group, describe: "run the collector that is installed there as root, with sudo or doas" },
  "sudo-shell": {
    group,
    describe: "the same without an installed collector: run a root shell there, and send it the script",
  },
  fanout: { group, value: "NUMBER", describe: "ask this many hosts at once (32)" },
  "connect-timeout": { group, value: "TIME", describe: "give up connecting after this time (10s)" },
  "host-timeout": { group, value: "TIME", describe: "give up a host after this time (60s)" },
} satisfies OptionTable;

/** Of commands that run the sshctl of other hosts, because the collector cannot record what they show. */
export const sshctlFleetOptions = {
  ...fleetOptions,
  on: {
    ...fleetOptions.on,
    describe: "ask the sshctl that is installed on these hosts, over SSH: web1, web[1-20], @group",
  },
  sudo: { group, describe: "run it there as root, with sudo or doas" },
  "sudo-shell": { group, describe: "run it there from a root shell, with sudo or doas" },
} satisfies OptionTable;

/**
 * Whether other hosts are meant.
 *
 * @throws UsageError where an option says how hosts are reached, and none is named.
 */
export function meansFleet(given: GivenOptions): boolean {
  if (given.texts("on").length > 0) return true;
  const stray = Object.entries(fleetOptions).find(([name, spec]) =>
    "value" in spec ? given.texts(name).length > 0 : given.flag(name),
  );
  if (stray !== undefined) throw new UsageError(`--${stray[0]} needs hosts.`, "Name them by --on.");
  return false;
}
