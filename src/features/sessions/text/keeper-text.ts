import type { AttachedTerminal, TerminalKeeper } from "../../../domain/terminal-keeper.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { describeSession } from "./one-line.ts";

/** "pts/8 is a window of tmux server 320 (alice), attached from pts/3 (PID 317, alice from 10.0.0.7:5000)"; without a full stop. */
export function describeKeeper({ tty, pid, comm, uid, user, attached }: TerminalKeeper): string {
  const whose = user ?? `uid ${String(uid)}`;
  const name = comm === "tmux: server" ? "tmux server" : comm.toLowerCase();
  const isMultiplexer = name === "tmux server" || name === "screen";
  const what = isMultiplexer
    ? `a window of ${name} ${String(pid)} (${whose})`
    : `a terminal of ${comm} (PID ${String(pid)}, ${whose})`;
  return `${tty} is ${what}, ${attachment(attached, isMultiplexer)}`;
}

function attachment(attached: readonly AttachedTerminal[] | undefined, isMultiplexer: boolean): string {
  if (attached === undefined) return "and from where that is used cannot be seen";
  if (attached.length === 0) return isMultiplexer ? "to which nobody is attached" : "and belongs to no SSH session";
  return `attached from ${firstFew(attached.map(describeAttached))}`;
}

function describeAttached({ tty, session }: AttachedTerminal): string {
  return session === undefined ? `${tty} (no SSH session)` : `${tty} (${describeSession({ ...session, ttys: [] })})`;
}
