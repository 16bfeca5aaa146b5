import { describe, expect, test } from "vitest";
import { warnUsers } from "../../../../../src/features/kill/deliver/warn-users.ts";
import type { Told } from "../../../../../src/host/terminal/terminals.ts";
import { StillClock } from "../../../../helpers/dying-machine.ts";
import { session } from "../../../../helpers/sessions.ts";

/** What terminals were told, and when. */
function terminalsThat(answer: (tty: string) => Told, clock: StillClock) {
  const told: { tty: string; owner: number; text: string; at: number }[] = [];
  const tell = (tty: string, owner: number, text: string) => {
    told.push({ tty, owner, text: text.trim(), at: (clock.now() - 1000) / 1000 });
    return answer(tty);
  };
  return { told, terminals: { tell } };
}

const alice = session({ pid: 903, ttys: ["pts/1", "pts/7"], uid: 1000 });
const never = new AbortController().signal;

describe("warnUsers", () => {
  test.each([
    [120, [0, 60, 110]],
    [20, [0, 10]],
    [5, [0, 3]],
    [1, [0]],
  ])("within %i s tells at %j s", async (seconds, times) => {
    const clock = new StillClock();
    const { told, terminals } = terminalsThat(() => "told", clock);
    const announcement = { seconds, message: "Maintenance", host: "web1" };
    expect(await warnUsers([alice], announcement, { terminals, clock }, never, () => undefined)).toBe(true);
    expect(told.filter(({ tty }) => tty === "pts/7").map(({ at }) => at)).toEqual(times);
    expect(told[0]).toMatchObject({ tty: "pts/1", owner: 1000, text: expect.stringContaining("Maintenance") });
    expect((clock.now() - 1000) / 1000).toBe(seconds);
  });

  test("names those who cannot be told", async () => {
    const clock = new StillClock();
    const stopped = session({ pid: 913, ttys: ["pts/2"], uid: 1001 });
    const silent = session({ pid: 923, ttys: [] });
    const { terminals } = terminalsThat(
      (tty) => (tty === "pts/2" ? "blocked" : tty === "pts/7" ? "refused" : "told"),
      clock,
    );
    const seen = new Map<number, string>();
    const announcement = { seconds: 3, message: undefined, host: "web1" };
    await warnUsers([alice, stopped, silent], announcement, { terminals, clock }, never, (_, untold) => {
      for (const { session: each, why } of untold) seen.set(each.pid, why);
    });
    expect(seen).toEqual(
      new Map([
        [913, "blocked"],
        [923, "no-terminal"],
      ]),
    );
  });

  test("takes it back when it is called off", async () => {
    const clock = new StillClock();
    const { told, terminals } = terminalsThat(() => "told", clock);
    const interruption = new AbortController();
    clock.onPause = () => interruption.abort();
    const announcement = { seconds: 3600, message: undefined, host: "web1" };
    expect(await warnUsers([alice], announcement, { terminals, clock }, interruption.signal, () => undefined)).toBe(
      false,
    );
    expect(told.at(-1)?.text).toContain("will not be ended after all");
  });
});
