/** A change that is cut off in the middle is listed, and can be undone byte for byte. */
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterEach, beforeAll, expect, test } from "vitest";
import { fingerprintOf, makeKey, sshWith } from "../keys/keys-json.ts";
import { killAt } from "../machine/kill-at.ts";
import { describeEveryNode, useMachine } from "../machine/lab-test.ts";
import { node, sshctl } from "../machine/machine.ts";

const state = "/var/lib/sshctl/changes";
const drop = "/etc/profile.d/sshctl-timeout.sh";

/** The machines have the bundle, which has no command for it. */
async function bundledUndo(): Promise<string> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL("../machine/undo-changes.ts", import.meta.url)),
    platform: "node",
  });
  const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
  return output[0].code;
}

interface Undone {
  undone: { state: string; kind: string }[];
  damaged: string[];
}

describeEveryNode("how Node.js writes files differs; sshd is only asked to read them again", (suite, nodePath) => {
  const lab = useMachine(suite.name, { nodePath });
  let fingerprint = "";

  beforeAll(async () => {
    await lab().writeFile("/opt/kill-at.cjs", killAt);
    await lab().writeFile("/opt/undo.mjs", await bundledUndo());
    await makeKey(lab(), "stolen");
    fingerprint = await fingerprintOf(lab(), "stolen");
    await lab().must("for user in alice bob; do cat /root/keys/stolen.pub >>/home/$user/.ssh/authorized_keys; done");
    await lab().must(
      "chmod 640 /home/bob/.ssh/authorized_keys; umask 077; echo 'umask 22 # \\344' >>/home/alice/.profile",
    );
    await lab().must("mkdir /root/before; cp -a /home/alice/.profile /etc/zsh /root/before/");
  });

  afterEach(async () => {
    await lab().must(
      `rm -rf /var/lib/sshctl /home/alice/.local; rm -f ${drop}; cp -a /root/before/.profile /home/alice/; cp -a /root/before/zsh/. /etc/zsh/`,
    );
  });

  /** A command, what is done before it, and the files that it may touch. */
  const cases: readonly (readonly [string, string, string])[] = [
    ["timeout set 180 --user alice", "true", "/home/alice/.profile"],
    ["timeout unset --global", `run timeout set 180 --global && chmod 640 ${drop}`, `${drop} /etc/zsh/zshrc`],
    ["timeout set 180 --global", "true", `${drop} /etc/zsh/zshrc`],
    ["timeout unset --user alice", "run timeout set 180 --user alice", "/home/alice/.profile"],
    ["keys revoke FINGERPRINT --yes", "true", "/home/alice/.ssh/authorized_keys /home/bob/.ssh/authorized_keys"],
  ];

  const killing = {
    /** What is killed is Node.js, and what stays is the kernel's: the generations of sshd do not differ. */
    cases: suite.hasOwnNode ? (nodePath === node ? cases : cases.slice(0, 1)) : [],
    limitMs: 600_000,
  };

  test.each(killing.cases)(
    "SIGKILL at every step of %s",
    { timeout: killing.limitMs },
    async (words, prepare, files) => {
      const command = words.replace("FINGERPRINT", fingerprint);
      const look = `for file in ${files}; do stat -c '%n %U %G %a' $file; cat $file; done 2>&1 | sha256sum`;
      await lab().must(`run() { ${nodePath} ${sshctl} "$@"; }; ${prepare}`);
      const before = (await lab().must(look)).trim();
      /** How the command ended, whether it had changed anything, and what the records knew of that. */
      const killedAt = async (step: number) => {
        const killed = `KILL_AT=${String(step)} ${nodePath} --require /opt/kill-at.cjs ${sshctl} ${command}`;
        const { stdout } = await lab().sh(
          `rm -rf ${state}; ${killed} >/root/out 2>&1; echo $?; ${look}; ${nodePath} /opt/undo.mjs; ${look}; head -c 2000 /root/out`,
          { timeoutMs: 60_000 },
        );
        const [code, left, undone = "", end, ...said] = stdout.split("\n");
        return { code, said: said.join("\n"), isChanged: left !== before, end, ...(JSON.parse(undone) as Undone) };
      };
      const seen = { planned: 0, changed: 0 };
      let last: Awaited<ReturnType<typeof killedAt>> | undefined;
      for (let step = 1; last === undefined; step += 1) {
        const killed = await killedAt(step);
        const { code, isChanged, undone, damaged, end } = killed;
        expect(
          {
            damaged,
            end,
            isListed: !isChanged || undone.length === 1,
            left: undone.filter(({ kind }) => kind !== "undone"),
          },
          `step ${String(step)}`,
        ).toEqual({ damaged: [], end: before, isListed: true, left: [] });
        seen.planned += undone.filter((each) => each.state === "planned").length;
        seen.changed += isChanged ? 1 : 0;
        if (code !== "137") last = killed;
      }
      expect([last.code, last.undone], last.said).toEqual(["0", [{ state: "done", kind: "undone" }]]);
      expect([seen.planned > 3, seen.changed > 3]).toEqual([true, true]);
      // What one crash left, the next run has cleared away.
      const places = "/home/alice /home/bob /etc/profile.d /etc/zsh /run";
      expect(await lab().must(`find ${places} -name '.*sshctl*' -o -name 'sshctl*lock'`)).toBe("");
    },
  );

  /** While the file that RevokedKeys names is missing, sshd refuses every key of everybody. */
  test.each(killing.cases.length > 1 ? ["--revoked-keys"] : [])(
    "SIGKILL at every step of keys revoke %s keeps nobody else out, and is undone",
    { timeout: killing.limitMs },
    async (option) => {
      const command = `keys revoke ${fingerprint} ${option} --yes`;
      const files = "/home/alice/.ssh/authorized_keys /home/bob/.ssh/authorized_keys";
      const look = `stat -c '%n %U %G %a' ${files}; cat ${files}; ls /etc/ssh/sshd_config.d; grep -v '^#' /etc/ssh/sshctl_revoked_keys 2>/dev/null`;
      const before = await lab().must(`${look}; true`);
      const login = sshWith("../.ssh/id_lab", "alice", "echo in </dev/null");
      const codes: string[] = [];
      for (let step = 1; codes.length === 0 || codes.at(-1) === "137"; step += 1) {
        const killed = `KILL_NAMES=1 KILL_AT=${String(step)} ${nodePath} --require /opt/kill-at.cjs ${sshctl} ${command}`;
        const { stdout } = await lab().sh(
          `rm -rf ${state}; ${killed} >/root/out 2>&1; echo $?; ${login} </dev/null; ${nodePath} /opt/undo.mjs >/dev/null; ${look}`,
          { timeoutMs: 60_000 },
        );
        const [code = "", ...rest] = stdout.split("\n");
        expect([step, rest.join("\n")]).toEqual([step, `in\n${before}`]);
        codes.push(code);
      }
      expect([codes.at(-1), codes.length > 6]).toEqual(["0", true]);
      await lab().must("rm -f /etc/ssh/sshctl_revoked_keys");
    },
  );

  test("records are nobody else's, and a user's own are in the home", async () => {
    const byRoot = await lab().sshctl(["timeout", "set", "180", "--user", "alice", "--json"]);
    const byUser = await lab().sshctl(["timeout", "unset", "--json"], { user: "alice" });
    const idOf = (json: string) => (JSON.parse(json) as { change: string }).change;
    const own = "/home/alice/.local/state/sshctl/changes";
    expect(await lab().must(`stat -c '%n %U %a' ${state} ${state}/* ${own} ${own}/*`)).toBe(
      [
        `${state} root 700`,
        `${state}/${idOf(byRoot.stdout)}-1.before root 600`,
        `${state}/${idOf(byRoot.stdout)}.json root 600`,
        `${own} alice 700`,
        `${own}/${idOf(byUser.stdout)}-1.before alice 600`,
        `${own}/${idOf(byUser.stdout)}.json alice 600`,
        "",
      ].join("\n"),
    );
  });

  test.each([
    ["a read-only file system", `mount -t tmpfs -o ro none /var/lib/sshctl`, "umount /var/lib/sshctl"],
    ["a full file system", `mount -t tmpfs -o nr_inodes=2 none /var/lib/sshctl`, "umount /var/lib/sshctl"],
    ["a folder of somebody else's", "chown alice /var/lib/sshctl", "chown root /var/lib/sshctl"],
    ["a link", "rm -rf /var/lib/sshctl; ln -s /tmp /var/lib/sshctl", "rm /var/lib/sshctl"],
  ])("nothing is changed where the record is to be on %s", async (_, damage, repair) => {
    await lab().must(`mkdir -p /var/lib/sshctl; ${damage}`);
    const before = await lab().must("cat /home/alice/.profile /home/alice/.ssh/authorized_keys");
    for (const command of [
      ["timeout", "set", "180", "--user", "alice"],
      ["keys", "revoke", fingerprint, "--yes"],
    ]) {
      expect(await lab().sshctl(command)).toMatchObject({
        exitCode: 3,
        stdout: "",
        stderr: expect.stringContaining(`The change cannot be recorded in ${state}: `),
      });
    }
    expect(await lab().must("cat /home/alice/.profile /home/alice/.ssh/authorized_keys")).toBe(before);
    await lab().must(repair);
  });
});
