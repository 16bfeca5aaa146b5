import type { Companions } from "../../../domain/companions.ts";
import { isLoopback } from "../../../domain/address.ts";
import type { Forward } from "../../../domain/forwards.ts";
import type { Channel } from "../../../domain/describe-channels.ts";
import { formatForward } from "../../sessions/text/forward-text.ts";

/** "pts/19, sftp (PID 812) and -R 127.0.0.1:9902"; empty where there is nothing. */
export function describeCompanions({ channels, forwards }: Companions): string {
  const named = [...new Set([...channels.map(describeChannel), ...forwards.map(forwardName)])];
  const more = named.length - mostNamed;
  const all = more > 1 ? [...named.slice(0, mostNamed), `${String(more)} more`] : named;
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1) ?? ""}`;
}

const mostNamed = 12;

/** As it was asked for: ssh -R 9902 listens on both loopback addresses. */
function forwardName(forward: Forward): string {
  return forward.kind === "remote-listener" && "listen" in forward && isLoopback(forward.listen.address)
    ? `-R ${String(forward.listen.port)}`
    : formatForward(forward);
}

/** "pts/19", or what it is where it has no terminal: "rsync (PID 812)". */
export function describeChannel({ tty, kind, program, pid }: Channel): string {
  return tty ?? `${kind === "sftp" || kind === "scp" ? kind : program.name} (PID ${String(pid)})`;
}
