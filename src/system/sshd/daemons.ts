/**
 * The SSH servers of this machine, each with the configuration that it was started with: a machine may have several, and the
 * options of a command line decide before any file does (sshd(8), -f, -o, -p).
 */
import type { Endpoint } from "../../domain/address.ts";
import type { Listener } from "../../domain/session.ts";
import { executableName, type ServerKind } from "../../domain/ssh-server.ts";
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";
import type { Programs } from "../../host/programs/run.ts";
import { readListeners } from "../procfs/listeners.ts";
import { argumentsOfTitle, configurationFile, configurationOptions } from "./arguments.ts";
import { mainConfig } from "./config-lines.ts";
import { readUnitCommand, type UnitCommand } from "./unit-command.ts";
import { isMainProcess, readSshSockets, type SshSocket } from "./units.ts";

export interface DaemonPorts {
  files: Files;
  programs: Programs;
}

export interface Daemon {
  server: ServerKind;
  /** Undefined where systemd listens, and starts a daemon with the first connection, or one for each. */
  pid: number | undefined;
  program: string;
  /** What of its command line is configuration. */
  options: readonly string[];
  /** Where the options are known from. A title has lost its quotes. */
  optionsFrom: "unit" | "arguments" | "title" | "nowhere";
  /** What its unit would start it with now: it may have changed. */
  unitOptions: readonly string[] | undefined;
  service: Service | undefined;
  /** The socket unit that holds the ports. */
  socket: SshSocket | undefined;
  ends: readonly Endpoint[];
}

/** How the service manager calls it. */
export interface Service {
  name: string;
  manager: "systemd" | "openrc";
}

/** @param listeners - as a report tells them; read anew where there is none. */
export async function findDaemons(
  ports: DaemonPorts,
  listeners: readonly Listener[] = readListeners(ports.files),
): Promise<Daemon[]> {
  const sockets = await readSshSockets(ports);
  const running = await Promise.all(
    listeners.filter(({ pid }) => pid !== 1).map(async (listener) => describeListener(listener, sockets, ports)),
  );
  const held = new Set(running.map(({ socket }) => socket));
  const waiting = sockets.filter((socket) => !held.has(socket));
  const described = await Promise.all(waiting.map(async (socket) => describeSocket(socket, ports)));
  return [...running, ...described, ...unknownSockets(listeners, sockets)];
}

/** Where the service manager listens, and does not tell for whom. */
function unknownSockets(listeners: readonly Listener[], sockets: readonly SshSocket[]): Daemon[] {
  const known = sockets.flatMap(({ ends }) => ends);
  return listeners
    .filter(({ pid, addresses }) => pid === 1 && !addresses.some(({ port }) => known.some((end) => end.port === port)))
    .map(({ addresses }) => ({ ...installedDaemon, ends: addresses }));
}

/** The same daemon as it will be when its service manager has started it again. */
export function asRestarted(daemon: Daemon): Daemon {
  return { ...daemon, options: daemon.unitOptions ?? daemon.options };
}

/** The server that is installed, where none can be seen that runs. */
export const installedDaemon: Daemon = {
  server: "openssh",
  pid: undefined,
  program: "sshd",
  options: [],
  optionsFrom: "nowhere",
  unitOptions: undefined,
  service: undefined,
  socket: undefined,
  ends: [],
};

/** OpenSSH servers, the installed one where none runs: what a question about the configuration goes to. */
export async function findOpensshDaemons(ports: DaemonPorts, listeners?: readonly Listener[]): Promise<Daemon[]> {
  const daemons = (await findDaemons(ports, listeners)).filter(({ server }) => server === "openssh");
  return daemons.length === 0 ? [installedDaemon] : daemons;
}

/** The file that its configuration begins with. */
export function configOf({ options }: Pick<Daemon, "options">): string {
  return configurationFile(options) ?? mainConfig;
}

