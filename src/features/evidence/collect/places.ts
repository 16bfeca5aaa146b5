/** What processes share: tables of sockets by network namespace, mounts by mount namespace. Each is read once. */
import type { Pid } from "../../../domain/process.ts";
import type { TcpSocket } from "../../../domain/snapshot.ts";
import { isPresent, orUndefined, type Files } from "../../../host/files/files.ts";
import { limits } from "../../../host/files/limits.ts";
import { remotePaths } from "../../../system/remote-mounts.ts";
import { isLocalType, parseMounts, type Mounts } from "../../../system/mounts.ts";
import { parseTcpTable } from "../../../system/procfs/tcp-table.ts";
import { parseUnixListeners } from "../../../system/procfs/unix-table.ts";
import type { SocketEvidence } from "../evidence.ts";
import type { Admit } from "../keeper.ts";

/** By the number of the inode. */
export type SocketTable = ReadonlyMap<number, Omit<SocketEvidence, "fd" | "inode">>;

interface MountsOfProcess extends Mounts {
  isRemote: (path: string) => boolean;
}

export class Places {
  readonly #files: Files;
  readonly #sockets = new Map<string, SocketTable>();
  readonly #mounts = new Map<string, MountsOfProcess>();

  constructor(files: Files) {
    this.#files = files;
  }

  /** The sockets in the network namespace of a process. */
  socketsOf(pid: Pid): SocketTable {
    return this.#once(this.#sockets, pid, "net", () => this.#readSockets(`/proc/${String(pid)}/net`));
  }

  /** What is mounted where a process lives. */
  mountsOf(pid: Pid): MountsOfProcess {
    return this.#once(this.#mounts, pid, "mnt", () => {
      const text = orUndefined(this.#files.read(`/proc/${String(pid)}/mountinfo`)) ?? "";
      return { ...parseMounts(text), isRemote: remotePaths(text) };
    });
  }

  /** Whether a path is on a file system that may never answer: then not even a handle on the file is asked for. */
  isRemote(pid: Pid, link: string): boolean {
    return this.mountsOf(pid).isRemote(link);
  }

  /**
   * Which files of a process may be read: those that the kernel has itself. A program of a user's that serves a file system (FUSE), or a
   * file server that is dead, need never answer.
   *
   * @param link - of the file, as the kernel tells it.
   */
  admit(pid: Pid, link: string): Admit {
    return (mount) => {
      const type =
        mount === undefined ? undefined : (this.mountsOf(pid).typeOf(mount) ?? this.mountsOf(1).typeOf(mount));
      if (type !== undefined)
        return isLocalType(type) ? undefined : `it is on a file system of the type ${type}, which may never answer`;
      // memfd_create(2): its files are in memory, on a mount of the kernel's own that no table lists.
      return link.startsWith("/memfd:") ? undefined : "its file system is not mounted any more";
    };
  }

  #once<T>(known: Map<string, T>, pid: Pid, kind: "net" | "mnt", read: () => T): T {
    const name = orUndefined(this.#files.link(`/proc/${String(pid)}/ns/${kind}`)) ?? String(pid);
    const found = known.get(name) ?? read();
    known.set(name, found);
    return found;
  }

  #readSockets(folder: string): SocketTable {
    const text = (name: string) => {
      const start = this.#files.start(`${folder}/${name}`, limits.socketTable);
      return isPresent(start) ? start.text : "";
    };
    const internet = (protocol: "tcp" | "udp") =>
      [protocol, `${protocol}6`]
        .flatMap((name) => parseTcpTable(text(name)))
        .map((socket) => [socket.inode, socketFacts(protocol, socket)] as const);
    const unix = parseUnixListeners(text("unix")).map(
      ({ inode, path }) =>
        [inode, { protocol: "unix", local: undefined, peer: undefined, listens: true, path }] as const,
    );
    return new Map<number, Omit<SocketEvidence, "fd" | "inode">>([...internet("tcp"), ...internet("udp"), ...unix]);
  }
}

/** One that has no peer has port 0 there. */
function socketFacts(
  protocol: "tcp" | "udp",
  { local, remote, listening }: TcpSocket,
): Omit<SocketEvidence, "fd" | "inode"> {
  return {
    protocol,
    local,
    peer: remote.port === 0 ? undefined : remote,
    listens: protocol === "tcp" && listening,
    path: undefined,
  };
}
