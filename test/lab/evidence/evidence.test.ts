/** Evidence of sessions that do what intruders do, compared with what they have done. */
import { afterEach, expect, test } from "vitest";
import type { EvidenceDocument, EvidenceManifestDocument } from "../../../src/text/json-contract.ts";
import { violationsOf } from "../../helpers/schemas.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import { node, sshctl } from "../machine/machine.ts";
import { openShell, type SshShell } from "../machine/ssh-client.ts";

const tool = `${node} ${sshctl}`;

/** A program that was deleted, files that were deleted, and names that are meant to hurt. */
const intruder = String.raw`
mkdir -p /tmp/evil && cd /tmp/evil
cp /bin/sleep sneak; TOKEN=s3cret ./sneak 1000 &
until [ /proc/$!/exe -ef sneak ]; do sleep 0.05; done; rm sneak
name="$(printf '../../x\n# [y](z)\033[31m')"; name=$(basename "$name")
exec 7<>"./$name"; head -c 70000 /tmp/secret >&7; rm "./$name"
mkfifo fifo; exec 8<>fifo; rm fifo
exec 9<>endless; truncate -s 1T endless; rm endless
echo "$$" >/tmp/intruder.pid
exec sleep 2000
`;

/** A program in memory alone, memfd_create(2). */
const inMemory = String.raw`
my $number = (POSIX::uname())[4] eq "aarch64" ? 279 : 319;
my $name = "ghost"; my $fd = syscall($number, $name, 0);
open(my $from, "<", "/bin/sleep"); open(my $to, ">&=", $fd); binmode $_ for $from, $to;
local $/; print {$to} <$from>; $to->flush;
exec "/proc/self/fd/$fd", "3000";
`;

/** Has very many files open, and calls itself something else all the time. */
const restless = String.raw`
const fs = require("fs");
fs.writeFileSync("/tmp/evil/gone", "gone");
for (let count = 0; count < 10000; count += 1) fs.openSync("/tmp/evil/gone", "r");
fs.unlinkSync("/tmp/evil/gone");
let turn = 0;
setInterval(() => { process.title = "name" + (turn += 1); }, 1);
fs.writeFileSync("/tmp/restless.pid", String(process.pid));
`;

