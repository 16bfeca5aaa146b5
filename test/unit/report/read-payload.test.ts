import { describe, expect, test } from "vitest";
import { readPayload } from "../../../src/report/read-payload.ts";
import { PayloadWatch } from "../../../src/report/add-payload.ts";
import { gone, refused } from "../../../src/host/files/files.ts";
import type { Facts } from "../../../src/host/host.ts";
import { now } from "../../helpers/machine-builder.ts";
import { memoryFiles } from "../../helpers/memory-files.ts";
import { report, session, stranger } from "../../helpers/sessions.ts";

const row = (inode: number, received: number, acked: number, [waiting, sending] = [0, 0]) =>
  `${String(waiting)} ${String(sending)} 10.0.0.1:22 10.0.0.7:5000 ino:${String(inode)} sk:1 <->\t cubic ` +
  `bytes_acked:${String(acked)} bytes_received:${String(received)} segs_out:5\n`;

const io = (read: number, written: number) => `rchar: ${String(read)}\nwchar: ${String(written)}\nsyscr: 3\n`;

/** @param ios - of PID 2001, one after the other; the last of them stays. */
function machine(ios: readonly string[], sockets: string | undefined) {
  const asked: string[][] = [];
  const left = [...ios];
  const files: Facts["files"] = {
    ...memoryFiles({}),
    read: (path) => (path === "/proc/2001/io" ? ((left.length > 1 ? left.shift() : left[0]) ?? refused) : gone),
  };
  const programs: Facts["programs"] = {
    run: async (name, args) => {
      asked.push([name, ...args]);
      return Promise.resolve(sockets === undefined ? undefined : { stdout: sockets, exitCode: 0 });
    },
  };
  return { files, programs, now: () => now, asked };
}

const shell = session({ socketInode: 77 });
const countOf = async (...given: Parameters<typeof machine>) =>
  (await readPayload([shell], machine(...given)))?.counts.get("2000:777000");

describe("readPayload", () => {
  test("takes what the connection has moved from what the process has", async () => {
    const there = machine([io(1500, 900)], row(76, 1, 1) + row(77, 1000, 600));
    const reading = await readPayload([shell, stranger({ pid: 9 })], there);
    expect(reading).toEqual({
      takenAtMs: now,
      counts: new Map([
        ["2000:777000", { fromClient: 300, toClient: 500, slack: 0 }],
        ["8:777000", undefined],
      ]),
    });
    expect(there.asked).toEqual([
      ["ss", "-H", "-t", "-i", "-n", "-e", "-O", "state", "established", "( sport = :22 )"],
    ]);
  });

  test("counts what waits in either direction as not yet taken, and as given", async () => {
    expect(await countOf([io(1000, 900)], row(77, 1100, 600, [100, 300]))).toEqual({
      fromClient: 0,
      toClient: 0,
      slack: 0,
    });
  });

  test("looks again at what has moved meanwhile", async () => {
    expect(await countOf([io(1, 1), io(5, 1), io(5, 1)], row(77, 0, 0))).toMatchObject({
      toClient: 5,
      slack: 0,
    });
    const restless = Array.from({ length: 9 }, (_, index) => io(index, 1));
    expect(await countOf(restless, row(77, 0, 0))).toMatchObject({ slack: 1 });
  });

  test.each([
    ["the process may not be looked into", [], row(77, 1, 1)],
    ["its socket is gone", [io(1, 1)], row(78, 1, 1)],
    ["the kernel's words are others", ["what: 1\n"], row(77, 1, 1)],
  ])("knows nothing where %s", async (_, ios, sockets) => {
    expect(await countOf(ios, sockets)).toBeUndefined();
  });

  test("knows nothing without ss", async () => {
    expect(await readPayload([shell], machine([io(1, 1)], undefined))).toBeUndefined();
  });

  test("asks nobody where nobody is logged in", async () => {
    const there = machine([], "");
    await readPayload([stranger()], there);
    expect(there.asked).toEqual([]);
  });
});

describe("PayloadWatch", () => {
  const pause = async () => Promise.resolve();

  test("tells from the second reading on", async () => {
    const watch = new PayloadWatch(machine([io(1, 1), io(1, 1), io(3, 1)], row(77, 0, 0)), pause);
    expect((await watch.add(report([shell]))).sessions).toEqual([shell]);
    expect((await watch.add(report([shell]))).sessions).toMatchObject([{ payload: { latest: { toClient: 2 } } }]);
  });

  test.each([
    ["there is no ss", undefined, "it takes the program ss of iproute2, in version 5.0 or later"],
    ["nothing may be read", "", "only root may read it, and only of connections over TCP"],
  ])("says why it knows nothing: %s", async (_, sockets, reason) => {
    const { warnings } = await new PayloadWatch(machine([], sockets), pause).add(report([shell]));
    expect(warnings).toEqual([{ code: "payload-unknown", message: `what sessions carry is unknown: ${reason}` }]);
  });

  test("has nothing to say where nobody is logged in", async () => {
    expect((await new PayloadWatch(machine([], ""), pause).add(report([stranger()]))).warnings).toEqual([]);
  });
});
