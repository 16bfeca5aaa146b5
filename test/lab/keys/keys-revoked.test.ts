/** What `keys` says of the file that RevokedKeys names is what sshd and ssh-keygen -Q make of it. */
import { createHash } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { damagedLists, extendedLists, krl, section, soundLists, string } from "../../helpers/krl.ts";
import { keysJson, makeKey, sshWith } from "./keys-json.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import { reloadSshd } from "../reload-sshd.ts";

const path = "/etc/ssh/revoked";

describeEverySuite("each version of sshd knows other types and sections", (suite) => {
  const lab = useMachine(suite.name);
  let [key, other] = ["", ""];

  beforeAll(async () => {
    key = (await makeKey(lab(), "mine")).split(" ", 2).join(" ");
    other = (await makeKey(lab(), "other")).split(" ", 2).join(" ");
    await lab().must("cd /root/keys && ssh-keygen -q -N '' -t ed25519 -f ca && ssh-keygen -q -s ca -I x other.pub");
    await lab().writeFile("/home/alice/.ssh/authorized_keys", `${key}\n`, "600");
    await lab().must(`chown alice: /home/alice/.ssh/authorized_keys`);
    await lab().must(`echo 'RevokedKeys ${path}' >/etc/ssh/sshd_config.d/zz-revoked.conf; : >${path}`);
    await reloadSshd(lab());
  });

  /** Where sshd waits for the file, nobody is let in either. */
  const isLetIn = async () =>
    (await lab().sh(`timeout 5 ${sshWith("mine", "alice", "true")} </dev/null`)).exitCode === 0;

  /** The state of the key, and whether it is said that sshd refuses all of them. */
  const look = async () => {
    const { keys, findings } = await keysJson(lab(), ["--user", "alice"]);
    return { state: keys[0]?.state, isUnusable: findings.some(({ id }) => id === "revoked-keys-unusable") };
  };

  const writeBytes = async (bytes: Buffer) => {
    await lab().must(`rm -rf ${path}; base64 -d >${path}`, { input: bytes.toString("base64") });
  };

  test("a text", { timeout: 240_000 }, async () => {
    const certificate = (await lab().must("cat /root/keys/other-cert.pub")).trim();
    const texts: [string, "accepted" | "revoked" | "unusable"][] = [
      ["", "accepted"],
      ["# nothing\n\n \t\n", "accepted"],
      [`${other}\n`, "accepted"],
      [`${other}\r\n`, "accepted"],
      [`  ${other} a comment\n`, "accepted"],
      [`${key} gone\n`, "revoked"],
      [`# gone\n ${key}`, "revoked"],
      [`${certificate}\n`, "accepted"],
      ["\0 behind a NUL\n", "accepted"],
      ["\r\n", "unusable"],
      [`${other}\r\n\r\n`, "unusable"],
      ["this is a sentence\n", "unusable"],
      [`restrict ${other}\n`, "unusable"],
      ["SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8\n", "unusable"],
      [`${other.slice(0, -5)}\n`, "unusable"],
      [`\ufeff${other}\n`, "unusable"],
      ["ssh-nothing AAAAC3NzaC1ub3RoaW5n\n", "unusable"],
      [`${other}\n${other}\nx\n`, "unusable"],
    ];
    for (const [text, expected] of texts) {
      await writeBytes(Buffer.from(text));
      const { state, isUnusable } = await look();
      const said = isUnusable ? "unusable" : state;
      expect([text, said, await isLetIn()]).toEqual([text, expected, expected === "accepted"]);
    }
    await writeBytes(Buffer.from(other, "utf16le"));
    expect([await look(), await isLetIn()]).toEqual([{ state: "revoked", isUnusable: true }, false]);
  });

  test("what is no text", { timeout: 240_000 }, async () => {
    const places: [string, boolean][] = [
      [`mkdir ${path}`, true],
      ["true", true],
      [`mkfifo ${path}`, true],
      [`ln -s /nowhere ${path}`, true],
      [`ln -s revoked ${path}`, true],
      [`ln -s /dev/null ${path}`, false],
      [`truncate -s 200M ${path}`, true],
      [`head -c 100000 /dev/urandom >${path}`, true],
      [`echo '${other}' >${path}; chmod 0 ${path}`, false],
      [`echo '${other}' >/etc/ssh/real; ln -s real ${path}`, false],
    ];
    for (const [make, isUnusable] of places) {
      await lab().must(`rm -rf ${path}; ${make}`);
      const state = isUnusable ? "revoked" : "accepted";
      expect([make, await look(), await isLetIn()]).toEqual([make, { state, isUnusable }, !isUnusable]);
    }
  });

  const blobOf = (line: string) => Buffer.from(line.split(" ")[1] ?? "", "base64");
  const hashOf = (algorithm: string, line: string) => createHash(algorithm).update(blobOf(line)).digest();

  /** As ssh-keygen answers; it knows nothing of other files than lists. */
  const judge = async () => {
    const { stdout, stderr } = await lab().sh(`ssh-keygen -Q -f ${path} /root/keys/mine.pub`);
    if (stdout.includes("REVOKED")) return "revoked";
    return stdout.includes(": ok") ? "accepted" : `unusable: ${stderr}`.slice(0, 8);
  };

  test("a list that ssh-keygen makes", { timeout: 180_000 }, async () => {
    const specs: [string, string][] = [
      ["cat /root/keys/mine.pub", "revoked"],
      ["cat /root/keys/other.pub", "accepted"],
      ["echo key: $(cat /root/keys/mine.pub)", "revoked"],
      ["echo sha1: $(cat /root/keys/mine.pub)", "revoked"],
      ["echo sha256: $(cat /root/keys/mine.pub)", "revoked"],
      ["echo hash: $(ssh-keygen -lf /root/keys/mine.pub | cut -d' ' -f2)", "revoked"],
      ["echo sha1: $(cat /root/keys/other.pub)", "accepted"],
      ["printf 'serial: 1\\nserial: 5-900\\nserial: 1000\\nserial: 1003\\nserial: 1005\\nid: somebody\\n'", "accepted"],
      ["cat /root/keys/other-cert.pub", "accepted"],
    ];
    for (const [spec, expected] of specs) {
      await lab().must(
        `rm -rf ${path}; ${spec} >/root/spec; ssh-keygen -q -k -s /root/keys/ca.pub -f ${path} /root/spec`,
      );
      const { state, isUnusable } = await look();
      expect([spec, state, isUnusable]).toEqual([spec, expected, false]);
      expect([spec, await judge(), await isLetIn()]).toEqual([spec, expected, expected === "accepted"]);
    }
  });

  test("a list that is made by hand, sound or damaged", { timeout: 480_000 }, async () => {
    const named: [string, Buffer][] = [
      ["the key by its SHA1", krl({}, section(3, string(hashOf("sha1", key))))],
      ["the key by its SHA256", krl({}, section(5, string(hashOf("sha256", key))))],
      ["the key itself", krl({}, section(2, string(blobOf(other)), string(blobOf(key))))],
    ];
    for (const [what, list] of [...named, ...soundLists, ...damagedLists, ...extendedLists]) {
      await writeBytes(list);
      const { state, isUnusable } = await look();
      const said = isUnusable ? "unusable" : state;
      expect([what, said, await isLetIn()]).toEqual([what, await judge(), said === "accepted"]);
    }
  });
});
