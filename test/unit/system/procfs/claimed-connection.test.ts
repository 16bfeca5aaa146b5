import { describe, expect, test } from "vitest";
import { parseClaimedConnection } from "../../../../src/system/procfs/claimed-connection.ts";

const environ = (...lines: string[]) => lines.map((line) => `${line}\0`).join("");

describe("SSH_CONNECTION", () => {
  test.each([
    ["SSH_CONNECTION=10.0.0.7 5000 10.0.0.1 22", ["10.0.0.7", 5000, "10.0.0.1", 22]],
    ["SSH_CONNECTION=2001:db8::7 5000 2001:db8::1 2222", ["2001:db8::7", 5000, "2001:db8::1", 2222]],
    ["SSH_CONNECTION=::ffff:10.0.0.7 5000 ::ffff:10.0.0.1 22", ["10.0.0.7", 5000, "10.0.0.1", 22]],
  ])("%s", (line, ends) => {
    const claim = parseClaimedConnection(environ("HOME=/", line, "SSH_TTY=/dev/pts/1"));
    expect(claim && [...Object.values(claim.peer), ...Object.values(claim.local)]).toEqual(ends);
  });

  test.each([
    "",
    "SSH_CONNECTION=",
    "SSH_CONNECTION=UNKNOWN 65535 UNKNOWN 65535",
    "SSH_CONNECTION=10.0.0.7 5000",
    "SSH_CONNECTION=10.0.0.7 5000 10.0.0.1 x",
    "SSH_CONNECTION=10.0.0.7 -1 10.0.0.1 22",
    "SSH_CONNECTION=web1 5000 10.0.0.1 22",
    "SSH_CONNECTION=\u001B[2J 5000 10.0.0.1 22",
    "XSSH_CONNECTION=10.0.0.7 5000 10.0.0.1 22",
    "X=SSH_CONNECTION=10.0.0.7 5000 10.0.0.1 22",
    "X=\nSSH_CONNECTION=10.0.0.7 5000 10.0.0.1 22",
    "ssh_connection=10.0.0.7 5000 10.0.0.1 22",
  ])("%j claims nothing", (line) => {
    expect(parseClaimedConnection(environ("HOME=/", line))).toBeUndefined();
  });
});
