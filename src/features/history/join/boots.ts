/** When the machine was started, shut down, or broke down. */
import type { LogEvent, Moment } from "../../../domain/log-event.ts";

export interface Boot {
  id: string;
  machine: string;
  /** Its first line. */
  start: Moment;
  /** When it was told to shut down. */
  shutdown: Moment | undefined;
  /** When journald ended, which is the last that an orderly shutdown tells. */
  stop: Moment | undefined;
}

export class Boots {
  readonly #boots = new Map<string, Boot>();
  readonly #currentId: string | undefined;

  /** @param currentId - of the boot that goes on; undefined where that is not known. */
  constructor(currentId: string | undefined) {
    this.#currentId = currentId;
  }

  add(event: LogEvent): void {
    if (event.kind !== "journal-start" && event.kind !== "journal-stop" && event.kind !== "shutdown") return;
    const { boot: id, machine } = event;
    const known = this.#boots.get(id);
    const boot = known ?? { id, machine, start: event, shutdown: undefined, stop: undefined };
    this.#boots.set(id, {
      ...boot,
      shutdown: event.kind === "shutdown" ? event : boot.shutdown,
      // journald may be restarted at any time.
      stop: event.kind === "journal-stop" ? event : event.kind === "journal-start" ? undefined : boot.stop,
    });
  }

  get(id: string): Boot | undefined {
    return this.#boots.get(id);
  }

  /** The boot in which a moment was; undefined where the journal does not reach that far back. */
  at(timeMs: number): Boot | undefined {
    return [...this.#boots.values()].findLast(({ start }) => start.timeMs <= timeMs);
  }

  /** Whether it is over; undefined where that is not known: it may go on. */
  isOver(id: string): boolean | undefined {
    if (this.#currentId !== undefined) return id !== this.#currentId;
    const boots = [...this.#boots.values()];
    const index = boots.findIndex((boot) => boot.id === id);
    const isFollowed = boots.slice(index + 1).some(({ machine }) => index >= 0 && machine === boots[index]?.machine);
    return isFollowed || boots[index]?.stop !== undefined ? true : undefined;
  }

  /** Over, and nobody told it to be. */
  isCrashed(id: string): boolean {
    const boot = this.#boots.get(id);
    return this.isOver(id) === true && boot?.stop === undefined && boot?.shutdown === undefined;
  }
}
