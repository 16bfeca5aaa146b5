/** The collector against `sshctl list` in the same machine, at the same moment, as the same user. */
import { beforeAll, describe, expect, test } from "vitest";
import { assembleSessions } from "../../../src/domain/assemble-sessions.ts";
import { sessionId } from "../../../src/domain/session.ts";
import { FatalError } from "../../../src/errors.ts";
import type { Snapshot } from "../../../src/domain/snapshot.ts";
import type { Facts } from "../../../src/host/host.ts";
import { readSnapshot } from "../../../src/system/procfs/snapshot.ts";
import { readToolsSnapshot } from "../../../src/system/tools/snapshot.ts";
import { lookAt } from "../../../src/system/recorded/recorded-host.ts";
import { startDropbear } from "../machine/dropbear.ts";
import type { Layer } from "../machine/layers.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import { node, sshctl, type Machine, type RunOptions } from "../machine/machine.ts";
import type { MachineProcess } from "../machine/machine-process.ts";
import {
  openCommand,
  openLegacyScp,
  openMaster,
  openReverseTunnel,
  openSftp,
  openShell,
  openSilent,
  openTerminalCommand,
  openTunnel,
  type SshClient,
} from "../machine/ssh-client.ts";
import { listJson, networkListeners, rowOf, withoutClock, type SessionsJson } from "../sessions-json.ts";

const collector = "/opt/sshctl/collector/collect.sh";

const list = `${node} ${sshctl} list -o json --phase any`;

/**
 * What is the same at two looks; a clock moves on, and a terminal may be told anything meanwhile. Looks of sudo are root inside of a
 * session themselves, each in processes of its own.
 */
function lasting(list: SessionsJson) {
  const { sessions, warnings, authenticating } = list;
  return {
    sessions: sessions.map((session) => ({
      ...withoutClock(session),
      rootInside: undefined,
      innerTerminals: undefined,
      hasTimes: [session.idleSeconds, session.quietSeconds].map((seconds) => seconds !== null),
    })),
    // Units of systemd are not recorded, and so not the ways in that only they tell.
    listeners: networkListeners(list).toSorted((a, b) => a.pid - b.pid),
    warnings,
    authenticating,
  };
}

/** The numbers of seconds since somebody typed may differ by those between the looks. */
function expectSame(recorded: SessionsJson, seen: SessionsJson): void {
  expect(lasting(recorded)).toEqual(lasting(seen));
  for (const [index, { idleSeconds, quietSeconds }] of recorded.sessions.entries()) {
    const other = seen.sessions[index];
    expect(Math.abs((idleSeconds ?? 0) - (other?.idleSeconds ?? 0))).toBeLessThan(30);
    expect(Math.abs((quietSeconds ?? 0) - (other?.quietSeconds ?? 0))).toBeLessThan(30);
  }
}

async function show(machine: Machine, folder: string, args = ""): Promise<SessionsJson> {
  return JSON.parse(await machine.must(`${list} ${args} --root ${folder}`)) as SessionsJson;
}

let folders = 0;

/** Collects and lists, one after the other, by a shell of the caller's choice. */
async function both(
  machine: Machine,
  run: (commands: string) => Promise<string>,
  args = "",
): Promise<{ recorded: SessionsJson; seen: SessionsJson }> {
  folders += 1;
  const folder = `/tmp/recording-${String(folders)}`;
  const output = await run(`sh ${collector} ${args} && echo then && ${list} ${args}`);
  const [recording = "", json = ""] = output.split("\nthen\n");
  await machine.writeFile(`${folder}.tsv`, `${recording}\n`);
  await machine.must(`mkdir ${folder} && mv ${folder}.tsv ${folder}/recording.tsv`);
  return { recorded: await show(machine, folder, args), seen: JSON.parse(json) as SessionsJson };
}

/** Beside those that every machine has. */
const awks: Layer = { name: "awks", packages: ["gawk", "original-awk"] };

const ssh = "ssh -i /root/.ssh/id_lab -o BatchMode=yes -o StrictHostKeyChecking=no -o LogLevel=ERROR";

