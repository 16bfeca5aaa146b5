/**
 * TCP sockets and who holds them, from ss(8) of iproute2 (misc/ss.c): "STATE RECV-Q SEND-Q LOCAL PEER" and then facts by
 * key: `users:(("sshd",pid=9,fd=3),…)`, `uid:` unless it is 0, `ino:`, `v6only:` of listening IPv6 sockets. Their order
 * and number differ between versions and sockets.
 *
 * The names in `users:` are not escaped before iproute2 7.0. A name has 15 characters at most, in which
 * `sshd",pid=9,fd=3)` has no room, so a holder whose name stands there in full was printed by ss itself.
 */
import { canonicalAddress, type Endpoint } from "../../domain/address.ts";
import type { Pid } from "../../domain/process.ts";
import type { TcpSocket } from "../../domain/snapshot.ts";
import type { Tool } from "./run-tool.ts";

export const socketList: Tool = { name: "ss", args: ["-H", "-t", "-a", "-n", "-e", "-p"], package: "iproute2" };

export interface Holder {
  comm: string;
  pid: Pid;
  fd: number;
}

export interface SsRow extends TcpSocket {
  /** Empty where the kernel refuses to tell. */
  holders: readonly Holder[];
}

/** Reads what {@link socketList} prints. Sockets without an inode (TIME-WAIT) belong to no process. */
export function parseSocketList(text: string): SsRow[] {
  return text.split("\n").flatMap((line) => {
    const [, state, localText = "", remoteText = "", facts = ""] =
      /^([A-Z0-9-]+) +\d+ +\d+ +(\S+) +(\S+)(.*)$/.exec(line) ?? [];
    const [users, others] = splitUsers(facts);
    const inode = Number(/(?:^| )ino:(\d+)/.exec(others)?.[1]);
    if (state === undefined || !(inode > 0)) return [];
    const any = / v6only:/.test(others) ? "::" : "0.0.0.0";
    const [local, remote] = [parseEndpoint(localText, any), parseEndpoint(remoteText, any)];
    if (local === undefined || remote === undefined) return [];
    return {
      inode,
      uid: Number(/(?:^| )uid:(\d+)/.exec(others)?.[1] ?? 0),
      listening: state === "LISTEN",
      local,
      remote,
      holders: parseHolders(users),
    };
  });
}

/** Names may hold spaces and keys, so the list of users is cut out before the other facts are read. */
function splitUsers(facts: string): [users: string, others: string] {
  const users = usersPattern.exec(facts)?.[0] ?? "";
  return [users, facts.replace(users, "")];
}

/** ss reads a name up to its first closing parenthesis. */
const holderForm = String.raw`\("([^)]*?)",pid=(\d+),fd=(\d+)\)`;
const usersPattern = new RegExp(String.raw` users:\(${holderForm}(?:,${holderForm})*\)(?= |$)`);

function parseHolders(users: string): Holder[] {
  return [...users.matchAll(new RegExp(holderForm, "g"))].map(([, comm = "", pid, fd]) => ({
    comm,
    pid: Number(pid),
    fd: Number(fd),
  }));
}

/**
 * "192.0.2.1:22", "[::ffff:192.0.2.1]:22", "[fe80::1]%eth0:22", "127.0.0.53%lo:53", "*:22".
 *
 * @param any - what an asterisk stands for: every address of both families, in old versions of IPv4.
 */
function parseEndpoint(text: string, any: string): Endpoint | undefined {
  const colon = text.lastIndexOf(":");
  const addressText = text
    .slice(0, colon)
    .replace(/%[^\]]*/, "")
    .replace(/^\[(.*)\]$/, "$1");
  const address = addressText === "*" ? any : canonicalAddress(addressText);
  const port = text.slice(colon + 1);
  return address === undefined ? undefined : { address, port: port === "*" ? 0 : Number(port) };
}
