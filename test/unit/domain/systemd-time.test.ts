import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { namedZone, parseSystemdTime, type MeantTime } from "../../../src/domain/systemd-time.ts";

/** Saturday, 14:30 in Berlin. */
const nowMs = Date.parse("2026-11-28T13:30:00Z");
const berlin = namedZone("Europe/Berlin") ?? (() => 0);
const parse = (text: string) => parseSystemdTime(text, nowMs, berlin);
const once = (iso: string): MeantTime => ({ kind: "once", timeMs: Date.parse(iso) });

describe("a time as systemd.time(7) writes it", () => {
  test.each([
    ["now", "2026-11-28T13:30:00Z"],
    ["today", "2026-11-28T00:00:00+01:00"],
    ["yesterday", "2026-11-27T00:00:00+01:00"],
    ["tomorrow", "2026-11-29T00:00:00+01:00"],
    ["03:14", "2026-11-28T03:14:00+01:00"],
    ["3:14", "2026-11-28T03:14:00+01:00"],
    ["03:14:07", "2026-11-28T03:14:07+01:00"],
    ["03:14:07.25", "2026-11-28T03:14:07.250+01:00"],
    ["2026-11-27", "2026-11-27T00:00:00+01:00"],
    ["26-11-27", "2026-11-27T00:00:00+01:00"],
    ["2026-11-27 03:14", "2026-11-27T03:14:00+01:00"],
    ["2026-11-27T03:14:07", "2026-11-27T03:14:07+01:00"],
    ["2026-07-01 03:14", "2026-07-01T03:14:00+02:00"],
    ["Fri 2026-11-27 03:14", "2026-11-27T03:14:00+01:00"],
    ["friday 2026-11-27", "2026-11-27T00:00:00+01:00"],
    ["2026-11-27 03:14 UTC", "2026-11-27T03:14:00Z"],
    ["2026-11-27T03:14:07Z", "2026-11-27T03:14:07Z"],
    ["2026-11-27 03:14 +02:00", "2026-11-27T03:14:00+02:00"],
    ["2026-11-27T03:14:07-0330", "2026-11-27T03:14:07-03:30"],
    ["2026-11-27 03:14 America/New_York", "2026-11-27T03:14:00-05:00"],
    ["today UTC", "2026-11-28T00:00:00Z"],
    ["2h ago", "2026-11-28T11:30:00Z"],
    ["1h 30min ago", "2026-11-28T12:00:00Z"],
    ["90 ago", "2026-11-28T13:28:30Z"],
    ["-5min", "2026-11-28T13:25:00Z"],
    ["+3h", "2026-11-28T16:30:00Z"],
    ["1.5h left", "2026-11-28T15:00:00Z"],
    ["2 weeks ago", "2026-11-14T13:30:00Z"],
    ["@1395716396", "2014-03-25T02:59:56Z"],
  ])("%s", (text, iso) => {
    expect(parse(text)).toEqual(once(iso));
  });

  test.each([
    "",
    "03",
    "25:00",
    "03:60",
    "2026-02-30",
    "2026-13-01",
    "2026-11-27 24:00",
    "Mon 2026-11-27",
    "Xyz 2026-11-27",
    "2h",
    "ago",
    "2 fortnights ago",
    "@",
    "@-5",
    "2026-11-27 03:14 Mars/Olympus",
    "2026-11-27 yesterday",
    "2026-11-2703:14",
    "27.11.2026",
    "0x7e",
    "2026-11-27\n03:14\n",
  ])("%j is none", (text) => {
    expect(parse(text)).toBeUndefined();
  });

  test("may have been twice, when clocks were set back", () => {
    expect(parse("2026-10-25 02:30")).toEqual({
      kind: "twice",
      firstMs: Date.parse("2026-10-25T02:30:00+02:00"),
      secondMs: Date.parse("2026-10-25T02:30:00+01:00"),
    });
    expect(parse("2026-10-25 03:00")).toEqual(once("2026-10-25T03:00:00+01:00"));
    expect(parse("2026-10-25 02:30 +01:00")).toEqual(once("2026-10-25T02:30:00+01:00"));
  });

  test("may never have been, when clocks were set forward", () => {
    expect(parse("2026-03-29 02:30")).toEqual({ kind: "never", nextMs: Date.parse("2026-03-29T03:30:00+02:00") });
    expect(parse("2026-03-29 03:00")).toEqual(once("2026-03-29T03:00:00+02:00"));
  });

  test("is read back from what every zone's clocks show", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          "UTC",
          "Europe/Berlin",
          "America/St_Johns",
          "Asia/Kathmandu",
          "Australia/Lord_Howe",
          "Pacific/Apia",
        ),
        fc.integer({ min: 172_800, max: 2_000_000_000 }),
        (name, seconds) => {
          const zone = namedZone(name) ?? (() => Number.NaN);
          const timeMs = seconds * 1000;
          const shown = new Date(timeMs + zone(timeMs)).toISOString().slice(0, 19);
          const meant = parseSystemdTime(shown, nowMs, zone);
          const moments =
            meant?.kind === "once" ? [meant.timeMs] : meant?.kind === "twice" ? [meant.firstMs, meant.secondMs] : [];
          // Offsets of minutes and seconds are of the time before 1972.
          expect(moments).toContain(timeMs);
        },
      ),
    );
  });

  test("is never anything but a time or nothing", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const meant = parse(text);
        expect(meant === undefined || !Object.values(meant).includes(Number.NaN)).toBe(true);
      }),
    );
  });
});
