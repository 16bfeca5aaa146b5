import { canonicalAddress, type Endpoint } from "../../domain/address.ts";
import type { ClaimedConnection } from "../../domain/snapshot.ts";

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
