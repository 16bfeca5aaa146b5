import { fc, test } from "@fast-check/vitest";
import { Chalk } from "chalk";
import { afterEach, beforeEach, describe, expect, vi } from "vitest";
import { chooseSessions } from "../../../../../src/domain/choose-sessions.ts";
import { phases, type Session } from "../../../../../src/domain/session.ts";
import { parseKeys } from "../../../../../src/features/watch/screen/keys.ts";
import { afterLook, firstState, type State } from "../../../../../src/features/watch/screen/model.ts";
import { press } from "../../../../../src/features/watch/screen/press.ts";
import { pageOf, view, type ScreenStyle } from "../../../../../src/features/watch/screen/view.ts";
import { textWidth } from "../../../../../src/text/width.ts";
import { anyReport } from "../../../../helpers/arbitraries.ts";
import { now } from "../../../../helpers/machine-builder.ts";
import { report, session, stranger } from "../../../../helpers/sessions.ts";

const look: ScreenStyle = {
  columns: 60,
  rows: 10,
  chalk: new Chalk({ level: 0 }),
  isUnicode: false,
  chosenColumns: undefined,
};
const wide = { ...look, columns: 100 };
const alice = session({ self: true });
const bob = session({ user: "bob", pid: 2101, kind: "tunnel", ttys: [], command: undefined });

const lookAt = (sessions: readonly Session[]) => {
  const all = report(sessions);
  return { report: all, chosen: chooseSessions(all, { criteria: [], phases, containers: true }) };
};
const stateOf = (...sessions: Session[]) => firstState(lookAt(sessions), [], false);
const typed = (state: State, keys: string) =>
  parseKeys(keys).reduce((before, key) => press(before, key, pageOf(look)).state, state);

beforeEach(() => {
  vi.stubEnv("TZ", "UTC");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("the screen", () => {
  test("at 60x10", () => {
    expect(view(typed(stateOf(alice, bob), "j"), look)).toEqual([
      "web1  09:00:00  2 open  0 authenticating",
      "since 09:00: 0 logins, 0 logouts  sessions: @",
      "   ME  USER   TTY    FROM            PID  IDLE",
      "   *   alice  pts/1  10.0.0.7:5000  2001    1m",
      ">      bob    -      10.0.0.7:5000  2101    1m".padEnd(60),
      "",
      "",
      "",
      "",
      "? help  / filter  s sort  enter details  x end  q quit",
    ]);
  });

  test("with more room", () => {
    const lines = view(stateOf(alice, stranger({ pid: 9 })), { ...wide, isUnicode: true });
    expect(lines.slice(0, 5)).toEqual([
      "web1  09:00:00  1 open  1 authenticating",
      "since 09:00: 0 logins, 0 logouts  sessions: █",
      "   ME  USER   KIND   TTY    FROM            PID  LOGIN  IDLE  COMMAND",
      ">      -      -      -      10.0.0.7:5000     9  08:00     -  -".padEnd(100),
      "   *   alice  shell  pts/1  10.0.0.7:5000  2001  08:00    1m  bash",
    ]);
    expect(lines.at(-1)).toContain("space mark");
  });

  test("signs in front of what is marked, has come or has gone", () => {
    const before = typed(stateOf(alice, bob), " ");
    const dan = session({ user: "dan", pid: 3001 });
    const state = afterLook(before, lookAt([alice, dan]), [
      { kind: "closed", timeMs: now, session: bob, durationSeconds: 1, origin: "look" },
      { kind: "opened", timeMs: now, session: dan, origin: "look" },
    ]);
    const signs = view(state, look)
      .slice(3, 6)
      .map((line) => line.slice(0, 12).trimEnd());
    expect(signs).toEqual([" # *   alice", ">-     bob", " +     dan"]);
    expect(view(state, look)[1]).toBe("1 session marked  since 09:00: 1 login, 1 logout");
  });

  test("what is unusual stands in the second line", () => {
    const unusual = typed(stateOf(alice), "sp/al\r");
    expect(view(unusual, look)[1]).toBe("PAUSED  filter: al  by newest");
    expect(view(unusual, wide)[1]).toBe("PAUSED  filter: al  by newest  since 09:00: 0 logins, 0 logouts  sessions: @");
    expect(view(typed(stateOf(alice), "/al"), look)[1]).toBe("filter: al_");
  });

  test("nobody there, and nobody who matches", () => {
    expect(view(stateOf(), look)[3]).toBe("no session");
    expect(view(typed(stateOf(alice), "/zzz"), look)[3]).toBe("no session matches the filter");
  });

  test("the page of the cursor", () => {
    const many = Array.from({ length: 20 }, (_, index) => session({ pid: 3000 + index, user: `u${String(index)}` }));
    const lines = view(typed(stateOf(...many), "jjjjjjj"), look);
    expect(lines[2]).toContain("USER");
    expect(lines.filter((line) => line.startsWith(">"))).toHaveLength(1);
    expect(lines.slice(3, 9).map((line) => line.replace(/^>?\s+/, "").split(/ +/)[0])).toEqual([
      "u6",
      "u7",
      "u8",
      "u9",
      "u10",
      "u11",
    ]);
  });

  test("help fits, and can be scrolled", () => {
    const lines = view(typed(stateOf(alice), "?"), look);
    expect(lines[2]).toBe("Keys");
    expect(lines.join("")).not.toContain("…");
    expect(view(typed(stateOf(alice), "?G"), look).join("\n")).toContain("perhaps your own");
  });

  test("a question stands below what has to be read before", () => {
    const mode = { kind: "text" as const, title: "Plan", lines: ["1 session"], top: 0, question: "End?" };
    const lines = view({ ...stateOf(alice), mode }, look);
    expect([lines[2], lines[3], lines.at(-1)]).toEqual(["Plan", "1 session", "End? [y/N]"]);
  });

  test("colours only where they are wanted", () => {
    const state = typed(stateOf(alice, bob), " ");
    expect(view(state, look).join("")).not.toContain("\u001B");
    const colored = view(state, { ...look, chalk: new Chalk({ level: 1 }) });
    expect(colored.join("")).toContain("\u001B[7m");
    expect(colored.map((line) => line.replaceAll(/\u001B\[\d+m/g, ""))).toEqual(view(state, look));
  });
});

describe("whatever is there", () => {
  const sizes = fc.record({ columns: fc.integer({ min: 60, max: 200 }), rows: fc.integer({ min: 10, max: 60 }) });
  const keys = fc.constantFrom("", "j", "?", "/a", "s", "p", " ", "/漢");

  test.prop([anyReport, sizes, keys])("fits the screen and obeys nobody", (any, size, text) => {
    const chosen = chooseSessions(any, { criteria: [], phases, containers: true });
    const state = typed(firstState({ report: any, chosen }, [], true), text);
    const lines = view({ ...state, notice: "\u001B[2J\n" }, { ...look, ...size });
    expect(lines).toHaveLength(size.rows);
    for (const line of lines) {
      expect(textWidth(line)).toBeLessThanOrEqual(size.columns);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });

  test("wide characters take the room that they take", () => {
    const state = stateOf(session({ user: "漢字漢字漢字漢字漢" }), bob);
    for (const line of view(state, look)) expect(textWidth(line)).toBeLessThanOrEqual(60);
    expect(view(state, look)[3]).toContain("漢字漢字漢字漢字漢  pts/1");
    expect(view(state, look)[4]).toContain(`bob${" ".repeat(15)}  -  `);
  });
});
