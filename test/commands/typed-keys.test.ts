import { describe, expect, test } from "vitest";
import type { Session } from "../../src/domain/session.ts";
import { fakeHost } from "../helpers/fake-host.ts";
import { sshctl, type World } from "../helpers/run-cli.ts";
import { report, session } from "../helpers/sessions.ts";

const line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea alice@laptop";
const [sha256, md5] = [
  "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8",
  "MD5:53:ad:ad:7f:1a:c0:b3:86:8a:e3:17:44:11:27:91:89",
];

function loggedInWith(fingerprint: string, given: Partial<Session> = {}): Session {
  const key = { type: "ED25519", fingerprint, certificate: undefined, comment: "alice@laptop" };
  return session({ auth: { method: "publickey", key, source: "journal", verified: true }, ...given });
}

const alice = loggedInWith(sha256);
const bob = session({
  pid: 3001,
  user: "bob",
  auth: { method: "password", key: undefined, source: "journal", verified: true },
});
const files = {
  "/etc/passwd": "alice:x:1000:1000::/home/alice:/bin/bash\n",
  "/home/alice/.ssh/authorized_keys": `${line}\n`,
  "/root/id.pub": `${line}\n`,
  "keys/two.pub": `${line}\n${line.replace("B1Ea", "B1Eb")}\n`,
  "./id": "-----BEGIN OPENSSH PRIVATE KEY-----\n",
  "/tmp/none.pub": "# nothing\n",
  "/tmp/broken.pub": "ssh-ed25519 AAAAC3Nz\n",
};
const known = { comments: new Set(["alice@laptop", "bob@desk"]), hasAuthorities: false };
const world = (given: Partial<World> = {}): World => ({
  sessions: [alice, bob],
  host: fakeHost({ texts: files }),
  env: { HOME: "/root" },
  keyNames: known,
  ...given,
});
const pids = async (option: string, text: string, given?: Partial<World>) => {
  const { out, exitCode } = await sshctl(["list", "-q", option, text], world(given));
  return exitCode === 0 ? out.trim() : exitCode;
};

describe("a key is taken as people have it at hand", () => {
  test.each([
    ["its fingerprint", sha256],
    ["the beginning of that", sha256.slice(0, 15)],
    ["as tables cut it", `${sha256.slice(0, 15)}…`],
    ["without the name of its hash", sha256.slice(7)],
    ["padded", `${sha256.slice(7)}=`],
    ["its line", line],
    ["its line with options, which have commas and spaces", `from="10.0.0.1,10.0.0.2",command="a b" ${line}`],
    ["its file", "/root/id.pub"],
    ["its file below the own home", "~/id.pub"],
    ["its comment", "alice@laptop"],
    ["one of several", `bob@desk,/root/id.pub`],
  ])("%s", async (_, text) => {
    expect(await pids("--key", text)).toBe("2001");
    expect(await pids("--not-key", text)).toBe("3001");
  });

  test("by its other fingerprint", async () => {
    const old = loggedInWith(md5);
    for (const text of [md5, md5.slice(4), md5.slice(0, 9)])
      expect(await pids("--key", text, { sessions: [old, bob] })).toBe("2001");
  });

  test("by every command that chooses", async () => {
    expect((await sshctl(["count", "--key", line], world())).out).toBe("1\n");
    expect((await sshctl(["kill-all", "--dry-run", "--key", "~/id.pub"], world())).out).toContain("1 session to end");
    const { out } = await sshctl(
      ["watch", "--once", "--key", "/root/id.pub"],
      world({ looks: [report([alice, bob])] }),
    );
    expect(out).toContain("1 session");
  });
});

describe("what is no key is refused", () => {
  test.each([
    ["SHA256:", 2, "is not understood"],
    ["SHA256:a b", 2, "is not understood"],
    ["MD5:xx", 2, "is not understood"],
    [
      "/nowhere/id.pub",
      2,
      "There is no file /nowhere/id.pub. Give a fingerprint or its beginning (SHA256:wcPF), the line or the .pub file",
    ],
    ["id.pub", 2, "There is no file id.pub. Give a fingerprint"],
    ["./id", 2, "./id holds a private key. Give the public one: ./id.pub."],
    ["keys/two.pub", 2, "keys/two.pub holds 2 keys."],
    ["/tmp/none.pub", 2, "/tmp/none.pub holds no key: it is empty."],
    ["/tmp/broken.pub", 2, "/tmp/broken.pub holds no key: the key after ssh-ed25519 is damaged."],
    [line.slice(0, 60), 2, "The line holds no key: the key after ssh-ed25519 is damaged. Give all of the line."],
    ["alice@laptp", 1, 'No key here is called "alice@laptp": it is no fingerprint, and no comment'],
    ["alice@laptp", 1, "Did you mean alice@laptop?"],
    [sha256.slice(7, 15), 1, `Did you mean ${sha256.slice(0, 15)}?`],
  ])("%s", async (text, code, message) => {
    for (const option of ["--key", "--not-key"]) {
      const { exitCode, out, err } = await sshctl(["list", option, text], world());
      expect({ exitCode, out, err }).toEqual({ exitCode: code, out: "", err: expect.stringContaining(message) });
    }
  });

  test("also by watch, before it waits for somebody who never comes", async () => {
    const looks = [report([alice])];
    expect(await sshctl(["watch", "--key", "alice@laptp"], world({ looks }))).toMatchObject({ exitCode: 1, out: "" });
    // Of whoever waits, 1 would say that the time was up.
    const waiting = await sshctl(["watch", "--until-none", "--key", "alice@laptp"], world({ looks }));
    expect(waiting).toMatchObject({ exitCode: 2, out: "" });
  });

  test("but a name that cannot be known is told, and may be right", async () => {
    const unseen: World["keyNames"][] = [undefined, { comments: new Set(), hasAuthorities: true }];
    const { keyNames: _, ...nameless } = world();
    for (const keyNames of unseen) {
      const { exitCode, err } = await sshctl(["list", "--key", "id of erin"], {
        ...nameless,
        ...(keyNames && { keyNames }),
      });
      expect(exitCode).toBe(0);
      expect(err).toContain("no session is known to use the key id of erin");
    }
  });
});

describe("one key", () => {
  const keys = () => ({ host: fakeHost({ sshd: "", texts: files }), env: { HOME: "/root" } });

  test.each([[["/root/id.pub"]], [[line]], [line.split(" ")], [[sha256.slice(7)]], [["alice@laptop"]]])(
    "keys show %j",
    async (words) => {
      const { out, exitCode } = await sshctl(["keys", "show", ...words], keys());
      expect({ exitCode, out }).toEqual({ exitCode: 0, out: expect.stringContaining(sha256) });
    },
  );

  test.each([[["/root/id.pub"]], [[line]], [line.split(" ")], [[sha256.slice(7)]]])("keys revoke %j", async (words) => {
    const { out, exitCode } = await sshctl(["keys", "revoke", "--dry-run", "--force", ...words], keys());
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: expect.stringContaining(sha256) });
  });

  test.each([
    [["keys", "show", "a", "b"], "keys show takes one key, not 2."],
    [["keys", "revoke", sha256, sha256], "keys revoke takes one key, not 2."],
    [["keys", "show", "keys/two.pub"], "keys/two.pub holds 2 keys."],
  ])("%j is refused", async (words, message) => {
    expect(await sshctl(words, keys())).toMatchObject({ exitCode: 2, out: "", err: expect.stringContaining(message) });
  });
});
