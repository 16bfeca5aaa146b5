import { expect, test } from "vitest";
import { expandKeysCommand } from "../../../../src/system/authorized-keys/keys-command.ts";

const account = { name: "alice", uid: 1000, gid: 1000, home: "/home/alice", shell: "/bin/bash" };
const key = { sha256: "SHA256:abc", type: "ssh-ed25519", encoded: "AAAA" };

test.each([
  ["/bin/keys", ["/bin/keys", "alice"]],
  ["/bin/keys %u", ["/bin/keys", "alice"]],
  [
    "/bin/keys -u %U -h %h -t %t %k %f 100%%",
    "/bin/keys -u 1000 -h /home/alice -t ssh-ed25519 AAAA SHA256:abc 100%".split(" "),
  ],
  [`/bin/keys "a %u b" 'c d'`, ["/bin/keys", "a alice b", "c d"]],
  ["/bin/keys fixed", ["/bin/keys", "fixed"]],
  ["/bin/keys %%u", ["/bin/keys", "%u"]],
  ["/bin/keys %C", undefined],
  ["/bin/keys %D", undefined],
  ["keys %u", undefined],
  ["", undefined],
])("%s", (setting, words) => {
  expect(expandKeysCommand(setting, account, key)).toEqual(words);
});
