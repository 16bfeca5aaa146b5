/** What `keys` says of a line is what sshd does with it: every line is written, a real login tried, and both are compared. */
import { expect, test } from "vitest";
import { lineCases, type LineCase, type LineKeys } from "./key-lines.ts";
import { canLogIn, fingerprintOf, keysJson, makeKey } from "./keys-json.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import type { Machine } from "../machine/machine.ts";
import { reloadSshd } from "../reload-sshd.ts";

const folder = "/root/lines";
const dropIn = "/etc/ssh/sshd_config.d/zz-lines.conf";

/** One after the other, in one shell: the login is what takes the time. */
const tryAll = `
options="-F none -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ControlPath=none"
number=0
while read -r key; do
  number=$((number + 1))
  sed -n "\${number}p" ${folder}/all >/home/alice/.ssh/authorized_keys
  ssh $options -i "/root/keys/$key" alice@127.0.0.1 true </dev/null >/dev/null 2>&1
  echo $?
done <${folder}/keys
`;

/** ssh(1) ends with 255 where it was not let in. */
async function logIns(machine: Machine, cases: readonly LineCase[]): Promise<boolean[]> {
  await machine.must(`mkdir -p ${folder}`);
  const isIn: boolean[] = [];
  for (let start = 0; start < cases.length; start += atOnce) {
    const some = cases.slice(start, start + atOnce);
    await machine.writeFile(`${folder}/all`, `${some.map(({ line }) => line).join("\n")}\n`);
    await machine.writeFile(`${folder}/keys`, `${some.map(({ key }) => key).join("\n")}\n`);
    const codes = (await machine.must(tryAll, { timeoutMs: 60_000 })).trim().split("\n");
    isIn.push(...codes.map((code) => code !== "255"));
  }
  return isIn;
}

/** No single command takes long, even on a busy machine. */
const atOnce = 10;

describeEverySuite("each version of sshd has rules of its own for a line", (suite) => {
  const lab = useMachine(suite.name);

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
    await lab().must("cd /root/keys && ssh-keygen -q -s ca -I 'an id' -n alice cert.pub");
    const before = [
      "cert-authority",
      'cert-authority,principals="alice"',
      'principals="bob,alice",cert-authority',
      'cert-authority,principals=""',
      'cert-authority,from="10.0.0.0/33"',
      'cert-authority,tunnel="x"',
      "no-cert-authority",
    ];
    for (const options of before) {
      const [line] = [`${options} ${ca}`];
      await lab().writeFile("/home/alice/.ssh/authorized_keys", `${line}\n`, "600");
      const { keys } = await keysJson(lab(), ["--user", "alice"]);
      const isTrusted = keys.some(({ state, certAuthority }) => state === "accepted" && certAuthority);
      expect([options, isTrusted]).toEqual([options, await canLogIn(lab(), "cert", "alice")]);
    }
  });

  test("of root's keys, whatever PermitRootLogin says", { timeout: 180_000 }, async () => {
    const key = await pair("root", "-t ed25519");
    const path = "/root/.ssh/authorized_keys";
    await lab().must(`cp -a ${path} /root/authorized_keys.old`);
    const lines = [key, `command="true" ${key}`, `restrict ${key}`];
    for (const setting of ["yes", "no", "prohibit-password", "without-password", "forced-commands-only"]) {
      await lab().must(`echo 'PermitRootLogin ${setting}' >/etc/ssh/sshd_config.d/00-root.conf`);
      await reloadSshd(lab());
      for (const line of lines) {
        await lab().writeFile(path, `${line}\n`, "600");
        const [listed] = (await keysJson(lab(), ["--user", "root"])).keys;
        const isIn = await canLogIn(lab(), "root", "root");
        expect([setting, line, listed?.state]).toEqual([setting, line, isIn ? "accepted" : "root"]);
      }
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
