import { trackPayload, type PayloadHistory, type PayloadReading } from "../domain/payload.ts";
import { isOpenHere, sessionId, type SessionReport, type Warning } from "../domain/session.ts";
import type { Facts } from "../host/host.ts";
import { readPayload } from "./read-payload.ts";

type Payloads = Pick<Facts, "files" | "programs" | "now">;

/** Adds what sessions carry to each report of one reader, by readings that it remembers. */
export class PayloadWatch {
  #history: PayloadHistory = new Map();
  readonly #facts: Payloads;
  readonly #pause: (ms: number) => Promise<void>;

  /** @param pause - waits so many milliseconds. */
  constructor(facts: Payloads, pause: (ms: number) => Promise<void>) {
    this.#facts = facts;
    this.#pause = pause;
  }

  /** Takes a first reading, and waits until it is time for the next one. */
  async begin({ sessions }: SessionReport, overMs: number): Promise<void> {
    this.#take(await readPayload(sessions, this.#facts));
    await this.#pause(overMs);
  }

  async add(report: SessionReport): Promise<SessionReport> {
    const reading = await readPayload(report.sessions, this.#facts);
    this.#take(reading);
    const sessions = report.sessions.map((session) => {
      const payload = this.#history.get(sessionId(session.identity))?.payload;
      return payload === undefined ? session : { ...session, payload };
    });
    return { ...report, sessions, warnings: [...report.warnings, ...warningsOn(report, reading)] };
  }

  #take(reading: PayloadReading | undefined): void {
    if (reading !== undefined) this.#history = trackPayload(this.#history, reading);
  }
}

/** Only where it can be read of none: the others show it by their rows. */
function warningsOn({ sessions }: SessionReport, reading: PayloadReading | undefined): Warning[] {
  if (reading === undefined) return [payloadUnknown("it takes the program ss of iproute2, in version 5.0 or later")];
  const isAsked = sessions.some(isOpenHere);
  const isKnown = [...reading.counts.values()].some((count) => count !== undefined);
  return isAsked && !isKnown ? [payloadUnknown("only root may read it, and only of connections over TCP")] : [];
}

function payloadUnknown(reason: string): Warning {
  return { code: "payload-unknown", message: `what sessions carry is unknown: ${reason}` };
}
