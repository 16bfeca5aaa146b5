import { describe, expect, test } from "vitest";
import { Places } from "../../../../src/features/evidence/collect/places.ts";
import { fakeHost } from "../../../helpers/fake-host.ts";
import { tcpText } from "../../../helpers/proc-text.ts";

const mountinfo = (rows: readonly string[]) => `${rows.join("\n")}\n`;
const root = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw";
const fuse = "40 22 0:50 / /home/alice/mnt rw,nosuid - fuse.x x rw";

function placesOf(extra: Readonly<Record<string, string>> = {}): Places {
  const texts = { "/proc/1/mountinfo": mountinfo([root]), "/proc/903/mountinfo": mountinfo([root, fuse]), ...extra };
  return new Places(fakeHost({ texts }).files);
}

describe("which files are asked for", () => {
  test.each([
    ["/usr/bin/x", 22, undefined],
    ["/home/alice/mnt/x", 40, "it is on a file system of the type fuse.x, which may never answer"],
    // A name proves nothing where the mount is known.
    ["/memfd:x (deleted)", 40, "it is on a file system of the type fuse.x, which may never answer"],
    ["/memfd:x (deleted)", 9, undefined],
    ["/x (deleted)", 9, "its file system is not mounted any more"],
    ["/memfd:x (deleted)", undefined, undefined],
  ])("%s on mount %s: %s", (link, mount, why) => {
    expect(placesOf().admit(903, link)(mount)).toBe(why);
  });

  test("by its path where that is enough, before there is a handle", () => {
    const places = placesOf();
    expect(places.isRemote(903, "/home/alice/mnt/x (deleted)")).toBe(true);
    expect(places.isRemote(903, "/home/alice/other")).toBe(false);
    expect(places.isRemote(1, "/home/alice/mnt/x")).toBe(false);
  });
});

test("sockets have the peers that the tables of their network tell", () => {
  const [local, remote] = [
    { address: "10.0.0.1", port: 22 },
    { address: "10.0.0.7", port: 5001 },
  ];
  const none = { address: "0.0.0.0", port: 0 };
  const places = placesOf({
    "/proc/903/net/tcp": tcpText([
      { inode: 7, uid: 0, local, remote, listening: false },
      { inode: 8, uid: 0, local, remote: none, listening: true },
    ]),
    "/proc/903/net/udp": tcpText([{ inode: 9, uid: 0, local, remote: none, listening: false }]),
  });
  const table = places.socketsOf(903);
  expect(table.get(7)).toMatchObject({ protocol: "tcp", local, peer: remote, listens: false });
  expect(table.get(8)).toMatchObject({ protocol: "tcp", peer: undefined, listens: true });
  expect(table.get(9)).toMatchObject({ protocol: "udp", peer: undefined, listens: false });
});
