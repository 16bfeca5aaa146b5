import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { parseSocketList } from "../../../../src/system/tools/ss.ts";

const users = 'users:(("sshd-session",pid=134,fd=7),("sshd-session",pid=116,fd=7))';
const ends = (line: string) =>
  parseSocketList(line).map(({ local, remote }) => [local.address, local.port, remote.address, remote.port]);

describe("a line of ss", () => {
  test("of a connection", () => {
    const line = `ESTAB  0      36     127.0.0.1:22    127.0.0.1:48686 ${users} timer:(on,200ms,0) uid:1000 ino:1145431 sk:1047 cgroup:/system.slice/ssh.service <->        \n`;
    expect(parseSocketList(line)).toEqual([
      {
        inode: 1_145_431,
        uid: 1000,
        listening: false,
        local: { address: "127.0.0.1", port: 22 },
        remote: { address: "127.0.0.1", port: 48_686 },
        holders: [
          { comm: "sshd-session", pid: 134, fd: 7 },
          { comm: "sshd-session", pid: 116, fd: 7 },
        ],
      },
    ]);
  });

  test("of a listener belongs to root where it does not name a uid", () => {
    const [row] = parseSocketList(
      'LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=69,fd=6)) ino:42 sk:1 v6only:1 <->\n',
    );
    expect(row).toMatchObject({ listening: true, uid: 0, local: { address: "::", port: 22 }, remote: { port: 0 } });
  });

  test.each([
    ["[::ffff:192.0.2.1]:22 [::ffff:192.0.2.7]:5000", "192.0.2.1", "192.0.2.7"],
    ["[fe80::1]%eth0:22 [fe80::2]:5000", "fe80::1", "fe80::2"],
    ["[fe80::1%eth0]:22 [2001:DB8::2]:5000", "fe80::1", "2001:db8::2"],
    ["127.0.0.53%lo:22 127.0.0.1:5000", "127.0.0.53", "127.0.0.1"],
  ])("with the addresses %s", (text, local, remote) => {
    expect(ends(`ESTAB 0 0 ${text} ino:7 sk:1 <->`)).toEqual([[local, 22, remote, 5000]]);
  });

  test("with an asterisk for every address", () => {
    expect(ends("LISTEN 0 128 *:22 *:* ino:7 sk:1 v6only:0 <->")).toEqual([["::", 22, "::", 0]]);
    expect(ends("LISTEN 0 128 *:22 *:* ino:7 sk:ffff8f3b <->")).toEqual([["0.0.0.0", 22, "0.0.0.0", 0]]);
  });

  test("without a holder, as everybody but root sees it", () => {
    expect(parseSocketList("ESTAB 0 0 192.0.2.1:22 192.0.2.7:5000 ino:7 sk:1 <->\n")[0]?.holders).toEqual([]);
  });

  test("of a socket that nobody holds any more is left out", () => {
    expect(parseSocketList("TIME-WAIT 0 0 192.0.2.1:22 192.0.2.7:5000 timer:(timewait,59sec,0) ino:0 sk:1\n")).toEqual(
      [],
    );
    expect(parseSocketList("TIME-WAIT 0 0 192.0.2.1:22 192.0.2.7:5000\n\n")).toEqual([]);
  });
});

describe("names that a user has made up", () => {
  const line = (comm: string) =>
    `LISTEN 0 1 0.0.0.0:4444 0.0.0.0:* users:(("${comm}",pid=126,fd=3)) uid:1666 ino:1143004 sk:103a <->\n`;

  test.each([
    '",pid=8,fd=4',
    'sshd",pid=9,fd=',
    " uid:0 ino:5 sk",
    "x ino:99",
    "a,b",
    '("sshd",pid=9',
    " users:((",
    "))",
  ])("%j fake neither a holder nor a fact", (comm) => {
    const [row, ...others] = parseSocketList(line(comm.split(")")[0] ?? ""));
    expect(others).toEqual([]);
    expect(row).toMatchObject({ inode: 1_143_004, uid: 1666 });
    expect(row?.holders.filter(({ pid, comm }) => pid !== 126 || comm === "sshd")).toEqual([]);
  });

  test.prop([fc.string({ maxLength: 15, unit: fc.constantFrom(...'sshd",pid=9fd=3( :ino'.split("")) })])(
    "never are a holder of another process under the name of a server",
    (comm) => {
      const [row] = parseSocketList(line(comm));
      expect(row?.inode).toBe(1_143_004);
      expect(row?.holders.filter(({ pid, comm }) => pid !== 126 && comm === "sshd")).toEqual([]);
    },
  );
});
