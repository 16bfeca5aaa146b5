/** What `keys` says of the file that RevokedKeys names is what sshd and ssh-keygen -Q make of it. */
import { createHash } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { damagedLists, extendedLists, krl, section, soundLists, string } from "../../helpers/krl.ts";
import { keysJson, makeKey, sshWith } from "./keys-json.ts";
import { addAccount } from "../timeout/timeout-accounts.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import { reloadSshd } from "../reload-sshd.ts";

/** One case each: an account with the key, for which alone sshd reads the file. Fewer than MaxStartups lets log in at once. */
const places = Array.from({ length: 8 }, (_, index) => ({
  user: `holder${String(index)}`,
  path: `/etc/ssh/revoked-${String(index)}`,
}));

type Said = "accepted" | "revoked" | "unusable";

interface Tried {
  /** By `keys`: the state of the key, or that sshd refuses all of them. */
  said: Said | undefined;
  isLetIn: boolean;
  /** By ssh-keygen, which knows nothing of other files than lists. */
  judged: string;
}

describeEverySuite("each version of sshd knows other types and sections", (suite) => {
  const lab = useMachine(suite.name);
  let [key, other] = ["", ""];

  beforeAll(async () => {
    key = (await makeKey(lab(), "mine")).split(" ", 2).join(" ");
    other = (await makeKey(lab(), "other")).split(" ", 2).join(" ");
    await lab().must("cd /root/keys && ssh-keygen -q -N '' -t ed25519 -f ca && ssh-keygen -q -s ca -I x other.pub");
    for (const { user } of places) await addAccount(lab(), user, "/bin/sh");
    await lab().must(places.map(({ user }) => `echo '${key}' >/home/${user}/.ssh/authorized_keys`).join("; "));
    const blocks = places.map(({ user, path }) => `Match User ${user}\n  RevokedKeys ${path}\n`);
    await lab().must(places.map(({ path }) => `: >${path}`).join("; "));
    await lab().writeFile("/etc/ssh/sshd_config.d/zz-revoked.conf", blocks.join(""));
    await reloadSshd(lab());
  });

  /** @param makes - shell commands, each of which makes the file that "$path" names. */
  async function tryAll(makes: readonly string[]): Promise<Tried[]> {
    const tried: Tried[] = [];
    for (let start = 0; start < makes.length; start += places.length)
      tried.push(...(await trySome(makes.slice(start, start + places.length))));
    return tried;
  }

  async function trySome(makes: readonly string[]): Promise<Tried[]> {
    const used = places.slice(0, makes.length);
    const script = makes.map((make, index) => `path=${used[index]?.path ?? ""}; rm -rf $path; (${make}) || exit\n`);
    expect(await lab().run(["sh", "-s"], { input: script.join("") })).toMatchObject({ exitCode: 0 });
    const [{ keys, findings }, codes, judged] = await Promise.all([
      keysJson(lab(), ["--user", used.map(({ user }) => user).join(",")]),
      logIns(used.map(({ user }) => user)),
      judgements(used.map(({ path }) => path)),
    ]);
    return used.map(({ user, path }, index) => {
      const isUnusable = findings.some((each) => each.id === "revoked-keys-unusable" && each.path === path);
      const state = keys.find((each) => each.user === user)?.state;
      // Of a file that sshd cannot use, no key is accepted.
      expect([path, isUnusable && state !== "revoked"]).toEqual([path, false]);
      return {
        said: isUnusable ? "unusable" : state === "accepted" || state === "revoked" ? state : undefined,
        isLetIn: codes[index] === "0",
        judged: judged[index] ?? "",
      };
    });
  }

  /** All at once. Where sshd waits for the file, nobody is let in either. */
  async function logIns(users: readonly string[]): Promise<string[]> {
    const logins = users.map(
      (user) => `{ timeout 5 ${sshWith("mine", user, "true")} </dev/null; echo $? >/root/code-${user}; } 2>/dev/null &`,
    );
    const codes = users.map((user) => `/root/code-${user}`).join(" ");
    return (await lab().must(`${logins.join("\n")}\nwait; cat ${codes}`)).trim().split("\n");
  }

  async function judgements(paths: readonly string[]): Promise<string[]> {
    const ask = paths.map(
      (path) => `timeout 2 ssh-keygen -Q -f ${path} /root/keys/mine.pub 2>/dev/null | tr '\\n' ' '; echo`,
    );
    const { stdout } = await lab().sh(ask.join("\n"));
    return stdout.split("\n").map((line) => {
      if (line.includes("REVOKED")) return "revoked";
      return line.includes(": ok") ? "accepted" : "unusable";
    });
  }

  const bytes = (content: Buffer | string) => `echo ${Buffer.from(content).toString("base64")} | base64 -d >$path`;

  test("a text", { timeout: 240_000 }, async () => {
    const certificate = (await lab().must("cat /root/keys/other-cert.pub")).trim();
    const texts: [string, Said][] = [
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
    const inUtf16 = Buffer.from(other, "utf16le");
    const tried = await tryAll([...texts.map(([text]) => bytes(text)), bytes(inUtf16)]);
    const expected = [...texts, ["in UTF-16", "unusable"] as const];
    expect(tried.map(({ said, isLetIn }, index) => [expected[index]?.[0], said, isLetIn])).toEqual(
      expected.map(([text, said]) => [text, said, said === "accepted"]),
    );
  });

  test("what is no text", { timeout: 240_000 }, async () => {
    const kinds: [string, Said][] = [
      ["mkdir $path", "unusable"],
      ["true", "unusable"],
      ["mkfifo $path", "unusable"],
      ["ln -s /nowhere $path", "unusable"],
      ['ln -s "$(basename $path)" $path', "unusable"],
      ["ln -s /dev/null $path", "accepted"],
      ["truncate -s 200M $path", "unusable"],
      ["head -c 100000 /dev/urandom >$path", "unusable"],
      [`echo '${other}' >$path; chmod 0 $path`, "accepted"],
      [`echo '${other}' >/etc/ssh/real; ln -s real $path`, "accepted"],
    ];
    const tried = await tryAll(kinds.map(([make]) => make));
    expect(tried.map(({ said, isLetIn }, index) => [kinds[index]?.[0], said, isLetIn])).toEqual(
      kinds.map(([make, said]) => [make, said, said === "accepted"]),
    );
  });

  const blobOf = (line: string) => Buffer.from(line.split(" ")[1] ?? "", "base64");
  const hashOf = (algorithm: string, line: string) => createHash(algorithm).update(blobOf(line)).digest();

  test("a list that ssh-keygen makes", { timeout: 180_000 }, async () => {
    const specs: [string, Said][] = [
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
    const make = ([spec]: [string, Said]) =>
      `${spec} >/root/spec; ssh-keygen -q -k -s /root/keys/ca.pub -f $path /root/spec`;
    const tried = await tryAll(specs.map(make));
    expect(tried.map((each, index) => [specs[index]?.[0], each])).toEqual(
      specs.map(([spec, said]) => [spec, { said, judged: said, isLetIn: said === "accepted" }]),
    );
  });

  test("a list that is made by hand, sound or damaged", { timeout: 480_000 }, async () => {
    const named: [string, Buffer][] = [
      ["the key by its SHA1", krl({}, section(3, string(hashOf("sha1", key))))],
      ["the key by its SHA256", krl({}, section(5, string(hashOf("sha256", key))))],
      ["the key itself", krl({}, section(2, string(blobOf(other)), string(blobOf(key))))],
    ];
    const lists = [...named, ...soundLists, ...damagedLists, ...extendedLists];
    const tried = await tryAll(lists.map(([, list]) => bytes(list)));
    expect(tried.map(({ said, isLetIn }, index) => [lists[index]?.[0], said, isLetIn])).toEqual(
      tried.map(({ judged }, index) => [lists[index]?.[0], judged, judged === "accepted"]),
    );
  });
});
