import { afterEach, describe, expect, test, vi } from "vitest";
import {
  columnNames,
  columnOf,
  defaultColumns,
  type ColumnName,
} from "../../../../../src/features/sessions/text/columns.ts";
import { localTime } from "../../../../../src/text/time.ts";
import type { Session } from "../../../../../src/domain/session.ts";
import { now } from "../../../../helpers/machine-builder.ts";
import { session, stranger } from "../../../../helpers/sessions.ts";

const view = { host: "web1", nowMs: now, fullCommand: false };
const text = (name: ColumnName, given: Partial<Session> = {}) => columnOf(name).text(session(given), view);
const data = (name: ColumnName, given: Partial<Session> = {}) => columnOf(name).data?.(session(given), view);

describe("for people", () => {
  test.each<[ColumnName, Partial<Session>, string | undefined]>([
    ["host", {}, "web1"],
    ["self", { self: true }, "*"],
    ["self", { self: undefined }, "?"],
    ["self", { self: false }, ""],
    ["user", {}, "alice"],
    ["user", { user: undefined }, "1000"],
    ["user", { user: undefined, uid: undefined }, undefined],
    ["user", { user: undefined, uid: 0 }, "0"],
    ["uid", { uid: 0 }, "0"],
    ["kind", {}, "shell"],
    ["tty", { ttys: ["pts/0", "pts/3"] }, "pts/0,pts/3"],
    ["tty", { ttys: [] }, undefined],
    ["from", {}, "10.0.0.7:5000"],
    ["from", { peer: { address: "2001:db8::7", port: 9 } }, "[2001:db8::7]:9"],
    ["from", { peer: undefined }, undefined],
    ["to", {}, "10.0.0.1:22"],
    ["pid", {}, "2001"],
    ["monitor", {}, "2000"],
    ["monitor", { monitorPid: undefined }, undefined],
    ["id", {}, "2000:777000"],
    ["idle", { lastInputMs: now - 3_900_000 }, "1h05m"],
    ["idle", { lastInputMs: now }, "0s"],
    // Used after the snapshot began, or before the clock was set back.
    ["idle", { lastInputMs: now + 3000 }, "0s"],
    ["idle", { lastInputMs: undefined }, undefined],
    ["quiet", { lastOutputMs: now - 61_999 }, "1m"],
    ["busy", { busy: true }, "yes"],
    ["busy", { busy: false }, "no"],
    ["busy", { busy: undefined }, undefined],
    ["phase", {}, "open"],
    ["server", { server: "dropbear" }, "dropbear"],
    ["logind", {}, "5"],
    ["container", {}, undefined],
    ["container", { container: true }, "yes"],
    ["command", { command: "vim", commandLine: "vim secret" }, "vim"],
  ])("%s of %j", (name, given, shown) => {
    expect(text(name, given)).toBe(shown);
  });
});

describe("for programs", () => {
  test.each<[ColumnName, Partial<Session>, string | undefined]>([
    ["login", { startedAtMs: Date.UTC(2026, 10, 23, 8, 0, 0, 120) }, "2026-11-23T08:00:00.120Z"],
    ["login", { startedAtMs: undefined }, undefined],
    ["idle", { lastInputMs: now - 3_900_000 }, "3900"],
    ["idle", { lastInputMs: now }, "0"],
    ["quiet", { lastOutputMs: undefined }, undefined],
    ["container", {}, "no"],
  ])("%s of %j", (name, given, shown) => {
    expect(data(name, given)).toBe(shown);
  });
});

test("arguments are shown only when they are asked for", () => {
  const { text } = columnOf("command");
  const vim = session({ command: "vim", commandLine: "vim secret" });
  expect(text(vim, { ...view, fullCommand: true })).toBe("vim secret");
});

test.each(columnNames.filter((name) => name !== "self"))("%s of a stranger is a text or nothing", (name) => {
  const value = columnOf(name).text(stranger({ peer: undefined, local: undefined, startedAtMs: undefined }), view);
  expect(value === undefined || value.length > 0).toBe(true);
});

test("the usual columns are columns, each once", () => {
  expect(columnNames).toEqual(expect.arrayContaining([...defaultColumns]));
  expect(new Set(defaultColumns).size).toBe(defaultColumns.length);
});

describe("local time", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  // Monday, 23 November 2026, 12:00
  const noon = new Date(2026, 10, 23, 12, 0, 0).getTime();

  test.each([
    [new Date(2026, 10, 23, 12, 0), "12:00"],
    [new Date(2026, 10, 23, 9, 5), "09:05"],
    [new Date(2026, 10, 23, 0, 0), "00:00"],
    [new Date(2026, 10, 22, 23, 59), "Sun 23:59"],
    [new Date(2026, 10, 17, 12, 1), "Tue 12:01"],
    [new Date(2026, 10, 16, 12, 0), "Nov 16"],
    [new Date(2026, 0, 1, 0, 0), "Jan 01"],
    [new Date(2025, 11, 31, 23, 59), "2025-12-31"],
  ])("%s", (time, shown) => {
    expect(localTime(time.getTime(), noon)).toBe(shown);
  });

  test("in a year that began this week, days still have names", () => {
    expect(localTime(new Date(2025, 11, 30, 8, 0).getTime(), new Date(2026, 0, 2, 8, 0).getTime())).toBe("Tue 08:00");
  });

  test.each([
    ["UTC", "08:00"],
    ["Asia/Tokyo", "17:00"],
    ["America/New_York", "03:00"],
    ["Asia/Kathmandu", "13:45"],
    // There it is already the next day.
    ["Pacific/Kiritimati", "22:00"],
  ])("in %s", (zone, shown) => {
    vi.stubEnv("TZ", zone);
    expect(localTime(now - 3_600_000, now)).toBe(shown);
  });
});
