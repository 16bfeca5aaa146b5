import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  createFiles,
  gone,
  isPresent,
  orUndefined,
  refused,
  startOf,
  tooLarge,
} from "../../../../src/host/files/files.ts";

const root = mkdtempSync(join(tmpdir(), "sshctl-files-"));
afterAll(() => rmSync(root, { recursive: true }));

mkdirSync(join(root, "proc/1"), { recursive: true });
writeFileSync(join(root, "proc/1/stat"), "1 (grün) S");
writeFileSync(join(root, "proc/empty"), "");
writeFileSync(join(root, "proc/long"), "0123456789abcdef".repeat(20_000));
symlinkSync("socket:[42]", join(root, "proc/1/fd"));
symlinkSync("1", join(root, "proc/self"));
writeFileSync(join(root, "proc/1/tty"), "");
utimesSync(join(root, "proc/1/tty"), 1000.5, 2000.25);

const files = createFiles(root);

describe("what is there", () => {
  test("texts, also empty ones and those longer than a page", () => {
    expect(files.read("/proc/1/stat")).toBe("1 (grün) S");
    expect(files.read("/proc/empty")).toBe("");
    expect(files.read("/proc/long")).toBe("0123456789abcdef".repeat(20_000));
    expect(files.read("/proc/1/stat")).toBe("1 (grün) S");
  });

  test("texts of which the longest line is known", () => {
    expect(files.read("/proc/1/stat", 0)).toBe("1 (grün) S");
    expect(files.read("/proc/long", 16)).toBe("0123456789abcdef".repeat(20_000));
  });

  // Large, made up line by line as it is read, and always the same but for what modules and BPF programs bring and take.
  test.runIf(existsSync("/proc/kallsyms"))("a text that the kernel hands out in pieces", () => {
    const ofKernel = (text: string) => text.split("\n").filter((line) => !line.endsWith("]"));
    const told = createFiles().read("/proc/kallsyms", 1024);
    const expected = ofKernel(readFileSync("/proc/kallsyms", "utf8"));
    expect(isPresent(told) ? ofKernel(told).join() === expected.join() : told).toBe(true);
  });

  test("links, also such that lead nowhere", () => {
    expect(files.link("/proc/1/fd")).toBe("socket:[42]");
  });

  test("names in a folder", () => {
    expect(files.names("/proc/1")).toEqual(expect.arrayContaining(["fd", "stat", "tty"]));
  });

  test("facts, following links", () => {
    expect(files.facts("/proc/self/tty")).toMatchObject({ atimeMs: 1_000_500, mtimeMs: 2_000_250 });
  });
});

describe("no more than is asked for", () => {
  test("the beginning of a text, and whether there is more", () => {
    expect(files.start("/proc/long", 20)).toEqual({ text: "0123456789abcdef0123", isCut: true });
    const long = "0123456789abcdef".repeat(20_000);
    expect(files.start("/proc/long", 100_000)).toEqual({ isCut: true, text: long.slice(0, 100_000) });
    expect(files.start("/proc/long", 320_000)).toEqual({ isCut: false, text: long });
    expect(files.start("/proc/1/stat", 4096, 0)).toEqual({ text: "1 (grün) S", isCut: false });
    expect(files.start("/proc/empty", 1)).toEqual({ text: "", isCut: false });
  });

  test.each([5, 6, 7])("no half character at its end (%i bytes)", (limitBytes) => {
    const start = { text: limitBytes === 7 ? "1 (grü" : "1 (gr", isCut: true };
    expect([files.start("/proc/1/stat", limitBytes), startOf("1 (grün) S", limitBytes)]).toEqual([
      { ...start, text: start.text.slice(0, limitBytes) },
      { ...start, text: start.text.slice(0, limitBytes) },
    ]);
  });

  test("what keeps a beginning from being read is no error", () => {
    expect([files.start("/proc/2/stat", 9), files.start("/proc/1", 9)]).toEqual([gone, refused]);
  });

  test("a folder with more names than are wanted", () => {
    expect(files.names("/proc/1", 3)).toHaveLength(3);
    expect(files.names("/proc/1", 2)).toBe(tooLarge);
  });

  test.runIf(existsSync("/dev/zero"))("a text without an end", () => {
    expect(createFiles().read("/dev/zero")).toBe(tooLarge);
    expect(createFiles().bytes("/dev/zero")).toBe(tooLarge);
  });
});

test.each([
  ["is missing", "/proc/2/stat"],
  ["lies below a file", "/proc/1/stat/x"],
  ["lies below a link that leads nowhere", "/proc/1/fd/x"],
  ["has a NUL in its name", "/proc/1\0/stat"],
])("what %s is gone", (_, path) => {
  expect([files.read(path), files.link(path), files.names(path), files.facts(path)]).toEqual([gone, gone, gone, gone]);
});

test("what is no link has no target (EINVAL)", () => {
  expect(files.link("/proc/1/stat")).toBe(gone);
});

test("what is no file that could be read is refused, and nobody waits for it", () => {
  symlinkSync("loop", join(root, "loop"));
  execFileSync("mkfifo", [join(root, "fifo"), join(root, "fed")]);
  const feeder = openSync(join(root, "fed"), constants.O_RDWR);
  expect([files.read("/proc/1"), files.read("/loop"), files.facts("/loop")]).toEqual([refused, refused, refused]);
  expect([files.read("/fifo"), files.read("/fed")]).toEqual(["", refused]);
  closeSync(feeder);
});

test("any other trouble is thrown", () => {
  expect(() => files.read(`/${"x".repeat(300)}`)).toThrow("ENAMETOOLONG");
});

test("absences are told from values", () => {
  expect([gone, refused, tooLarge, "", 0].map(isPresent)).toEqual([false, false, false, true, true]);
  expect([gone, refused, tooLarge, "", 0].map(orUndefined)).toEqual([undefined, undefined, undefined, "", 0]);
});

test("a text of the kernel is read after one that is very long, too", () => {
  const long = join(root, "long");
  writeFileSync(long, "x".repeat(20 * 1024 * 1024));
  const real = createFiles();
  const text = real.read(long);
  expect(isPresent(text) && text.length).toBe(20 * 1024 * 1024);
  expect(real.read("/proc/sys/kernel/random/boot_id")).toMatch(/^[0-9a-f-]{36}\n$/);
});
