import { formatEndpoint } from "../../../domain/address.ts";
import type { Forward } from "../../../domain/forwards.ts";

/** "-R 127.0.0.1:9902", "->10.0.0.5:443": short, in the words of ssh's own options. */
export function formatForward(forward: Forward): string {
  switch (forward.kind) {
    case "remote-listener":
      return `-R ${"path" in forward ? forward.path : formatEndpoint(forward.listen)}`;
    case "agent":
      return `agent ${forward.path}`;
    case "x11-listener":
      return `X11 :${String(forward.listen.port - 6000)}`;
    case "remote":
    case "x11":
      return `${formatEndpoint(forward.listen)}<-${formatEndpoint(forward.peer)}`;
    case "local":
      return `->${formatEndpoint(forward.to)}`;
  }
}
