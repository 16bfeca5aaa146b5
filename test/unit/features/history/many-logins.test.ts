import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { readJournalHistory } from "../../../../src/features/history/read/read-journal.ts";
import { accepted, bootA, exportEntry, fakeJournal, ofJournald, ofMonitor } from "../../../helpers/fake-journal.ts";
import { now } from "../../../helpers/machine-builder.ts";

const logins = 100_000;
const secondMs = 1000;
const beginMs = now - logins * secondMs;

/** Of the logins, each of which has the process ID of the hundredth before it. */
function writeLogins(take: (bytes: Buffer) => void): void {
  for (let index = 0; index < logins; index += 1) {
    const [pid, user] = [1000 + (index % 100), `user${String(index % 50)}`];
    const spec = { at: beginMs + index * secondMs, boot: bootA };
    const address = `192.0.2.${String(index % 250)}`;
    const end = { ...spec, at: spec.at + 30 * secondMs };
    take(
      Buffer.concat([
        exportEntry(ofMonitor(pid, accepted(user, 1024 + (index % 60_000), address), spec)),
        exportEntry(ofMonitor(pid, `pam_unix(sshd:session): session closed for user ${user}`, end)),
      ]),
    );
  }
}

function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
  return process.memoryUsage().heapUsed;
}

test(
  "a hundred thousand logins are as many rows, and take memory for no more than these",
  { timeout: 60_000 },
  async () => {
    const few = fakeJournal([ofJournald("start", { at: beginMs - secondMs })]);
    const programLines: typeof few = {
      ...few,
      pieces: async (name, args, limitMs, take) => {
        if (!args.some((arg) => arg.startsWith("--grep="))) return few.pieces(name, args, limitMs, take);
        writeLogins(take);
        return Promise.resolve(0);
      },
    };
    const before = heapBytes();
    const { connections } = await readJournalHistory(
      { programLines, folder: undefined, currentBoot: bootA },
      { fromMs: beginMs, toMs: now, endsNow: true },
      now,
      undefined,
      async () => Promise.resolve(undefined),
      () => undefined,
    );
    const perLogin = (heapBytes() - before) / logins;
    expect(connections).toHaveLength(logins);
    expect(new Set(connections.map(({ ending, durationMs }) => `${ending} ${String(durationMs)}`))).toEqual(
      new Set(["unknown 30000"]),
    );
    // A row, its times, and its address; the lines that it was read from are some 400 bytes more.
    expect(perLogin).toBeLessThan(700);
  },
);
