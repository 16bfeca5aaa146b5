/**
 * Ansible's inventory, as `ansible-inventory --list` writes it (docs.ansible.com, "Developing dynamic inventory"). It may hold
 * passwords. Of a host only the variables named here are kept, and nothing of the document is ever shown.
 */
import { UsageError } from "../../errors.ts";
import type { CallerPrograms } from "../../host/programs/as-caller.ts";
import type { FleetHost } from "./fleet-host.ts";
import { isObject, parseObject } from "../../text/json-object.ts";
import { checkHostName, expandNodeSet } from "./node-set.ts";
import { findForeignArgument, splitWords } from "./ssh-args.ts";

export interface Inventory {
  hosts: ReadonlyMap<string, HostVariables>;
  /** Names of hosts by the name of their group, those of groups within it too. */
  groups: ReadonlyMap<string, ReadonlySet<string>>;
}

const kept = [
  "ansible_host",
  "ansible_port",
  "ansible_user",
  "ansible_ssh_private_key_file",
  "ansible_ssh_common_args",
  "ansible_ssh_extra_args",
  "ansible_become",
  "ansible_connection",
] as const;

export type HostVariables = Partial<Record<(typeof kept)[number], string>>;

/**
 * @param file - as the caller has given it.
 * @throws UsageError
 */
export async function readInventory(
  file: string,
  { callerPrograms }: { callerPrograms: CallerPrograms },
): Promise<Inventory> {
  const end = await callerPrograms.run({
    name: "ansible-inventory",
    args: [`--inventory=${file}`, "--list"],
    variables: { ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED: "True", ANSIBLE_NOCOLOR: "1" },
    limits: { ms: 120_000, bytes: 64 << 20 },
  });
  if (end.kind === "missing")
    throw new UsageError("--inventory needs ansible-inventory, which is not installed here.", "Install ansible-core.");
  const document = end.kind === "ended" && end.exitCode === 0 ? parseInventory(end.stdout.toString("utf8")) : undefined;
  if (document !== undefined) return document;
  // What it says may quote lines of the inventory.
  throw new UsageError(
    `ansible-inventory cannot read ${file}.`,
    `"ansible-inventory -i ${file} --list" shows why; it shows passwords, too.`,
  );
}

/** @returns undefined where the text is not such a document. */
export function parseInventory(text: string): Inventory | undefined {
  const document = parseObject(text);
  if (document === undefined) return undefined;
  const variables = objectOf(objectOf(document["_meta"])["hostvars"]);
  const groups = new Map<string, ReadonlySet<string>>();
  for (const name of Object.keys(document)) if (name !== "_meta") groups.set(name, membersOf(name, document));
  const all = new Set([...groups.values(), Object.keys(variables)].flatMap((names) => [...names]));
  return {
    hosts: new Map([...all].map((name) => [name, keptOf(objectOf(variables[name]))])),
    groups: groups.set("all", all),
  };
}

/** Its hosts, and those of its groups; a group may be in several, and in a broken document in itself. */
function membersOf(name: string, document: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const hosts = new Set<string>();
  const groups = new Set([name]);
  // What is added meanwhile is visited, too.
  for (const group of groups) {
    const { hosts: own, children } = objectOf(document[group]);
    for (const host of textsOf(own)) hosts.add(host);
    for (const child of textsOf(children)) groups.add(child);
  }
  return hosts;
}

function keptOf(variables: Readonly<Record<string, unknown>>): HostVariables {
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = variables[name];
      return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? [[name, String(value)]]
        : [];
    }),
  );
}

/**
 * The hosts that a text names: names, node sets, `@group`. Ansible's own patterns are not read.
 *
 * @throws UsageError
 */
export function expandInInventory(text: string, { hosts, groups }: Inventory): string[] {
  if (/[!&^*?]/.test(text))
    throw new UsageError(
      `"${text}" has operators, which do not work with --inventory.`,
      "Leave hosts out with --not-on.",
    );
  const parts = text.split(/,(?![^[]*\])/).map((part) => part.trim());
  return parts.flatMap((part) => {
    if (!part.startsWith("@")) return expandNodeSet(part).map((name) => known(name, hosts));
    const members = groups.get(part.slice(1));
    if (members === undefined || members.size === 0)
      throw new UsageError(
        `The inventory has no group ${part}, or it is empty.`,
        `It has ${someOf(groups.keys(), "@")}.`,
      );
    return [...members].map(checkHostName);
  });
}

function known(name: string, hosts: Inventory["hosts"]): string {
  if (hosts.has(name)) return name;
  throw new UsageError(`The inventory has no host ${name}.`, `It has ${someOf(hosts.keys(), "")}.`);
}

function someOf(names: Iterable<string>, mark: string): string {
  const all = [...names];
  const few = all.slice(0, 8).map((name) => mark + name);
  return all.length > few.length
    ? `${few.join(", ")} and ${String(all.length - few.length)} more`
    : few.join(", ") || "none";
}

/**
 * How the inventory says that a host is reached.
 *
 * @throws UsageError
 */
export function hostIn({ hosts }: Inventory, name: string): FleetHost {
  const variables = hosts.get(name) ?? {};
  for (const [variable, value] of Object.entries(variables))
    if (value.includes("{{")) throw unusable(name, variable, "is a template, which only Ansible can fill in");
  const connection = variables.ansible_connection ?? "ssh";
  if (!["ssh", "smart", "paramiko", "paramiko_ssh", "ansible.builtin.ssh"].includes(connection))
    throw unusable(name, "ansible_connection", "is not ssh");
  const { ansible_host, ansible_become } = variables;
  return {
    name,
    ...(ansible_host === undefined ? {} : { address: checkHostName(ansible_host) }),
    sshArgs: sshArgsOf(name, variables),
    ...(ansible_become === undefined ? {} : { becomes: /^(?:true|yes|on|1)$/i.test(ansible_become) }),
  };
}

function sshArgsOf(name: string, variables: HostVariables): string[] {
  const { ansible_port: port, ansible_user: user, ansible_ssh_private_key_file: key } = variables;
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw unusable(name, "ansible_port", "is not a port");
  return [
    ...(port === undefined ? [] : ["-p", port]),
    ...(user === undefined ? [] : ["-l", user]),
    ...(key === undefined ? [] : ["-i", key]),
    ...(["ansible_ssh_common_args", "ansible_ssh_extra_args"] as const).flatMap((variable) => {
      const words = splitWords(variables[variable] ?? "");
      if (words === undefined) throw unusable(name, variable, "has a quote that is not closed");
      const foreign = findForeignArgument(words);
      if (foreign !== undefined)
        throw unusable(name, variable, `has ${foreign.split(/[= ]/)[0] ?? ""}, which sshctl does not use`);
      return words;
    }),
  ];
}

function unusable(name: string, variable: string, why: string): UsageError {
  return new UsageError(`The inventory's ${variable} of ${name} ${why}.`, `--not-on ${name} leaves it out.`);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
