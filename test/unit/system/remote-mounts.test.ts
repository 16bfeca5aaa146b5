import { expect, test } from "vitest";
import { remotePaths } from "../../../src/system/remote-mounts.ts";

const mounts = [
  "22 1 8:1 / / rw - ext4 /dev/sda1 rw",
  "30 22 0:40 / /home rw,relatime shared:1 - nfs4 server:/home rw",
  "31 30 8:2 / /home/local rw - xfs /dev/sdb rw",
  String.raw`32 22 0:41 / /mnt/a\040b rw - fuse.sshfs x rw`,
].join("\n");

test.each([
  ["/home", true],
  ["/home/alice/.ssh", true],
  ["/homes/alice", false],
  ["/home/local/bob", false],
  ["/mnt/a b/c", true],
  ["/etc/ssh/keys/alice", false],
])("%s: %s", (path, expected) => {
  expect(remotePaths(mounts)(path)).toBe(expected);
});

test("without any, nothing is", () => {
  expect(remotePaths("22 1 8:1 / / rw - ext4 /dev/sda1 rw")("/home")).toBe(false);
});
