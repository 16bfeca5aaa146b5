import { expect, test } from "vitest";
import { Keeper } from "../../../../src/features/evidence/keeper.ts";
import { FileTrouble } from "../../../../src/host/files/file-trouble.ts";
import type { ForeignFile, ForeignFiles } from "../../../../src/host/files/foreign-files.ts";
import { memoryArchives } from "../../../helpers/memory-archives.ts";

interface Thing extends Omit<ForeignFile, "chunks"> {
  text: string;
}

/** @param things - what is behind each path. */
function keep(things: Record<string, Thing | string>, limitBytes = 1000) {
  const files = new Map<string, string>();
  const foreign: ForeignFiles = {
    read: (path, limit, _admit, use) => {
      const thing = things[path];
      if (thing === undefined || typeof thing === "string") return { unread: thing ?? "it is gone" };
      return use({ ...thing, chunks: [Buffer.from(thing.text).subarray(0, limit)] });
    },
    memory: () => ({ unread: "it is gone" }),
  };
  const archive = memoryArchives(files).inFolder("case");
  if (archive === "exists") throw new Error("it exists");
  let told = 0;
  const keeper = new Keeper(archive, foreign, limitBytes, () => (told += 1));
  return { keeper, files, told: () => told };
}

const admit = () => undefined;
const file = (text: string, ino: number, size = text.length): Thing => ({ text, size, dev: 1, ino });

test("the same file is kept once, whoever has it open", () => {
  const { keeper, files, told } = keep({ "/a": file("text", 7), "/b": file("text", 7), "/c": file("text", 8) });
  const [a, b, c] = ["/a", "/b", "/c"].map((path) => keeper.foreignFile(`at${path}`, path, path, 100, admit));
  expect([a, b, c].map((each) => each?.file)).toEqual(["at/a", "at/a", "at/c"]);
  expect([...files]).toEqual([
    ["case/at/a", "text"],
    ["case/at/c", "text"],
  ]);
  expect(keeper).toMatchObject({ bytes: 8, gaps: [] });
  expect(told()).toBe(2);
});

test.each<[string, Thing | string, number, string | undefined]>([
  ["longer than its limit", file("0123456789abc", 1), 10, "it has 13 bytes, of which the first 10 were kept"],
  ["shorter than it was", file("0123", 1, 9), 100, "it became shorter while it was read: the last 5 bytes are missing"],
  ["not there", "it is a FIFO", 100, "it was not kept: it is a FIFO"],
  [
    "too much for the rest",
    file("x".repeat(1001), 1),
    2000,
    "it was not kept: all of the evidence would be larger than 1000 bytes",
  ],
  ["as it was", file("0123", 1), 100, undefined],
])("a file that is %s", (_, thing, limit, gap) => {
  const { keeper } = keep({ "/a": thing });
  keeper.foreignFile("a", "/a", "it", limit, admit);
  expect(keeper.gaps).toEqual(gap === undefined ? [] : [gap]);
});

test("what the kernel makes up has no size before it is read", () => {
  const { keeper, files } = keep({ "/proc/1/environ": file("A=b\0", 1, 0), "/proc/1/maps": file("", 2, 0) });
  expect(keeper.kernelText("environ", "/proc/1/environ", "environ")?.bytes.toString()).toBe("A=b\0");
  expect(keeper.kernelText("maps", "/proc/1/maps", "maps")).toBeUndefined();
  expect([...files.keys()]).toEqual(["case/environ"]);
  expect(keeper.gaps).toEqual([]);
});

test("however much is missing, a thousand sentences tell it", () => {
  const { keeper } = keep({});
  for (let count = 0; count < 10_000; count += 1) keeper.miss(`file ${String(count)}`);
  expect(keeper.gaps).toHaveLength(1001);
  expect(keeper.gaps.at(-1)).toBe("and 9000 more of that kind");
});

test("a disk that is full ends it", () => {
  const full = new FileTrouble("broken", "the file system is full");
  const fail = () => {
    throw full;
  };
  const foreign = { read: fail, memory: fail };
  const keeper = new Keeper({ place: "/x", add: fail, finish: fail }, foreign, 1000, () => undefined);
  expect(() => keeper.text("a", "text")).toThrow(full);
});
