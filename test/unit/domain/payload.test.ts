import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { trackPayload, type PayloadCount, type PayloadHistory } from "../../../src/domain/payload.ts";

const at = (seconds: number) => 1_000_000 + seconds * 1000;

function count(fromClient: number, toClient: number, slack = 0): PayloadCount {
  return { fromClient, toClient, slack };
}

/** The readings of one connection, two seconds apart; null: it could not be read. */
function after(...counts: readonly (PayloadCount | null)[]) {
  let history: PayloadHistory = new Map();
  for (const [index, each] of counts.entries())
    history = trackPayload(history, { takenAtMs: at(index * 2), counts: new Map([["9:1", each ?? undefined]]) });
  return history.get("9:1")?.payload;
}

describe("trackPayload", () => {
  test.each([
    ["one reading tells nothing", [count(500, 700)], undefined],
    ["nothing moves", [count(5, 7), count(5, 7), count(5, 7)], { quietSinceMs: at(0), latest: undefined }],
    [
      "something moves, and then nothing",
      [count(5, 7), count(5, 9), count(5, 9), count(5, 9)],
      { quietSinceMs: at(2), latest: undefined },
    ],
    [
      "both ways",
      [count(-5, 7), count(5, 27)],
      { quietSinceMs: at(2), latest: { fromClient: 10, toClient: 20, seconds: 2 } },
    ],
    [
      "a gap is bridged",
      [count(5, 7), null, count(6, 7)],
      { quietSinceMs: at(4), latest: { fromClient: 1, toClient: 0, seconds: 4 } },
    ],
    [
      "what cannot be read stays as it was",
      [count(5, 7), count(5, 7), null],
      { quietSinceMs: at(0), latest: undefined },
    ],
    [
      "keepalives while it was read prove nothing, and cost nothing",
      [count(5, 7), count(5, 7), count(33, 59, 52), count(5, 7)],
      { quietSinceMs: at(0), latest: undefined },
    ],
    [
      "what cannot be keepalives alone is movement",
      [count(5, 7), count(5, 70, 52)],
      { quietSinceMs: at(2), latest: { fromClient: 0, toClient: 63, seconds: 2 } },
    ],
    [
      "nor is there silence after a number that is not exact",
      [count(5, 7, 3), count(5, 7)],
      { quietSinceMs: at(2), latest: { fromClient: 0, toClient: 0, seconds: 2 } },
    ],
    [
      "numbers that shrink are movement",
      [count(5, 7), count(4, 7)],
      { quietSinceMs: at(2), latest: { fromClient: 0, toClient: 0, seconds: 2 } },
    ],
  ])("%s", (_, counts, payload) => {
    expect(after(...counts)).toEqual(payload);
  });

  test("forgets connections that are gone", () => {
    const first = trackPayload(new Map(), { takenAtMs: at(0), counts: new Map([["9:1", count(1, 1)]]) });
    expect(trackPayload(first, { takenAtMs: at(2), counts: new Map() }).size).toBe(0);
  });

  const step = fc.record({ fromClient: fc.nat(1e6), toClient: fc.nat(1e6) });

  test.prop([fc.array(step, { minLength: 1, maxLength: 20 })])("counts silence from the last movement on", (steps) => {
    const counts = [count(0, 0)];
    for (const { fromClient, toClient } of steps) {
      const last = counts.at(-1) ?? count(0, 0);
      counts.push(count(last.fromClient + fromClient, last.toClient + toClient));
    }
    const lastMove = steps.findLastIndex(({ fromClient, toClient }) => fromClient + toClient > 0);
    expect(after(...counts)?.quietSinceMs).toBe(at((lastMove + 1) * 2));
  });

  test("divides by no time that the clock has taken back", () => {
    const first = trackPayload(new Map(), { takenAtMs: at(9), counts: new Map([["9:1", count(1, 1)]]) });
    const second = trackPayload(first, { takenAtMs: at(2), counts: new Map([["9:1", count(2, 1)]]) });
    expect(second.get("9:1")?.payload?.latest?.seconds).toBeGreaterThan(0);
  });
});