describeEverySuite("what /proc, journald and logind tell differs", (suite) => {
  const lab = useMachine(suite.name);
  const opened: SshShell[] = [];

  async function open(): Promise<SshShell> {
    const shell = await openShell(lab());
    opened.push(shell);
    return shell;
  }

  /** Lets a session start something, and waits until the file is there in which it says its PID. */
  async function start(shell: SshShell, command: string, file: string): Promise<number> {
    shell.write(`${command} &\n`);
    return Number(await lab().must(`until [ -s ${file} ]; do sleep 0.05; done; cat ${file}; rm ${file}`));
  }

  const json = async <T>(path: string) => JSON.parse(await lab().must(`cat ${path}`)) as T;

  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (shell) => shell.end()));
  });

  test("of an intruder everything is kept, byte for byte, and then the session ends", async () => {
    await lab().must("head -c 70000 /dev/urandom >/tmp/secret; chmod 644 /tmp/secret");
    await lab().writeFile("/tmp/intruder.sh", intruder);
    await lab().writeFile("/tmp/ghost.pl", `use POSIX; use IO::Handle;${inMemory}`);
    await lab().writeFile("/tmp/restless.js", restless);
    await lab().must("mkdir -p /var/spool/cron/crontabs; echo '* * * * * evil' >/var/spool/cron/crontabs/alice");
    const shell = await open();
    const pid = await start(shell, "bash /tmp/intruder.sh", "/tmp/intruder.pid");
    const many = await start(shell, `${node} /tmp/restless.js`, "/tmp/restless.pid");
    shell.write("perl /tmp/ghost.pl &\n");
    const ghost = Number(await lab().must("until pgrep -xf '/proc/self/fd/[0-9]* 3000'; do sleep 0.05; done"));
    const args = ["kill-all", "--user", "alice", "--yes", "--everything", "--reason", "CHG-1", "-o", "json"];
    const { exitCode, stdout, stderr } = await lab().sshctl([...args, "--evidence", "/root/case"]);
    expect(stderr).toContain("secrets and personal data");
    expect(exitCode).toBe(0);
    expect(await shell.exited).toBe(255);

    const manifestSha = (await lab().must("sha256sum /root/case/manifest.json")).slice(0, 64);
    expect(stderr).toContain(manifestSha);
    expect(JSON.parse(stdout)).toMatchObject({ evidence: { place: "/root/case", manifestSha256: manifestSha } });
    expect(await lab().must("journalctl -t sshctl -o cat | grep 'act=.evidence'")).toContain(manifestSha);
    await lab().must("cd /root/case && sha256sum --status --strict -c SHA256SUMS");
    const manifest = await json<EvidenceManifestDocument>("/root/case/manifest.json");
    expect(violationsOf("evidence-manifest-1", manifest)).toEqual([]);
    const listed = manifest.files.map(({ file }) => file).toSorted();
    const found = await lab().must(
      "cd /root/case && find . -type f ! -name manifest.json -printf '%P\\n' | LC_ALL=C sort",
    );
    expect(listed).toEqual(found.trim().split("\n"));
    expect(listed.every((name) => /^[a-zA-Z0-9/.-]+$/.test(name))).toBe(true);
    const modes = await lab().must("find /root/case -printf '%y %m %U\\n' | sort -u");
    expect(modes).toBe("d 700 0\nf 600 0\n");

    const evidence = await json<EvidenceDocument>("/root/case/evidence.json");
    expect(violationsOf("evidence-1", evidence)).toEqual([]);
    const of = (wanted: number) => evidence.processes.find((each) => each.pid === wanted);
    const sneak = evidence.processes.find(({ executable }) => executable?.path === "/tmp/evil/sneak (deleted)");
    await lab().must(`cmp /root/case/${String(sneak?.executable?.kept?.file)} /bin/sleep`);
    expect(await lab().must(`cat /root/case/processes/${String(sneak?.pid)}/environ`)).toContain("TOKEN=s3cret\0");
    await lab().must(`cmp /root/case/${String(of(ghost)?.executable?.kept?.file)} /bin/sleep`);
    const [secret, fifo, endless] = [7, 8, 9].map((fd) => of(pid)?.openFiles?.find((file) => file.fd === fd));
    expect(secret).toMatchObject({ deleted: true, position: 70_000 });
    expect(secret?.link).toContain("\n# [y](z)\u001B[31m");
    await lab().must(`cmp /root/case/${String(secret?.kept?.file)} /tmp/secret`);
    expect(fifo).toMatchObject({ deleted: true, kept: null });
    expect(endless?.kept).toMatchObject({ bytes: 268_435_456 });
    expect(of(pid)?.openFiles?.find(({ fd }) => fd === 255)).toBeUndefined();
    expect(of(many)?.openFiles?.filter(({ link }) => link === "/tmp/evil/gone (deleted)")).toHaveLength(10_000);
    expect(of(many)).toMatchObject({ complete: true });
    const gaps = manifest.gaps.join("\n");
    expect(gaps).toContain("it is a FIFO");
    expect(gaps).toContain("of which the first 268435456 were kept");

    expect(evidence.accounts).toMatchObject([{ user: "alice", crontab: { kept: { bytes: 15 } } }]);
    const [session] = evidence.sessions;
    expect(session?.authorizedKeys).toMatchObject([{ path: "/home/alice/.ssh/authorized_keys", line: 1 }]);
    expect(session?.details.session.peer).toEqual(shell.local);
    expect(await lab().must(`cat /root/case/${String(session?.journal?.file)}`)).toContain(
      "Accepted publickey for alice",
    );
    const sockets = evidence.processes.flatMap((process) => process.sockets);
    expect(sockets.find(({ protocol }) => protocol === "tcp")).toMatchObject({ peer: shell.local, listens: false });
    const summary = await lab().must("cat /root/case/summary.md");
    expect(summary).toMatch(/^ {4}.*\\n# \[y\]\(z\)\\x1b\[31m \(deleted\) \(file 7\): processes\/\d+\/fd-7$/m);
    await lab().must("rm -r /root/case");
  });

  test("a tar goes elsewhere, with memory, and nothing is written here", async () => {
    const shell = await open();
    await shell.ask("word=$(printf 'remember%s' 4711)");
    const before = await lab().must("find / -xdev -newer /proc/1 -name 'evidence*'");
    const line = `${tool} kill-all --user alice --yes --evidence - --memory 2>/tmp/said | tar -x -C /tmp -f - && cat /tmp/said`;
    const said = await lab().must(line);
    expect(said).toContain("ended by TERM");
    expect(await shell.exited).toBe(255);
    const folder = (await lab().must("echo /tmp/evidence-*")).trim();
    await lab().must(`cd ${folder} && sha256sum --status --strict -c SHA256SUMS`);
    expect(said).toContain((await lab().must(`sha256sum ${folder}/manifest.json`)).slice(0, 64));
    expect((await lab().must(`stat -c '%a' ${folder} ${folder}/processes`)).trim()).toBe("700\n700");
    await lab().must(`grep -l remember4711 ${folder}/processes/*/memory`);
    await lab().must(`rm -r ${folder}`);
    expect(await lab().must("find / -xdev -newer /proc/1 -name 'evidence*'")).toBe(before);
  });

  test("of a session that is frozen, evidence is taken while it stands still, and it can be ended then", async () => {
    const shell = await open();
    const pid = (await shell.ask("echo pid=$$")).replace(/^[^]*?pid=(\d+)[^]*$/, "$1");
    const freeze = ["freeze", pid, "--for", "1h", "--then", "thaw", "--yes", "-o", "json"];
    const { exitCode, stdout, stderr } = await lab().sshctl([...freeze, "--evidence", "/root/frozen"]);
    expect(stderr).toContain("secrets and personal data");
    expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      outcome: "frozen",
      evidence: { place: "/root/frozen", gaps: [] },
    });
    await lab().must("cd /root/frozen && sha256sum --status --strict -c SHA256SUMS");
    const evidence = await json<EvidenceDocument>("/root/frozen/evidence.json");
    expect(evidence).toMatchObject({ command: "freeze" });
    expect(evidence.processes.map((process) => process.pid)).toContain(Number(pid));
    expect(evidence.sessions[0]?.details.session.peer).toEqual(shell.local);
    const again = await lab().sshctl([...freeze, "--evidence", "/root/frozen"]);
    expect(again).toMatchObject({ exitCode: 2, stdout: "" });
    expect((await lab().sshctl(["kill", pid, "--everything", "--yes"])).exitCode).toBe(0);
    expect(await shell.exited).toBe(255);
    await lab().must("rm -r /root/frozen");
  });

  test("where evidence cannot be written, nothing is cut", async () => {
    const shell = await open();
    await lab().must("mkdir -p /mnt/small /mnt/few && mount -t tmpfs -o size=64k none /mnt/small");
    await lab().must("mount -t tmpfs -o size=64m,nr_inodes=8 none /mnt/few");
    const attempt = async (place: string) =>
      lab().sshctl(["kill-all", "--user", "alice", "--yes", "--evidence", place]);
    const small = await attempt("/mnt/small/case");
    expect(small).toMatchObject({ exitCode: 3, stdout: "" });
    expect(small.stderr).toContain("there is room for 64.0 KiB. Nothing was done to the sessions.");
    expect((await lab().must("ls /mnt/small")).trim()).toBe("");
    const few = await attempt("/mnt/few/case");
    expect(few).toMatchObject({ exitCode: 3, stdout: "" });
    expect(few.stderr).toContain("the file system is full. Nothing was done to the sessions.");
    expect(few.stderr).toContain("/mnt/few/case holds what was written before; it is not complete.");
    const taken = await attempt("/mnt/few/case");
    expect(taken).toMatchObject({ exitCode: 2, stdout: "" });
    const unread = await lab().sh(`${tool} kill-all --user alice --yes --evidence - | true`);
    expect(unread.stderr).toContain("Nothing was done to the sessions");
    expect(await shell.ask("echo alive")).toMatch(/^alive$/m);
    await lab().must("umount /mnt/small /mnt/few");
  });
});
