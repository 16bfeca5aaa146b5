import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { parseFdInfo } from "../../../../src/system/procfs/fd-info.ts";
import { parseMaps } from "../../../../src/system/procfs/maps.ts";

test("regions of memory, with names that look like something else", () => {
  const text = [
    "55d4c8a00000-55d4c8a2f000 r--p 00000000 fe:01 1234                       /usr/bin/bash",
    "7ffd0000-7ffd1000 rw-p 00000000 00:00 0                          [stack]",
    "7ffe0000-7ffe1000 rw-p 00000000 00:00 0 ",
    "7fff0000-7fff1000 rw-s 00000000 00:01 99                         /memfd:x\\012y (deleted)",
    "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]",
  ].join("\n");
  const regions = parseMaps(text);
  expect(regions.map(({ name }) => name)).toEqual(["/usr/bin/bash", "[stack]", "", "/memfd:x\\012y (deleted)"]);
  expect(regions[0]).toMatchObject({
    start: 0x55d4c8a00000,
    end: 0x55d4c8a2f000,
    permissions: "r--p",
    device: "254:1",
  });
});

test.prop([fc.string()])("whatever it says, regions go forwards", (text) => {
  for (const { start, end } of parseMaps(text)) expect(start).toBeLessThan(end);
});

test("an open file", () => {
  const text = "pos:\t4096\nflags:\t0100002\nmnt_id:\t28\nino:\t77\nlock:\t1: FLOCK ADVISORY WRITE 12 00:1a:5 0 EOF\n";
  expect(parseFdInfo(text)).toEqual({ position: 4096, flags: "0100002", mount: 28 });
  expect(parseFdInfo("")).toEqual({ position: undefined, flags: undefined, mount: undefined });
});
