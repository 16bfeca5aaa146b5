import { describe, expect, test } from "vitest";
import { readDeclaredSockets } from "../../../../src/system/systemd/ssh-sockets.ts";
import { readSnapshot } from "../../../../src/system/procfs/snapshot.ts";
import { assembleSessions } from "../../../../src/domain/assemble-sessions.ts";
import type { Files } from "../../../../src/host/files/files.ts";
import { Host, now } from "../../../helpers/machine-builder.ts";
import { memoryFiles } from "../../../helpers/memory-files.ts";

const read = (texts: Readonly<Record<string, string>>, facts = {}) =>
  readDeclaredSockets(memoryFiles({ texts, facts }));
const unit = (...lines: string[]) => `[Socket]\n${lines.join("\n")}\nAccept=no\n`;

describe("readDeclaredSockets", () => {
  test.each([
    ["22", [22]],
    ["0.0.0.0:2222", [2222]],
    ["[::]:22", [22]],
    ["/run/other", []],
    ["vsock::22", []],
    ["65536x", []],
  ])("%s", (value, ports) => {
    expect(read({ "/usr/lib/systemd/system/ssh.socket": unit(`ListenStream=${value}`) }).ports).toEqual(ports);
  });

  test("the first folder's unit counts, and what is dropped in beside it, whatever the folder", () => {
    const texts = {
      "/etc/systemd/system/ssh.socket": unit("ListenStream=22"),
      "/usr/lib/systemd/system/ssh.socket": unit("ListenStream=1"),
      "/run/systemd/system/ssh.socket.d/a.conf": unit("ListenStream=", "ListenStream=2222", " ListenStream = 2200 "),
      "/run/systemd/system/ssh.socket.d/b.txt": unit("ListenStream=9"),
      "/run/systemd/system/sshd.socket.d/a.conf": unit("ListenStream=7"),
    };
    expect(read(texts)).toEqual({ ports: [2222, 2200], aside: [] });
  });

  test("a socket in the file system is one while its node is there", () => {
    const texts = {
      "/run/systemd/generator/sshd-unix-local.socket": unit("ListenStream=/run/ssh-unix-local/socket"),
      "/run/systemd/generator/sshd-vsock.socket": unit("ListenStream=vsock::22"),
    };
    expect(read(texts).aside).toEqual(["vsock::22"]);
    const facts = { "/run/ssh-unix-local/socket": { uid: 0, atimeMs: 0, mtimeMs: 0 } };
    expect(read(texts, facts).aside).toEqual(["/run/ssh-unix-local/socket", "vsock::22"]);
  });
});

test("a socket on another port than 22 is a listener before the first connection", () => {
  const host = new Host();
  const init = host.all.find(({ pid }) => pid === 1);
  const socket = host.listening("[::]:2200", { uid: 0 });
  const other = host.listening("[::]:8080", { uid: 0 });
  if (init !== undefined) init.fds = { 30: socket.link, 31: other.link };
  const files = host.files();
  const withUnit: Files = {
    ...files,
    read: (path, longest) =>
      path === "/etc/systemd/system/ssh.socket" ? unit("ListenStream=2200") : files.read(path, longest),
  };
  const machine = { now: () => now, hostName: () => "", observer: undefined, pause: () => undefined };
  const listenersOf = (seen: Files) => assembleSessions(readSnapshot({ ...machine, files: seen }, "rows")).listeners;
  expect(listenersOf(files)).toEqual([]);
  expect(listenersOf(withUnit)).toEqual([{ pid: 1, server: "openssh", addresses: [{ address: "::", port: 2200 }] }]);
});
