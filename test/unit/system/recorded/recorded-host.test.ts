import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { FatalError, PermissionError } from "../../../../src/errors.ts";
import { withRecordedHost } from "../../../../src/system/recorded/recorded-host.ts";
import { readSnapshot } from "../../../../src/system/procfs/snapshot.ts";
import { newFolder } from "../../../helpers/new-folder.ts";

let folder = "";
beforeEach(() => {
  folder = newFolder();
});

const look = async (where = folder) => withRecordedHost(where, async (machine) => readSnapshot(machine));
const fixture = fileURLToPath(new URL("../../../fixtures/hosts/rhel-9/recording.tsv", import.meta.url));
const record = (change: (text: string) => string) => {
  writeFileSync(join(folder, "recording.tsv"), change(readFileSync(fixture, "utf8")));
};

test("a recorded host is read as it was then, and nobody there is the observer", async () => {
  record((text) => text);
  const { host, takenAtMs, own } = await look();
  expect({ host, takenAtMs, own }).toEqual({
    host: "rhel9.example",
    takenAtMs: 1_764_000_000_250,
    own: { pids: new Map(), doubt: undefined },
  });
});

describe("a recording that cannot be used is a plain error", () => {
  test.each<[string, () => void, RegExp]>([
    ["none", () => undefined, /holds no recorded host: there is no recording\.tsv\.$/],
    ["a folder", () => mkdirSync(join(folder, "recording.tsv")), /cannot be used: it is not a regular file/],
    ["empty", () => record(() => ""), /cannot be used: it does not start with/],
    ["cut off", () => record((text) => text.slice(0, 1000)), /cannot be used: /],
    [
      "of nonsense",
      () => record((text) => text.replace(/(812\/stat\t).*/, "$1?")),
      /proc\/812\/stat has an unknown form/,
    ],
    [
      "without processes",
      () => record((text) => text.replace(/^text\t\/proc\/\d.*\n/gm, "")),
      /\/proc holds no processes/,
    ],
    ["of another byte order", () => record((text) => text.replace("little", "big")), /big-endian numbers/],
  ])("%s", async (_, prepare, message) => {
    prepare();
    await expect(look()).rejects.toThrow(FatalError);
    await expect(look()).rejects.toThrow(message);
  });

  test("a folder that does not exist", async () => {
    await expect(look(join(folder, "nowhere"))).rejects.toThrow("nowhere holds no recorded host");
  });

  test("what the recorded kernel hid stays a question of permission", async () => {
    record((text) => text.replace(/^.*\t\/proc\/1\/.*\n/gm, ""));
    await expect(look()).rejects.toThrow(PermissionError);
  });
});
