/**
 * What every command says, word for word: a change that is not meant shows here. `npx vitest run --project unit -u test/golden`
 * writes the files anew; the difference is then read, not only committed.
 */
import { describe, expect, test } from "vitest";
import { localSource } from "../../src/domain/report-request.ts";
import { recordedHosts } from "../contract/recorded-hosts.ts";
import { patient } from "../helpers/doctor-host.ts";
import { sshctl, type Outcome, type World } from "../helpers/run-cli.ts";
import { session } from "../helpers/sessions.ts";
import { fakeHost } from "../helpers/fake-host.ts";
import { onRecordedHost, type Reading } from "./recorded-world.ts";

const folder = "../fixtures/golden/";

/** As somebody sees it who runs it. */
function transcript(args: readonly string[], { exitCode, out, err }: Outcome): string {
  const told = (stream: string, text: string) =>
    text === "" ? "" : `[${stream}]\n${text}${text.endsWith("\n") ? "" : "\\\n"}`;
  return `$ sshctl ${args.join(" ")}\n${told("stdout", out)}${told("stderr", err)}[exit code ${String(exitCode)}]\n\n`;
}

const lists = [
  ["list"],
  ["list", "-o", "wide"],
  ["list", "--json"],
  ["list", "-o", "ndjson"],
  ["list", "-o", "csv"],
  ["list", "-q"],
  ["list", "--full-command", "--no-trunc", "--no-headers"],
  ["list", "--columns", "session,pid,user,forwards,selfproof"],
  ["list", "--kind", "shell,sftp", "--sort", "user"],
  ["list", "--idle", "1h", "--not-user", "root"],
  ["list", "--phase", "authenticating"],
  ["count"],
  ["count", "--by", "user"],
  ["count", "--by", "kind", "--json"],
  ["count", "--by", "from", "-o", "csv"],
  ["kill-all", "--dry-run"],
  ["kill-all", "--dry-run", "--json"],
  ["kill-all", "--dry-run", "--signal", "KILL", "--backend", "pkill", "--user", "alice"],
  ["kill-all", "--dry-run", "--everything", "--not-user", "root"],
];

function ofSession(pid: number): string[][] {
  return [
    ["show", String(pid)],
    ["show", String(pid), "--json"],
    ["kill", String(pid), "--dry-run"],
    ["kill", String(pid), "--dry-run", "--json"],
  ];
}

async function onTerminal(args: readonly string[], reading: Reading, width: number | undefined): Promise<Outcome> {
  return sshctl(args, { reading, ...(width === undefined ? {} : { width }) });
}

describe.each(recordedHosts)("%s", (name) => {
  test("says what it said", async () => {
    const text = await onRecordedHost(name, async (reading) => {
      const { sessions } = await (await reading.reports()).read({ ...localSource, logins: false });
      const lines = [
        ...lists,
        ...sessions
          .map(({ pid }) => pid)
          .toSorted((a, b) => a - b)
          .flatMap(ofSession),
      ];
      let all = "";
      for (const args of lines) all += transcript(args, await onTerminal(args, reading, undefined));
      for (const args of [["list"], ["list", "-o", "wide"], ["count", "--by", "user"]])
        for (const width of [80, 160])
          all += `(${String(width)} columns)\n${transcript(args, await onTerminal(args, reading, width))}`;
      return all;
    });
    await expect(text).toMatchFileSnapshot(`${folder}${name}.txt`);
  });
});

const ed = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const sha256 = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8";
const keyTexts = {
  "/etc/shadow": "bob:$y$x:1::::::\n",
  "/root/.ssh/authorized_keys": `${ed.replace("B1Ea", "B1Eb")} root@vault\n`,
  "/home/alice/.ssh/authorized_keys": `# mine\n${ed} alice@laptop\nnonsense\n`,
  "/home/bob/.ssh/authorized_keys": `from="10.0.0.0/8",restrict,command="/bin/backup" ${ed} b\n`,
};