describeEverySuite("processes, titles and sockets of sshd, and the programs that read them", (suite) => {
  const lab = useMachine(suite.name);
  const must = async (commands: string, options?: RunOptions) => lab().must(commands, options);

  describe("with a session of each kind", () => {
    beforeAll(async () => {
      await startDropbear(lab());
      await openShell(lab());
      await openShell(lab(), { host: "::1", port: 2222 });
      await openShell(lab(), { user: "root" });
      for (const user of ["dom.user-x", "alice@corp.example", String.raw`CORP\bob`, "Zoë Smith"])
        await openShell(lab(), { user });
      await openShell(lab(), { port: 2200 });
      await openCommand(lab(), { user: "bob" });
      await openTerminalCommand(lab());
      await openSftp(lab(), { user: "deploy" });
      await openLegacyScp(lab());
      await openTunnel(lab());
      await openReverseTunnel(lab(), "9903:127.0.0.1:22", { user: "root" });
      await openReverseTunnel(lab(), "/tmp/forwarded.sock:127.0.0.1:22");
      await openShell(lab(), { args: ["-A"] });
      await openCommand(lab(), { port: 2200, user: "bob" });
      await openSilent(lab());
      await openSilent(lab(), { port: 2200 });
      const master = await openMaster(lab(), { user: "bob" });
      await openShell(lab(), { user: "bob", over: master });
      await openSftp(lab(), { user: "bob", over: master });
      const busy = await openShell(lab(), { user: "bob" });
      busy.write("echo at-$((1)); printf '%s' $'a\\nb' | sleep 1000\n");
      await busy.waitFor(/at-1/);
    });

    test("shows root the same", async () => {
      const { recorded, seen } = await both(lab(), must);
      expect(seen.sessions.length).toBeGreaterThan(15);
      expectSame(recorded, seen);
      // Nobody looks from inside of a session here, so that this stays as it is, too. What is not recorded of it is null.
      const told = recorded.sessions.filter(({ rootInside }) => rootInside !== null);
      expect(told.length).toBeGreaterThan(recorded.sessions.length / 2);
      const known = new Set(told.map(({ id }) => id));
      const inside = (list: SessionsJson) =>
        list.sessions.flatMap(({ id, rootInside }) => (known.has(id) ? [[id, rootInside]] : []));
      expect(inside(recorded)).toEqual(inside(seen));
    });

    test("shows an ordinary user the same, and what the kernel refuses", async () => {
      const { recorded, seen } = await both(lab(), async (commands) => must(commands, { user: "alice" }));
      // Environments are not recorded, which alone tell ordinary users where they come from.
      const sessions = seen.sessions.map((session) => ({ ...session, peer: null, local: null }));
      expect(sessions.length).toBeGreaterThan(15);
      expectSame({ ...recorded, warnings: [] }, { ...seen, sessions, warnings: [] });
      expect(recorded.warnings.map(({ code }) => code)).toEqual(["needs-root"]);
    });

    test.each([
      ["as root", `${ssh} root@127.0.0.1 sh -s`],
      ["through sudo", `${ssh} alice@127.0.0.1 sudo -n sh -s`],
      ["through a login shell of root's", `${ssh} alice@127.0.0.1 sudo -n -i sh -s`],
      ["through su", `${ssh} alice@127.0.0.1 sudo -n su root -c sh`],
      ["through a restricted login shell", `${ssh} alice@127.0.0.1 sudo -n sh -s`, "usermod -s /bin/rbash alice"],
    ])("marks its own session, %s", async (_, command, before = ":") => {
      await lab().must(before);
      const { recorded, seen } = await both(lab(), async (commands) => must(`echo '${commands}' | ${command}`));
      expect(seen.sessions.filter(({ self }) => self === true)).toHaveLength(1);
      expectSame(recorded, seen);
    });

    test("records for the other source, too", async () => {
      const recording = await lab().must(`sh ${collector} --with-tools`);
      const read = async (snapshotOf: (facts: Facts) => Snapshot | Promise<Snapshot>) =>
        lookAt("recording", recording, async (facts) => {
          const { sessions } = assembleSessions(await snapshotOf(facts));
          return sessions
            .map(({ pid, phase, user, kind, ttys, peer }) => ({ pid, phase, user, kind, ttys, peer }))
            .toSorted((a, b) => a.pid - b.pid);
        });
      expect(await read(readToolsSnapshot)).toEqual(await read(readSnapshot));
    });

    test("shows how users logged in", async () => {
      const { recorded, seen } = await both(lab(), must, "--auth");
      expect(seen.sessions.filter(({ auth }) => auth?.fingerprint !== null).length).toBeGreaterThan(10);
      const withoutComments = (from: SessionsJson) => ({
        ...from,
        warnings: from.warnings.filter(({ code }) => code !== "key-comments-not-recorded"),
        sessions: from.sessions.map((session) => ({
          ...session,
          auth: session.auth && { ...session.auth, comment: null },
        })),
      });
      expectSame(withoutComments(recorded), withoutComments(seen));
    });
  });

  describe("while sessions come and go", () => {
    const lab = useMachine(suite.name);
    const known = new Map<SshClient, string>();
    const loops: MachineProcess[] = [];

    beforeAll(async () => {
      const lasting = [
        await openShell(lab()),
        await openShell(lab(), { user: "root" }),
        await openCommand(lab(), { user: "bob" }),
        await openTunnel(lab()),
      ];
      const seen = await listJson(lab());
      for (const client of lasting) known.set(client, rowOf(seen, client).id);
      // Every short session tells its own port, so that rows can be held against what really was.
      const loop = `while [ ! -e /tmp/stop ]; do ${ssh} $0@127.0.0.1 "set -- \\$SSH_CONNECTION; echo \\$2; sleep $1"; done`;
      const lives = [
        ["bob", "0"],
        ["bob", "0.1"],
        ["root", "0"],
        ["alice", "0.05"],
      ];
      for (const life of lives) loops.push(await lab().spawn(["sh", "-c", loop, ...life]));
    });

    /** Whether the text is a whole recording; then it has to show all that was there all the time. */
    async function isWhole(text: string, ports: Set<number>): Promise<boolean> {
      if (!text.endsWith("\nend\n")) return false;
      const { sessions } = await lookAt("recording", text, async (machine) =>
        Promise.resolve(assembleSessions(readSnapshot(machine))),
      );
      const ids = sessions.map(({ identity }) => sessionId(identity));
      expect(new Set(ids).size).toBe(ids.length);
      for (const [client, id] of known)
        expect(sessions.find(({ peer }) => peer?.port === client.local.port)).toMatchObject({
          identity: { pid: Number.parseInt(id, 10) },
          kind: expect.any(String),
        });
      for (const { peer, user, phase } of sessions) {
        expect({ peer: peer?.address, user: user ?? phase }).toEqual({
          peer: "127.0.0.1",
          user: expect.stringMatching(/^(?:alice|bob|root|authenticating)$/),
        });
        if (peer !== undefined) ports.add(peer.port);
      }
      return true;
    }

    function ifRefused(error: unknown): false {
      if (!(error instanceof FatalError)) throw error;
      return false;
    }

    test("writes whole recordings, without phantoms", async () => {
      const ports = new Set<number>();
      for (let round = 0; round < 60 || ports.size <= known.size; round += 1)
        expect(await isWhole(await lab().must(`sh ${collector}`), ports)).toBe(true);
      await lab().must("touch /tmp/stop");
      await Promise.all(loops.map(async ({ exited }) => exited));
      const real = new Set(loops.flatMap(({ stdout }) => stdout.split("\n").map(Number)));
      for (const { local } of known.keys()) real.add(local.port);
      expect([...ports].filter((port) => !real.has(port))).toEqual([]);
    }, 120_000);

    test("writes no end where one of its programs was killed", async () => {
      // One after the other, as they are started: whatever is below the script at that moment.
      const shoot = [
        `setsid sh ${collector} >/tmp/shot 2>/dev/null & script=$!`,
        'n=0; while [ $n -lt "$0" ] && kill -0 $script 2>/dev/null; do n=$((n + 1)); done',
        "set -- $(pgrep -s $script | grep -vx $script); [ $# -eq 0 ] || { shift $(($0 % $#)); kill -KILL $1; }",
        "wait $script; cat /tmp/shot",
      ].join("\n");
      let cut = 0;
      for (let round = 0; round < 80; round += 1) {
        const { stdout } = await lab().run(["bash", "-c", shoot, String(round * 25)]);
        // What a reader refuses is cut, too.
        if (!(await isWhole(stdout, new Set()).catch(ifRefused))) cut += 1;
      }
      expect(cut).toBeGreaterThan(5);
    }, 120_000);
  });

  test("is as short and complete as ever, whatever a user starts", async () => {
    const { user, attack } = { user: "dom.user-x", attack: await openShell(lab(), { user: "dom.user-x" }) };
    await lab().must("mkdir -p /tmp/fake && cp /bin/sleep /tmp/fake/sshd && cp /bin/sleep /tmp/fake/sshd-session");
    const before = await lab().must(`sh ${collector}`);
    const starts = [
      "ulimit -n 4096; long=$(printf '%4000s' x | tr ' ' x)",
      'for i in $(seq 200); do sleep 1000 "$long" & done',
      "for i in $(seq 200); do /tmp/fake/sshd 1000 & /tmp/fake/sshd-session 1000 & done",
      // More open files than a server has, under the name of one.
      `(eval "exec $(seq -f '%.0f</dev/null' -s ' ' 10 3000)"; exec /tmp/fake/sshd-session 1000) &`,
    ];
    await attack.ask(`{ ${starts.join("; ")} } 2>/dev/null; true`, { timeoutMs: 60_000 });
    const { recorded, seen } = await both(lab(), must);
    const others = (list: SessionsJson) => ({
      ...list,
      warnings: [],
      sessions: list.sessions.filter((s) => s.user !== user),
    });
    expectSame(others(recorded), others(seen));
    expect(recorded.sessions).toHaveLength(seen.sessions.length);
    const codes = (list: SessionsJson) => list.warnings.map(({ code }) => code);
    expect(codes(recorded)).toEqual([...codes(seen), "not-recorded"]);
    expect((await lab().must(`sh ${collector}`)).length - before.length).toBeLessThan(400_000);
    await attack.end();
  }, 120_000);

  describe("with other programs", () => {
    const lab = useMachine(suite.name, { layers: [awks] });
    let expected = "";

    beforeAll(async () => {
      await startDropbear(lab());
      const shell = await openShell(lab());
      await openShell(lab(), { user: "Zoë Smith", args: ["-A"] });
      await openTunnel(lab(), { user: "root" });
      await openShell(lab(), { port: 2200, user: "bob" });
      await openSilent(lab());
      // Names and arguments that look like what the collector reads.
      await shell.ask(`${hostile} true`);
      expected = comparable(await collectWith("/bin/dash", "/usr/bin/mawk"));
      expect(expected).not.toContain("forged");
    });

    async function collectWith(shell: string, awk: string): Promise<string> {
      const links = `ln -sf ${awk} /usr/bin/awk && ln -sf ${shell} /tmp/sh`;
      return lab().must(`${links} && exec /tmp/sh -s -- --nonce abc <${collector}`);
    }

    const shells = ["dash", "bash", "mksh", "zsh", "busybox"];
    const awkNames = ["mawk", "gawk", "original-awk", "busybox"];
    test.each(shells.flatMap((shell) => awkNames.map((awk) => [shell, awk] as const)))(
      "writes the same by %s and %s",
      async (shell, awk) => {
        expect(comparable(await collectWith(`/bin/${shell}`, `/usr/bin/${awk}`))).toBe(expected);
      },
    );

    test("writes the same by all of busybox", async () => {
      // Only busybox is in the way of the script, whose PATH is its own.
      const only = [
        "mkdir -p /tmp/only && cp /bin/busybox /tmp/only && /tmp/only/busybox --install -s /tmp/only",
        "for folder in bin sbin; do /tmp/only/busybox mount --bind /tmp/only /usr/$folder; done",
        `exec /bin/busybox sh -s -- --nonce abc <${collector}`,
      ];
      const { stdout, stderr } = await lab().run(["unshare", "--mount", "/bin/sh", "-c", only.join(" && ")]);
      expect(stderr).toBe("");
      expect(comparable(stdout)).toBe(expected);
    });
  });
});

/** A process whose name looks like the start of another row of stat, and one whose argument looks like the next file of head. */
const hostile = [
  String.raw`cp /bin/sleep "$(printf '/tmp/a) S 1\n9 (b')"; (exec "$(printf '/tmp/a) S 1\n9 (b')" 1000) & `,
  String.raw`(exec -a "$(printf 'x\n==> /proc/%s/cmdline <==\nforged' $$)" sleep 1000) & `,
  String.raw`(exec -a "$(printf 'tab\there\\and\001')" sleep 1000) & `,
].join("");

/** Without what differs between two looks: the clock, who is at work right now, and the collector's own process. */
function comparable(recording: string): string {
  expect(recording).toMatch(/^recording\t2\tabc\n[^]*\nend\tabc\n$/);
  const observer = /^observer\t(\d+)$/m.exec(recording)?.[1] ?? "";
  return recording
    .split("\n")
    .filter((line) => !/^(?:taken-at|observer|times)\t|^text\t\/proc\/uptime/.test(line))
    .filter((line) => !line.includes(`/proc/${observer}/`))
    .map((line) => line.replace(/(\/stat\t\d+ \(.*\)) [RSD] /, "$1 S "))
    .toSorted()
    .join("\n");
}
