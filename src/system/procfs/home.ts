import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";

/**
 * Where the things of the machine itself are seen: those of PID 1. The command may run in a network or mount namespace of its own
 * (PrivateNetwork= in systemd.exec(5), ip-netns(8), a container with the PIDs of its host), and sees other sockets and terminals
 * there under the same names.
 */
export interface Home {
  /** The network namespace, as the link in /proc names it. */
  network: string;
  /** Of the command, where that is another one. */
  ownNetwork: string;
  /** With the tables of its sockets. */
  networkFolder: string;
  /** With its pseudo-terminals. */
  terminalFolder: string;
}

/** @returns the command's own, where those of PID 1 cannot be seen. */
export function readHome(files: Files): Home {
  const ownNetwork = orUndefined(files.link("/proc/self/ns/net")) ?? "";
  const network = files.link("/proc/1/ns/net");
  const isElsewhere = (kind: "net" | "mnt") => {
    const [own, first] = [files.link(`/proc/self/ns/${kind}`), files.link(`/proc/1/ns/${kind}`)];
    return isPresent(own) && isPresent(first) && own !== first;
  };
  return {
    network: isPresent(network) ? network : ownNetwork,
    ownNetwork,
    networkFolder: isElsewhere("net") ? "/proc/1/net" : "/proc/net",
    terminalFolder: isElsewhere("mnt") ? "/proc/1/root/dev/pts" : "/dev/pts",
  };
}

/** A machine can have servers in several networks; whoever looks from one of them means that, too. */
export function isHere({ network, ownNetwork }: Home, other: string): boolean {
  return other === network || other === ownNetwork;
}
