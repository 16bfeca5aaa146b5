/** What `keys` says of a line is what sshd does with it: every line is written, a real login tried, and both are compared. */
import { beforeAll, expect, test } from "vitest";
import { lineCases, type LineCase, type LineKeys } from "./key-lines.ts";
import { canLogIn, fingerprintOf, keysJson, makeKey } from "./keys-json.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import type { Machine } from "../machine/machine.ts";
import { addAccount } from "../timeout/timeout-accounts.ts";
import { reloadSshd } from "../reload-sshd.ts";

const folder = "/root/lines";
const dropIn = "/etc/ssh/sshd_config.d/zz-lines.conf";

/** Who tries lines beside each other; fewer than MaxStartups lets log in at once. */
const triers = Array.from({ length: 6 }, (_, index) => `trier${String(index)}`);

/** Of each trier one after the other, in one shell: the login is what takes the time. */
const tryAll = `
options="-F none -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ControlPath=none"
for user in ${triers.join(" ")}; do
  while read -r number key; do
    sed -n "\${number}p" ${folder}/all >/home/$user/.ssh/authorized_keys
    ssh $options -i "/root/keys/$key" $user@127.0.0.1 true </dev/null >/dev/null 2>&1
    echo "$number $?"
  done <${folder}/keys-$user >${folder}/codes-$user &
done
wait
sort -n ${folder}/codes-*
`;

/** ssh(1) ends with 255 where it was not let in. */
async function logIns(machine: Machine, cases: readonly LineCase[]): Promise<boolean[]> {
  await machine.must(`mkdir -p ${folder}`);
  const isIn: boolean[] = [];
  for (let start = 0; start < cases.length; start += atOnce) {
    const some = cases.slice(start, start + atOnce);
    await machine.writeFile(`${folder}/all`, `${some.map(({ line }) => line).join("\n")}\n`);
    for (const [turn, user] of triers.entries()) {
      const own = some.flatMap(({ key }, index) =>
        index % triers.length === turn ? `${String(index + 1)} ${key}\n` : [],
      );
      await machine.writeFile(`${folder}/keys-${user}`, own.join(""));
    }
    const codes = (await machine.must(tryAll, { timeoutMs: 60_000 })).trim().split("\n");
    isIn.push(...codes.map((code) => !code.endsWith(" 255")));
  }
  return isIn;
}

/** No single command takes long, even on a busy machine. */
const atOnce = 10 * triers.length;

