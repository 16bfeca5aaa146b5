import { expect, test } from "vitest";
import { folderNames, type OpenFolder } from "../../../../src/host/files/folder-names.ts";

/** Node's Dir over these names: it looks up those of processes that have ended, and loses what it has taken together with them. */
function folderOf(names: readonly string[], ended: ReadonlySet<string>) {
  const opened: { namesAtOnce: number; isClosed: boolean }[] = [];
  const open = (namesAtOnce: number): OpenFolder => {
    const record = { namesAtOnce, isClosed: false };
    opened.push(record);
    const left = [...names];
    const taken: string[] = [];
    return {
      readSync: () => {
        if (taken.length === 0) {
          const batch = left.splice(0, namesAtOnce);
          const missing = batch.find((name) => ended.has(name));
          if (missing !== undefined) throw Object.assign(new Error(missing), { code: "ENOENT", syscall: "lstat" });
          taken.push(...batch);
        }
        const name = taken.shift();
        return name === undefined ? null : { name };
      },
      closeSync: () => {
        record.isClosed = true;
      },
    };
  };
  return { open, opened };
}

const pids = Array.from({ length: 500 }, (_, index) => String(index + 1));

test.each([
  ["none has ended", []],
  ["one has ended", ["130"]],
  ["the first and the last have ended", ["1", "500"]],
  ["all have ended", pids],
])("all names but those of processes that have ended: %s", (_, ended) => {
  const { open, opened } = folderOf(pids, new Set(ended));
  expect(folderNames("/proc", 500, open)).toEqual(pids.filter((pid) => !ended.includes(pid)));
  expect(opened.every(({ isClosed }) => isClosed)).toBe(true);
  expect(opened).toHaveLength(ended.length === 0 ? 1 : 2);
});

test("no more than are wanted, one at a time, too", () => {
  const { open } = folderOf(pids, new Set(["130"]));
  expect([folderNames("/proc", 499, open), folderNames("/proc", 498, open)]).toEqual([
    pids.filter((pid) => pid !== "130"),
    undefined,
  ]);
});

test("any other trouble is thrown, and the folder is closed", () => {
  const trouble = Object.assign(new Error("EIO"), { code: "EIO", syscall: "scandir" });
  let isClosed = false;
  const open = () => ({
    readSync: () => {
      throw trouble;
    },
    closeSync: () => {
      isClosed = true;
    },
  });
  expect(() => folderNames("/proc", 1, open)).toThrow(trouble);
  expect(isClosed).toBe(true);
});
