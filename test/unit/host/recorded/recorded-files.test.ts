import { describe, expect, test } from "vitest";
import { gone, refused } from "../../../../src/host/files/files.ts";
import { recordedFiles } from "../../../../src/host/recorded/recorded-files.ts";

const facts = { uid: 0, atimeMs: 1, mtimeMs: 2 };
const files = recordedFiles({
  texts: new Map([
    ["/proc/7/stat", "7"],
    ["/proc/8/stat", "8"],
  ]),
  links: new Map([["/proc/7/fd/3", "socket:[1]"]]),
  facts: new Map([["/dev/pts/0", facts]]),
  folders: new Set(["/proc/7/fd", "/proc/7/empty"]),
  refusals: new Set(["/proc/8/fd", "/proc/9"]),
});

describe("files of a recording", () => {
  test("answer what was recorded", () => {
    expect(files.read("/proc/7/stat")).toBe("7");
    expect(files.link("/proc/7/fd/3")).toBe("socket:[1]");
    expect(files.facts("/dev/pts/0")).toBe(facts);
  });

  test("stand in folders that follow from their paths", () => {
    expect(files.names("/proc")).toEqual(["7", "8", "9"]);
    expect(files.names("/proc/7")).toEqual(["stat", "fd", "empty"]);
    expect(files.names("/proc/7/fd")).toEqual(["3"]);
    expect(files.names("/proc/7/empty")).toEqual([]);
    expect(files.names("/dev/pts")).toEqual(["0"]);
  });

  test("are refused, with everything below, where the kernel has refused", () => {
    expect(files.names("/proc/8/fd")).toBe(refused);
    expect(files.link("/proc/8/fd/3")).toBe(refused);
    expect(files.read("/proc/9/stat")).toBe(refused);
    expect(files.read("/proc/8/stat")).toBe("8");
  });

  test("are gone otherwise", () => {
    expect(files.read("/etc/passwd")).toBe(gone);
    expect(files.link("/proc/7/stat")).toBe(gone);
    expect(files.names("/proc/7/stat")).toBe(gone);
    expect(files.facts("/proc/7/stat")).toBe(gone);
  });
});
