/** Which keys there are, by what ssh-keygen and real logins say. */
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { canLogIn, fingerprintOf, keysJson, makeKey, sshWith, type KeysJson } from "./keys-json.ts";
import { documentOf } from "../machine/document.ts";
import { describeEveryNode, useMachine } from "../machine/lab-test.ts";
import { reloadSshd } from "../reload-sshd.ts";

const file = "/home/alice/.ssh/authorized_keys";
const folder = "/home/alice/.ssh";

describeEveryNode("files are read in a way that no user can divert; the judge is each sshd", (suite, nodePath) => {
  const lab = useMachine(suite.name, { nodePath });

  const write = async (...lines: string[]) => {
    await lab().writeFile(file, `${lines.join("\n")}\n`, "600");
    await lab().must(`chown alice: ${file}`);
  };

  beforeAll(async () => {
    await lab().must(`cp -a ${folder} /root/folder`);
  });

  afterEach(async () => {
    await lab().must(`rm -rf ${folder} && cp -a /root/folder ${folder} && chmod 755 /home/alice`);
  });

  test("types, bits and fingerprints are those of ssh-keygen -l", async () => {
    const kinds = [
      "-t rsa -b 2048",
      "-t rsa -b 3072",
      "-t ecdsa -b 256",
      "-t ecdsa -b 384",
      "-t ecdsa -b 521",
      "-t ed25519",
    ];
    const lines: string[] = [];
    for (const [index, kind] of kinds.entries()) lines.push(await makeKey(lab(), `kind-${String(index)}`, kind));
    const blob = (type: string, ...parts: Buffer[]) => {
      const fields = [Buffer.from(type), ...parts].map((part) => {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(part.length);
        return Buffer.concat([length, part]);
      });
      return `${type} ${Buffer.concat(fields).toString("base64")}`;
    };
    lines.push(`${blob("sk-ssh-ed25519@openssh.com", Buffer.alloc(32, 7), Buffer.from("ssh:"))} of a token`);
    await write(...lines);
    const printed = (await lab().must(`ssh-keygen -lf ${file}`)).trim().split("\n");
    const seen = (await keysJson(lab(), ["--user", "alice"])).keys;
    expect(seen.map((key) => `${String(key.bits)} ${key.fingerprint} ${key.comment ?? ""} (${key.type})`)).toEqual(
      printed,
    );
  });

  // Whether sshd lets each of them in, keys-lines.test.ts tries.
  test("why a line lets nobody in is told", async () => {
    const key = await makeKey(lab(), "line");
    const [type = "", encoded = ""] = key.split(" ");
    const cases: [string, string][] = [
      [key, "accepted"],
      [`restrict, ${key}`, "accepted"],
      [`expiry-time="20200101" ${key}`, "expired"],
      [`no-such-option ${key}`, "options"],
      [`from=127.0.0.1 ${key}`, "options"],
      [`command="open ${key}`, "broken"],
      [`${type} ${encoded.slice(0, -4)}`, "broken"],
      [`#${key}`, "nothing"],
    ];
    await write(...cases.map(([line]) => line));
    const { keys, findings } = await keysJson(lab(), ["--user", "alice"]);
    const broken = new Set(findings.filter(({ id }) => id === "broken-line").map(({ line }) => line));
    const said = cases.map(([line], index) => {
      const state = keys.find((each) => each.line === index + 1)?.state;
      return [line, state ?? (broken.has(index + 1) ? "broken" : "nothing")];
    });
    expect(said).toEqual(cases);
  });

  test("what is said of owners and modes is what sshd does about them", async () => {
    const key = await makeKey(lab(), "modes");
    const cases: [string, string][] = [
      ["true", "accepted"],
      [`chmod 664 ${file}`, "accepted"],
      [`chmod 666 ${file}`, "modes"],
      [`chgrp bob ${file}; chmod 664 ${file}`, "modes"],
      [`chown bob ${file}; chmod 644 ${file}`, "modes"],
      [`chown root: ${file}; chmod 644 ${file}`, "accepted"],
      [`chmod 777 ${folder}`, "modes"],
      ["chmod 777 /home/alice", "modes"],
      [`mv ${file} /home/alice/real && ln -s ../real ${file}`, "accepted"],
      [`mv ${file} /tmp/real-$$ && ln -s /tmp/real-$$ ${file}`, "modes"],
    ];
    for (const [spoil, expected] of cases) {
      await lab().must(`rm -rf ${folder} && cp -a /root/folder ${folder} && chmod 755 /home/alice`);
      await write(key);
      await lab().must(spoil);
      const [{ keys }, isIn] = await Promise.all([
        keysJson(lab(), ["--user", "alice"]),
        canLogIn(lab(), "modes", "alice"),
      ]);
      expect([spoil, keys.map(({ state }) => state), isIn]).toEqual([spoil, [expected], expected === "accepted"]);
    }
  });

  test("logins are told by key and account, forged ones are not", async () => {
    const key = await makeKey(lab(), "used");
    await write(key);
    await lab().must(`cat /root/keys/used.pub >>/home/bob/.ssh/authorized_keys`);
    for (const user of ["alice", "alice", "bob"]) expect(await canLogIn(lab(), "used", user)).toBe(true);
    const client = await lab().spawn(["sh", "-c", sshWith("used", "alice", "echo open; cat")]);
    await client.waitFor(/open/);
    const fingerprint = await fingerprintOf(lab(), "used");
    const forged = `Accepted publickey for bob from 10.6.6.6 port 1 ssh2: ED25519 ${fingerprint}`;
    await lab().must("cp /usr/bin/logger ~/sshd-session; cp /usr/bin/logger ~/sshd", { user: "alice" });
    for (const logger of ["logger", "~/sshd-session", "~/sshd"])
      await lab().must(`${logger} -t sshd '${forged}'`, { user: "alice" });
    await lab().must("journalctl --sync");
    const { keys } = await keysJson(lab(), ["show", fingerprint]);
    expect(
      keys.map(({ user, logins, sessions }) => [user, logins.verified, logins.last?.address, sessions.length]),
    ).toEqual([
      ["alice", 3, "127.0.0.1", 1],
      ["bob", 1, "127.0.0.1", 0],
    ]);
    expect(keys[0]?.sessions[0]?.verified).toBe(true);
    for (const { findings } of keys) expect(findings).toContain("shared");
    client.end();
    await client.exited;
    await lab().must("sed -i '/of used$/d' /home/bob/.ssh/authorized_keys");
  });

  test("a certificate counts for its key and its authority, and Match moves files", async () => {
    const ca = await makeKey(lab(), "ca");
    await makeKey(lab(), "cert");
    await lab().must("cd /root/keys && ssh-keygen -q -s ca -I 'an id' -n bob cert.pub");
    await lab().must("mkdir -p /etc/ssh/keys");
    await lab().writeFile("/etc/ssh/keys/bob", `cert-authority ${ca}\n`);
    const match = "Match User bob,nobody-else\n  AuthorizedKeysFile /etc/ssh/keys/%u\n";
    await lab().writeFile("/etc/ssh/sshd_config.d/zz-keys.conf", match);
    await reloadSshd(lab());
    expect(await canLogIn(lab(), "cert", "bob")).toBe(true);
    await lab().must("journalctl --sync");
    const { keys } = await keysJson(lab(), ["--user", "bob"]);
    expect(keys.map(({ path, logins }) => [path, logins.verified])).toEqual([["/etc/ssh/keys/bob", 1]]);
    expect(new Set((await keysJson(lab(), ["--user", "alice"])).keys.map(({ path }) => path))).toEqual(new Set([file]));
    await lab().must("rm -r /etc/ssh/sshd_config.d/zz-keys.conf /etc/ssh/keys");
    await reloadSshd(lab());
  });

  describe("a hostile file", () => {
    test.each([
      ["a link to root's secrets", `ln -sf /etc/shadow ${file}`, "permission denied"],
      ["a FIFO", `rm ${file}; mkfifo ${file}`, "not a regular file"],
      ["a link to a device", `ln -sf /dev/zero ${file}`, "not a regular file"],
      ["a folder", `rm ${file}; mkdir ${file}`, "not a regular file"],
      ["a circle", `ln -sf authorized_keys ${file}`, "loop"],
      ["a gigabyte", `rm ${file}; truncate -s 1G ${file}`, "larger than"],
      ["no rights", `chmod 0 ${folder}`, "permission denied"],
      ["a link into a process", `ln -sf /proc/1/environ ${file}`, "permission denied"],
    ])("%s neither hangs nor leaks", async (_, attack, problem) => {
      await lab().must(attack, { user: "alice" });
      const { stdout, stderr, exitCode } = await lab().sshctl(["keys", "--user", "alice", "-o", "json"]);
      expect([exitCode, stderr.includes("defect")]).toEqual([0, false]);
      const { keys, findings } = documentOf({ stdout, stderr, exitCode }) as KeysJson;
      expect([keys, findings[0]]).toEqual([
        [],
        expect.objectContaining({ id: "unread-file", reason: expect.stringContaining(problem) }),
      ]);
      expect(stdout + stderr).not.toMatch(/\$y\$|\$6\$/);
    });

    test.each([
      ["an endless line", `head -c 7000000 /dev/zero | tr '\\0' x >${file}`],
      ["binary", `head -c 1000000 /dev/urandom >${file}`],
      ["many lines", `yes 'command="' | head -n 500000 >${file}`],
    ])("%s is read", async (_, attack) => {
      await lab().must(attack, { user: "alice" });
      expect((await keysJson(lab(), ["--user", "alice"])).keys).toEqual([]);
    });
  });

  test("a link leads root only to where its owner may read", async () => {
    const key = await makeKey(lab(), "linked");
    await lab().must("mkdir -p /srv/closed /srv/open; chmod 700 /srv/closed");
    for (const place of ["/srv/closed/keys", "/srv/open/keys", "/srv/open/group"])
      await lab().writeFile(place, `${key}\n`);
    await lab().must("chmod 640 /srv/open/group");
    const seen = async (target: string) => {
      await lab().must(`ln -sf ${target} ${file}`, { user: "alice" });
      return (await keysJson(lab(), ["--user", "alice"])).keys.length;
    };
    expect(await seen("/srv/closed/keys")).toBe(0);
    expect(await seen("../../../srv/open/keys")).toBe(1);
    expect(await seen("/srv/open/group")).toBe(0);
    await lab().must("groupadd -f readers; usermod -aG readers alice; chgrp readers /srv/open/group");
    expect(await seen("/srv/open/group")).toBe(1);
  });

  test("a lease on a file is not waited for", async () => {
    await lab().must(`cat /root/.ssh/id_lab.pub >${file}; chown alice: ${file}`);
    // fcntl(2): F_SETLEASE is 1024, F_WRLCK is 1; Linux' asm-generic/fcntl.h.
    const hold = `$SIG{IO} = "IGNORE"; open F, "+<", "${file}"; fcntl F, 1024, 1 or die; $| = 1; print "held\n"; sleep`;
    const holder = await lab().spawn(["perl", "-e", hold], { user: "alice" });
    await holder.waitFor(/held/);
    const { findings } = await keysJson(lab(), ["--user", "alice"]);
    expect(findings).toContainEqual(
      expect.objectContaining({ path: file, reason: expect.stringContaining("a lease") }),
    );
    await lab().signal(holder.pid, "KILL");
    await holder.exited;
  });

  test("an ordinary user sees the own keys only", async () => {
    const { keys, warnings } = await keysJson(lab(), [], { user: "alice" });
    expect(new Set(keys.map(({ user }) => user))).toEqual(new Set(["alice"]));
    expect(warnings.map(({ code }) => code)).toContain("own-keys-only");
    expect(await lab().sshctl(["keys", "--user", "root"], { user: "alice" })).toMatchObject({
      exitCode: 4,
      stdout: "",
    });
  });
});