/** Commands that look at more than sessions, on machines in memory. */
const made: readonly (readonly [name: string, world: () => World, lines: readonly (readonly string[])[]])[] = [
  [
    "keys",
    () => ({
      host: fakeHost({ sshd: "", texts: keyTexts }),
      sessions: [session()],
    }),
    [
      ["keys"],
      ["keys", "-o", "wide"],
      ["keys", "--json"],
      ["keys", "-o", "csv"],
      ["keys", "--findings"],
      ["keys", "--user", "alice"],
      ["keys", "--unused", "90d"],
      ["keys", "show", sha256],
      ["keys", "show", sha256, "--json"],
      ["keys", "show", "SHA256:nothing"],
      ["keys", "revoke", sha256, "--dry-run"],
      ["keys", "revoke", sha256, "--dry-run", "--json"],
      ["keys", "revoke", sha256],
    ],
  ],
  [
    "timeout",
    () => ({
      host: fakeHost({
        texts: { "/etc/profile.d/tmout.sh": "TMOUT=900\nreadonly TMOUT\nexport TMOUT\n" },
      }),
    }),
    [
      ["timeout", "show"],
      ["timeout", "show", "--json"],
      ["timeout", "show", "--user", "alice"],
      ["timeout", "show", "--user", "nobody-here"],
      ["timeout", "set", "180", "--global", "--dry-run"],
      ["timeout", "set", "15m", "--user", "alice", "--dry-run"],
      ["timeout", "set", "15m", "--user", "carol,erin", "--json"],
      ["timeout", "set", "180", "--global"],
      ["timeout", "unset", "--global"],
      ["timeout", "set", "0"],
      ["timeout", "set", "abc"],
    ],
  ],
  ["doctor", () => patient(), [["doctor"], ["doctor", "--json"]]],
];

describe.each(made)("%s", (name, world, lines) => {
  test("says what it said", async () => {
    let all = "";
    for (const args of lines) all += transcript(args, await sshctl(args, world()));
    for (const args of lines.slice(0, 2))
      all += `(100 columns)\n${transcript(args, await sshctl(args, { ...world(), width: 100 }))}`;
    await expect(all).toMatchFileSnapshot(`${folder}${name}.txt`);
  });
});

/** One file for each, so that changes of two commands touch two files. */
const usage: readonly (readonly string[])[] = [
  [],
  ["--help"],
  ["help", "list"],
  ["help", "count"],
  ["help", "history"],
  ["help", "access"],
  ["help", "lock"],
  ["help", "unlock"],
  ["help", "locks"],
  ["help", "message"],
  ["help", "changes"],
  ["help", "undo"],
  ["help", "show"],
  ["help", "kill"],
  ["help", "kill-all"],
  ["help", "watch"],
  ["help", "keys"],
  ["help", "keys", "show"],
  ["help", "keys", "revoke"],
  ["help", "timeout"],
  ["help", "timeout", "set"],
  ["help", "timeout", "unset"],
  ["help", "timeout", "show"],
  ["help", "doctor"],
  ["help", "completion"],
  ["completion", "bash"],
  ["completion", "zsh"],
  ["completion", "fish"],
  ["nonsense"],
  ["list", "--nonsense"],
  ["list", "--idle", "x"],
  ["list", "surplus"],
  ["kill"],
  ["kill", "0"],
  ["kill-all", "--signal", "STOP"],
  ["show", "nobody"],
  ["list", "--root", "/nowhere"],
];

describe("usage", () => {
  test.each(usage.map((args) => [args.join(" "), args] as const))("%s", async (line, args) => {
    const outcome = await sshctl(args, { sessions: [session()] });
    const words = line.match(/[\w]+/g)?.join("-");
    await expect(transcript(args, outcome)).toMatchFileSnapshot(`${folder}usage/${words ?? "none"}.txt`);
  });
});