/** "sshd (PID 812) on port 22": how messages name it. */
export function nameOf({ pid, server, service, socket, ends }: Daemon): string {
  const ports = [...new Set(ends.map(({ port }) => port))];
  const where = [
    ...ports.map((port) => `port ${String(port)}`),
    ...(ports.length === 0 ? (socket?.otherEnds ?? []) : []),
  ];
  const who = service?.name ?? socket?.unit ?? (server === "openssh" ? "sshd" : server);
  return `${who}${pid === undefined ? "" : ` (PID ${String(pid)})`}${where.length === 0 ? "" : ` on ${where.join(", ")}`}`;
}

async function describeListener(
  { pid, server, addresses }: Listener,
  sockets: readonly SshSocket[],
  ports: DaemonPorts,
): Promise<Daemon> {
  const service = await findService(pid, ports);
  const title = orUndefined(ports.files.read(`/proc/${String(pid)}/cmdline`)) ?? "";
  const command = service?.manager === "systemd" ? await readUnitCommand(service.name, ports) : undefined;
  return {
    server,
    pid,
    program: programOf(pid, ports),
    ...optionsOf(title, command),
    unitOptions: command && configurationOptions(command.args),
    service,
    socket: sockets.find((socket) => socket.service === service?.name && !socket.isPerConnection),
    ends: addresses,
  };
}

async function describeSocket(socket: SshSocket, ports: DaemonPorts): Promise<Daemon> {
  const command = await readUnitCommand(socket.service, ports);
  const options = configurationOptions(command?.args ?? []);
  return {
    server: "openssh",
    pid: undefined,
    program: command?.program ?? installedDaemon.program,
    options,
    optionsFrom: command === undefined ? "nowhere" : "unit",
    unitOptions: options,
    service: socket.isPerConnection ? undefined : { name: socket.service, manager: "systemd" },
    socket,
    ends: socket.ends,
  };
}

/**
 * The unit's words are exact, and count where they are what the daemon was started with: it may have changed since. Up to 8.1
 * the process shows its arguments, later ones a title.
 */
function optionsOf(cmdline: string, command: UnitCommand | undefined): Pick<Daemon, "options" | "optionsFrom"> {
  const title = cmdline.split("\0", 1)[0] ?? "";
  const titled = argumentsOfTitle(title);
  const shown = titled ?? cmdline.split("\0").slice(1);
  if (command !== undefined && (!isShown(title, cmdline) || command.args.join(" ") === shown.join(" ").trimEnd()))
    return { options: configurationOptions(command.args), optionsFrom: "unit" };
  if (titled !== undefined) return { options: configurationOptions(titled), optionsFrom: "title" };
  if (isShown(title, cmdline)) return { options: configurationOptions(shown), optionsFrom: "arguments" };
  return { options: [], optionsFrom: "nowhere" };
}

/** Whether the arguments can be seen: not in a title that was cut short. */
function isShown(title: string, cmdline: string): boolean {
  return argumentsOfTitle(title) !== undefined || (cmdline !== "" && !/^[^\s:/]+: /.test(title));
}

function programOf(pid: number, { files }: DaemonPorts): string {
  const exe = orUndefined(files.link(`/proc/${String(pid)}/exe`)) ?? "";
  const path = exe.replace(/ \(deleted\)$/, "");
  return executableName(exe).startsWith("sshd") && path.startsWith("/") ? path : "/usr/sbin/sshd";
}

async function findService(pid: number, ports: DaemonPorts): Promise<Service | undefined> {
  const cgroup = orUndefined(ports.files.read(`/proc/${String(pid)}/cgroup`)) ?? "";
  const unit = /\/([^/\n]+\.service)$/m.exec(cgroup)?.[1];
  if (unit !== undefined && (await isMainProcess(unit, pid, ports))) return { name: unit, manager: "systemd" };
  const name = openrcServices.find((each) => isStartedByOpenrc(each, pid, ports));
  return name === undefined ? undefined : { name, manager: "openrc" };
}

const openrcServices = ["sshd", "dropbear"];

/** OpenRC links every started service there, openrc-run(8); the pid file says whose process it is. */
function isStartedByOpenrc(name: string, pid: number, { files }: DaemonPorts): boolean {
  const isStarted = isPresent(files.link(`/run/openrc/started/${name}`));
  return isStarted && orUndefined(files.read(`/run/${name}.pid`))?.trim() === String(pid);
}
