import { expect, test } from "vitest";
import { isLocalType, parseMounts } from "../../../src/system/mounts.ts";

test("mounts are known by their number and by their device", () => {
  const mounts = parseMounts(
    [
      "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
      "23 22 0:21 / /home\\040of\\012all rw,nosuid - fuse.sshfs alice@x:/ rw",
      "24 22 0:22 / /tmp rw shared:2 master:1 - tmpfs - rw",
      "nonsense",
    ].join("\n"),
  );
  expect([22, 23, 24, 25].map(mounts.typeOf)).toEqual(["ext4", "fuse.sshfs", "tmpfs", undefined]);
  expect(mounts.typeOnDevice("8:1")).toBe("ext4");
});

test.each(["ext4", "xfs", "btrfs", "tmpfs", "devtmpfs", "overlay"])("%s answers by itself", (type) => {
  expect(isLocalType(type)).toBe(true);
});

test.each(["fuse", "fuseblk", "fuse.sshfs", "nfs4", "cifs", "9p", "proc", "autofs", "ext4x", ""])(
  "%s may not",
  (type) => {
    expect(isLocalType(type)).toBe(false);
  },
);
