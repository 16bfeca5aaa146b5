/** What shares a connection with one of its channels, and ends when the connection does. */
import type { Channel } from "./describe-channels.ts";
import { isPortForward, type Forward } from "./forwards.ts";
import { lineage, type Pid, type ProcessTable } from "./process.ts";
import type { Session } from "./session.ts";
import type { Target } from "./target.ts";

export interface Companions {
  channels: readonly Channel[];
  /** As far as they can be seen. */
  forwards: readonly Forward[];
}

/** @param channel - undefined: of the connection itself. */
export function companionsOf({ channels, forwards = [] }: Session, channel?: Channel): Companions {
  return { channels: channels.filter(({ pid }) => pid !== channel?.pid), forwards };
}

/** Whether somebody who means one channel should know of the others. Agents and displays belong to any shell. */
export function matter({ channels, forwards }: Companions): boolean {
  return channels.length > 0 || forwards.some(isPortForward);
}

/** The channel that a name stands for: its terminal, or the process that the server has started for it. */
export function namedChannel(target: Target, { channels }: Session): Channel | undefined {
  if (target.kind === "tty") return channels.find(({ tty }) => tty === target.tty);
  return target.kind === "pid" ? channels.find(({ pid }) => pid === target.pid) : undefined;
}

/** The channel that a process runs in, by its ancestors. */
export function channelAbove(pid: Pid, { channels }: Session, processes: ProcessTable): Channel | undefined {
  for (const ancestor of lineage(processes, pid)) {
    const channel = channels.find((each) => each.pid === ancestor.pid);
    if (channel !== undefined) return channel;
  }
  return undefined;
}