describeEverySuite("each version of sshd has rules of its own for a line", (suite) => {
  const lab = useMachine(suite.name);

  beforeAll(async () => {
    for (const user of triers) await addAccount(lab(), user, "/bin/sh");
  });

  const pair = async (name: string, kind: string) => (await makeKey(lab(), name, kind)).split(" ", 2).join(" ");

  test("of each line that can be written", { timeout: 600_000 }, async () => {
    const keys: LineKeys = {
      line: await pair("line", "-t ed25519"),
      rsa: await pair("rsa", "-t rsa"),
      ec: await pair("ec", "-t ecdsa"),
    };
    const cases = lineCases(keys);
    expect(cases.length).toBeGreaterThan(150);
    const file = "/home/carol/.ssh/authorized_keys";
    await lab().writeFile(file, `${cases.map(({ line }) => line).join("\n")}\n`, "600");
    await lab().must(`chown carol: ${file}`);
    const listed = (await keysJson(lab(), ["--user", "carol"])).keys;
    const accepted = new Set(
      listed.filter(({ state, certAuthority }) => state === "accepted" && !certAuthority).map(({ line }) => line),
    );
    const said = cases.map(({ line }, index) => ({ line: line.slice(0, 200), accepted: accepted.has(index + 1) }));
    const done = await logIns(lab(), cases);
    expect(said).toEqual(cases.map(({ line }, index) => ({ line: line.slice(0, 200), accepted: done[index] })));
  });

  test("of certificates, by the options of their authority", { timeout: 180_000 }, async () => {
    const ca = await pair("ca", "-t ed25519");
    await makeKey(lab(), "cert");
    const users = ["alice", ...triers];
    await lab().must(`cd /root/keys && ssh-keygen -q -s ca -I 'an id' -n ${users.join(",")} cert.pub`);
    const before = [
      "cert-authority",
      'cert-authority,principals="alice"',
      'principals="bob,alice",cert-authority',
      'cert-authority,principals=""',
      'cert-authority,from="10.0.0.0/33"',
      'cert-authority,tunnel="x"',
      "no-cert-authority",
    ];
    expect(users).toHaveLength(before.length);
    for (const [index, user] of users.entries())
      await lab().writeFile(`/home/${user}/.ssh/authorized_keys`, `${before[index] ?? ""} ${ca}\n`, "600");
    const [{ keys }, ...isIn] = await Promise.all([
      keysJson(lab(), ["--user", users.join(",")]),
      ...users.map(async (user) => canLogIn(lab(), "cert", user)),
    ]);
    const isTrusted = users.map((user) =>
      keys.some((each) => each.user === user && each.state === "accepted" && each.certAuthority),
    );
    expect(before.map((options, index) => [options, isTrusted[index]])).toEqual(
      before.map((options, index) => [options, isIn[index]]),
    );
  });

  test("of root's keys, whatever PermitRootLogin says", { timeout: 180_000 }, async () => {
    const names = ["plain", "forced", "restricted"];
    const [plain = "", forced = "", restricted = ""] = await Promise.all(
      names.map(async (name) => pair(name, "-t ed25519")),
    );
    const path = "/root/.ssh/authorized_keys";
    await lab().must(`cp -a ${path} /root/authorized_keys.old`);
    await lab().writeFile(path, `${plain}\ncommand="true" ${forced}\nrestrict ${restricted}\n`, "600");
    for (const setting of ["yes", "no", "prohibit-password", "without-password", "forced-commands-only"]) {
      await lab().must(`echo 'PermitRootLogin ${setting}' >/etc/ssh/sshd_config.d/00-root.conf`);
      await reloadSshd(lab());
      const [{ keys }, ...isIn] = await Promise.all([
        keysJson(lab(), ["--user", "root"]),
        ...names.map(async (name) => canLogIn(lab(), name, "root")),
      ]);
      expect([setting, keys.map(({ state }) => state)]).toEqual([
        setting,
        isIn.map((each) => (each ? "accepted" : "root")),
      ]);
    }
    await lab().must(`mv /root/authorized_keys.old ${path}; rm /etc/ssh/sshd_config.d/00-root.conf`);
    await reloadSshd(lab());
  });

  test("a line that sshd ignores is not root's last way in", async () => {
    const key = await pair("real", "-t ed25519");
    const other = await pair("ignored", "-t ed25519");
    const path = "/root/.ssh/authorized_keys";
    await lab().must(`cp -a ${path} /root/authorized_keys.old`);
    await lab().writeFile(path, `${key}\npermitopen="localhost" ${other}\n`, "600");
    const fingerprint = await fingerprintOf(lab(), "real");
    const { exitCode, stderr } = await lab().sshctl(["keys", "revoke", fingerprint, "--yes"]);
    expect([exitCode, stderr]).toEqual([6, expect.stringContaining("the last way in for root")]);
    expect(await canLogIn(lab(), "real", "root")).toBe(true);
    await lab().must(`mv /root/authorized_keys.old ${path}`);
  });

  test("with names in from, as UseDNS has it", async () => {
    const key = await pair("names", "-t ed25519");
    await lab().writeFile("/home/alice/.ssh/authorized_keys", `from="localhost" ${key}\n`, "600");
    for (const setting of ["yes", "no"]) {
      await lab().must(`echo 'UseDNS ${setting}' >${dropIn}`);
      await reloadSshd(lab());
      const [listed] = (await keysJson(lab(), ["--user", "alice"])).keys;
      const isIn = await canLogIn(lab(), "names", "alice");
      expect([setting, listed?.state]).toEqual([setting, isIn ? "accepted" : "options"]);
    }
    await lab().must(`rm ${dropIn}`);
    await reloadSshd(lab());
  });
});
