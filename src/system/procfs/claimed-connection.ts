import { canonicalAddress, type Endpoint } from "../../domain/address.ts";
import type { Pid } from "../../domain/process.ts";
import type { ClaimedConnection } from "../../domain/snapshot.ts";
import { isPresent, type Files } from "../../host/files/files.ts";
import { limits } from "../../host/files/limits.ts";

/** What the beginning of a process's environment claims; a variable that was cut in two says nothing. */
export function readClaimedConnection(files: Files, pid: Pid): ClaimedConnection | undefined {
  const start = files.start(`/proc/${String(pid)}/environ`, limits.environment);
  if (!isPresent(start)) return undefined;
  const { text, isCut } = start;
  return parseClaimedConnection(isCut ? text.slice(0, text.lastIndexOf("\0") + 1) : text);
}

/** Finds SSH_CONNECTION="PEER_ADDRESS PEER_PORT LOCAL_ADDRESS LOCAL_PORT", ssh(1), in the text of /proc/PID/environ. */
export function parseClaimedConnection(environ: string): ClaimedConnection | undefined {
  const value = /(?:^|\0)SSH_CONNECTION=([^\0]*)/.exec(environ)?.[1];
  const [peerAddress = "", peerPort = "", localAddress = "", localPort = ""] = value?.split(" ") ?? [];
  const peer = endpoint(peerAddress, peerPort);
  const local = endpoint(localAddress, localPort);
  return peer && local ? { peer, local } : undefined;
}

function endpoint(addressText: string, portText: string): Endpoint | undefined {
  const address = canonicalAddress(addressText);
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : undefined;
  return address !== undefined && port !== undefined ? { address, port } : undefined;
}
