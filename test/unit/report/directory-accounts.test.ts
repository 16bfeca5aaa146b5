import { expect, test } from "vitest";
import type { Programs } from "../../../src/host/programs/run.ts";
import { addDirectoryAccounts } from "../../../src/report/directory-accounts.ts";
import { Host } from "../../helpers/machine-builder.ts";
import { Sshd } from "../../helpers/ssh-servers.ts";

/** A directory that knows these accounts, and remembers what it was asked. */
function directory(stdout: string | undefined): Programs & { asked: (readonly string[])[] } {
  const asked: (readonly string[])[] = [];
  return {
    asked,
    run: async (name, args) => {
      asked.push([name, ...args]);
      return stdout === undefined ? undefined : { stdout, exitCode: 0 };
    },
  };
}

function hostOf(...uids: number[]): Host {
  const host = new Host();
  const sshd = Sshd.daemon(host, "10.0");
  for (const uid of uids) sshd.login({ user: `user${String(uid)}`, uid });
  return host;
}

test("only uids without a local name are asked for, each once", async () => {
  const getent = directory("zoe@corp:*:70001:70001::/:/bin/sh\n");
  const { accounts } = await addDirectoryAccounts(hostOf(1000, 70_001, 70_001, 70_002).snapshot(), getent);
  expect(getent.asked).toEqual([["getent", "passwd", "--", "70001", "70002"]]);
  expect([1000, 70_001, 70_002].map((uid) => accounts.names(uid))).toEqual([["alice"], ["zoe@corp"], []]);
});

test("nobody is asked where every name is known", async () => {
  const getent = directory("");
  await addDirectoryAccounts(hostOf(0, 1000).snapshot(), getent);
  expect(getent.asked).toEqual([]);
});

test("accounts of containers are not this machine's", async () => {
  const host = new Host();
  Sshd.daemon(host, "10.0", { network: "net:[7]", depth: 1 }).login({ user: "deploy", uid: 70_001 });
  const getent = directory("");
  await addDirectoryAccounts(host.snapshot(), getent);
  expect(getent.asked).toEqual([]);
});

test("a machine without getent(1) keeps what it knows", async () => {
  const snapshot = hostOf(70_001).snapshot();
  expect(await addDirectoryAccounts(snapshot, directory(undefined))).toEqual(snapshot);
});
