/** What systemd knows of the services and the sockets of SSH servers: systemctl(1), show. */
import { canonicalAddress, type Endpoint } from "../../domain/address.ts";
import { executableName, serverOfName } from "../../domain/ssh-server.ts";
import type { Programs } from "../../host/programs/run.ts";
import { parsePropertyBlocks } from "../systemd/property-blocks.ts";

const limitMs = 10_000;

/** A socket unit that listens for an SSH server. */
export interface SshSocket {
  unit: string;
  /** The service that it starts; an instance of a template where there is one for each connection. */
  service: string;
  isPerConnection: boolean;
  ends: readonly Endpoint[];
  /** Where it listens beside TCP: "/run/ssh-unix-local/socket", "vsock::22". */
  otherEnds: readonly string[];
}

/** Those that listen now. */
export async function readSshSockets({ programs }: { programs: Programs }): Promise<SshSocket[]> {
  const properties = "--property=Id,ActiveState,Accept,Triggers,Listen";
  const output = await programs.run("systemctl", ["show", properties, "*.socket"], limitMs);
  const sockets = output?.exitCode === 0 ? output.stdout.split("\n\n").flatMap(parseSocket) : [];
  if (sockets.length === 0) return [];
  const services = [...new Set(sockets.map(({ service }) => service))];
  const shown = await programs.run("systemctl", ["show", "--property=Id,ExecStart", ...services], limitMs);
  const ofSsh = new Set(
    parsePropertyBlocks(shown?.stdout ?? "")
      .filter((block) => startsSshd(block.get("ExecStart") ?? ""))
      .map((block) => block.get("Id")),
  );
  return sockets.filter(({ service }) => ofSsh.has(service));
}

function parseSocket(block: string): SshSocket[] {
  const values = (name: string) =>
    [...block.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value = ""]) => value);
  const [unit = "", state] = [values("Id")[0], values("ActiveState")[0]];
  const isPerConnection = values("Accept")[0] === "yes";
  const service = isPerConnection ? unit.replace(/\.socket$/, "@0.service") : (values("Triggers")[0] ?? "");
  if (state !== "active" || service === "") return [];
  const listens = values("Listen").map((value) => value.replace(/ \([^()]*\)$/, ""));
  const ends = listens.flatMap((listen) => parseListen(listen) ?? []);
  return [
    { unit, service, isPerConnection, ends, otherEnds: listens.filter((listen) => parseListen(listen) === undefined) },
  ];
}

/** "[::]:22", "0.0.0.0:22"; not "vsock::22". */
function parseListen(text: string): Endpoint | undefined {
  const [, six, four, port] = /^(?:\[([\da-f:.]+)\]|([\d.]+)):(\d+)$/.exec(text) ?? [];
  const address = canonicalAddress(six ?? four ?? "");
  return address === undefined ? undefined : { address, port: Number(port) };
}

/** Of "{ path=/usr/sbin/sshd ; argv[]=... }". */
function startsSshd(command: string): boolean {
  const path = /^\{ path=(\S+) ;/.exec(command)?.[1];
  return path !== undefined && serverOfName(executableName(path)) === "openssh";
}

/** @returns whether the unit is a service whose main process that is. */
export async function isMainProcess(unit: string, pid: number, { programs }: { programs: Programs }): Promise<boolean> {
  const shown = await programs.run("systemctl", ["show", "--property=MainPID", unit], limitMs);
  return parsePropertyBlocks(shown?.stdout ?? "")[0]?.get("MainPID") === String(pid);
}
