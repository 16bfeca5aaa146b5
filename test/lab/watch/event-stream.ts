import type { SessionJson } from "../../../src/text/json-contract.ts";
import { violationsOf } from "../../helpers/schemas.ts";
import type { MachineProcess } from "../machine/machine-process.ts";
import { node, sshctl, type Machine } from "../machine/machine.ts";

export interface EventJson {
  event: string;
  time: string;
  session: SessionJson | null;
  changes: string[] | null;
  durationSeconds: number | null;
  origin: string | null;
  sessions: SessionJson[] | null;
  warning: { code: string; message: string } | null;
}

/** A running `sshctl watch -o ndjson`. */
export class EventStream {
  readonly process: MachineProcess;

  /** Resolves when it has told who is there, unless `--events` leaves that out. */
  static async open(machine: Machine, args: readonly string[] = [], interval = "0.5"): Promise<EventStream> {
    const command = [node, sshctl, "watch", "-o", "ndjson", "--interval", interval, ...args];
    const stream = new EventStream(await machine.spawn(command));
    const events = args[args.indexOf("--events") + 1];
    if (!args.includes("--events") || events?.includes("snapshot") === true)
      await stream.until(({ event }) => event === "snapshot");
    return stream;
  }

  private constructor(process: MachineProcess) {
    this.process = process;
  }

  get events(): EventJson[] {
    const lines = this.process.stdout.split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as EventJson);
  }

  /** What was told of the connection from that port of the client's. */
  of(port: number): EventJson[] {
    return this.events.filter(({ session }) => session?.peer?.port === port);
  }

  /** Resolves with the first such event. */
  async until(isMeant: (event: EventJson) => boolean, timeoutMs = 20_000): Promise<EventJson> {
    const deadline = Date.now() + timeoutMs;
    for (let pattern = /\n/g; ; pattern = new RegExp(`(?:[^\\n]*\\n){${String(this.events.length + 1)}}`)) {
      const found = this.events.find(isMeant);
      if (found !== undefined) return found;
      await this.process.waitFor(pattern, { timeoutMs: Math.max(1, deadline - Date.now()) });
    }
  }

  async untilTold(port: number, event: string): Promise<EventJson> {
    return this.until((each) => each.event === event && each.session?.peer?.port === port);
  }

  violations(): string[] {
    return this.events.flatMap((event) => violationsOf("event-1", event));
  }
}
