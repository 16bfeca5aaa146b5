import { expect, test } from "vitest";
import { executableName, serverOfName } from "../../../src/domain/ssh-server.ts";

test.each([
  ["sshd", "openssh"],
  ["sshd-session", "openssh"],
  ["sshd-auth", "openssh"],
  ["sshd.pam", "openssh"],
  ["sshd-9.9", "openssh"],
  ["sshd-9.9p1-lates", "openssh"],
  ["hpnsshd", "openssh"],
  ["dropbear", "dropbear"],
  ["dropbearmulti", "dropbear"],
])("%s is an SSH server", (name, kind) => {
  expect(serverOfName(name)).toBe(kind);
});

test.each([
  "ssh",
  "ssh-agent",
  "sshd2",
  "sshdx",
  "xsshd",
  "sshguard",
  "sshfs",
  "SSHD",
  "sshd-",
  "sshd session",
  "sshd\n",
  "sshd-session\u001B[2J",
  "dropbearkey",
  "dbclient",
  "sftp-server",
  "",
])("%j is none", (name) => {
  expect(serverOfName(name)).toBeUndefined();
});

test.each([
  ["/usr/sbin/sshd", "sshd"],
  ["/usr/sbin/sshd (deleted)", "sshd"],
  ["/usr/lib/openssh/sshd-session (deleted)", "sshd-session"],
  ["/home/mallory/sshd (deleted)/bash", "bash"],
  ["/home/mallory/sshd (deleted) (deleted)", "sshd (deleted)"],
  ["sshd", "sshd"],
  ["", ""],
])("%s is a file called %s", (link, name) => {
  expect(executableName(link)).toBe(name);
});
