/**
 * What timeout show tells as certain about startup files, and what the shell says when it is asked, against what a real login
 * over SSH has. On every suite: bash, zsh, mksh and ksh93 differ between them, and so do /etc/profile and logind.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { addAccount } from "./timeout-accounts.ts";
import { documentOf } from "../machine/document.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import type { Machine } from "../machine/machine.ts";
import { openShell, type SshClient } from "../machine/ssh-client.ts";
import { within } from "../machine/time-limit.ts";

interface Told {
  seconds: number | null;
  known: boolean;
  readonly: boolean | null;
  exported: boolean | null;
  asked: boolean;
}

interface Case {
  files: Readonly<Record<string, string>>;
  /** By path, in octal. */
  modes?: Readonly<Record<string, string>>;
  user?: string;
  /** What is true is not certain by the files. */
  isUncertain?: boolean;
}

const own = (name: string) => `/home/alice/${name}`;
const dropIn = "/etc/profile.d/50-limit.sh";

const cases: Readonly<Record<string, Case>> = {
  nothing: { files: {} },
  "a drop-in": { files: { [dropIn]: "TMOUT=600\nreadonly TMOUT\nexport TMOUT\n" } },
  "a drop-in that only root may read": { files: { [dropIn]: "TMOUT=600\n" }, modes: { [dropIn]: "600" } },
  "a drop-in in Latin-1, with CRLF": { files: { [dropIn]: "# caf\\xe9\r\nTMOUT=600\r\n" } },
  "a drop-in of another name": {
    files: { "/etc/profile.d/50-limit.sh.bak": "TMOUT=600\n", "/etc/profile.d/limit": "TMOUT=700\n" },
  },
  "two drop-ins": { files: { "/etc/profile.d/90-b.sh": "TMOUT=900\n", "/etc/profile.d/10-a.sh": "TMOUT=600\n" } },
  "readonly twice": {
    files: {
      "/etc/profile.d/10-a.sh": "readonly TMOUT=600\n",
      "/etc/profile.d/90-b.sh": "readonly TMOUT=900\n",
      [own(".bash_profile")]: "TMOUT=5\nexport TMOUT\n",
    },
  },
  "for others only": { files: { [dropIn]: 'if [ "$(id -u)" -ne 0 ]; then TMOUT=600; fi\n' } },
  "for root only": { files: { [dropIn]: 'if [ "$(id -u)" -eq 0 ]; then TMOUT=600; fi\n' } },
  "over SSH only": { files: { [dropIn]: '[ -n "$SSH_CONNECTION" ] && export TMOUT=600\n' } },
  "unless it is set": { files: { "/etc/environment": "TMOUT=700\n", [dropIn]: ': "${TMOUT:=600}"\n' } },
  "the environment": { files: { "/etc/environment": "TMOUT=700\n" } },
  "/etc/bash.bashrc": { files: { "/etc/bash.bashrc": "TMOUT=600\n" } },
  "a hidden .profile": {
    files: { [own(".bash_profile")]: "TMOUT=600\n", [own(".profile")]: "TMOUT=5\nreadonly TMOUT\n" },
  },
  "a .bash_login": { files: { [own(".bash_login")]: "TMOUT=600\n", [own(".profile")]: "TMOUT=5\n" } },
  "a .bash_profile that cannot be read": {
    files: { [own(".bash_profile")]: "TMOUT=600\n", [own(".profile")]: "TMOUT=5\n" },
    modes: { [own(".bash_profile")]: "000" },
  },
  "a .bashrc that is read": {
    files: {
      [own(".profile")]: "[ -f ~/.bashrc ] && . ~/.bashrc\n",
      [own(".bashrc")]: "case $- in *i*) ;; *) return ;; esac\nTMOUT=600\n",
    },
  },
  "a .bashrc that is not": { files: { [own(".bash_profile")]: "export EDITOR=vi\n", [own(".bashrc")]: "TMOUT=600\n" } },
  "a function": { files: { [own(".profile")]: "limit() {\n  TMOUT=600\n  readonly TMOUT\n}\n" } },
  "a here-document": { files: { [own(".profile")]: "cat >/dev/null <<END\nTMOUT=600\nreadonly TMOUT\nEND\n" } },
  "export readonly": { files: { [own(".profile")]: "export readonly TMOUT=900\n" } },
  "one command": { files: { [own(".profile")]: "TMOUT=900 true\n" } },
  "a prompt": { files: { [own(".profile")]: "PROMPT_COMMAND='TMOUT=600'\n" }, isUncertain: true },
  "a condition": {
    files: { [own(".profile")]: "if grep -q alice /etc/passwd; then TMOUT=600; fi\n" },
    isUncertain: true,
  },
  "what a program prints": { files: { [own(".profile")]: 'eval "$(echo TMOUT=600)"\n' }, isUncertain: true },
  "zsh: everybody": { files: { "/etc/zsh/zshenv": "TMOUT=600\n" }, user: "carol" },
  "zsh: /etc/profile": { files: { [dropIn]: "TMOUT=600\n" }, user: "carol" },
  "zsh: the last file": {
    files: { "/home/carol/.zshenv": "TMOUT=5\n", "/home/carol/.zlogin": "typeset -xr TMOUT=600\n" },
    user: "carol",
  },
  "zsh: readonly twice": {
    files: { "/home/carol/.zshenv": "readonly TMOUT=600\n", "/home/carol/.zshrc": "TMOUT=900\n" },
    user: "carol",
    isUncertain: true,
  },
  mksh: { files: { [dropIn]: "TMOUT=600\nreadonly TMOUT\nexport TMOUT\n", "/home/mia/.mkshrc": "" }, user: "mia" },
  "mksh: .mkshrc": { files: { "/home/mia/.profile": "TMOUT=5\n", "/home/mia/.mkshrc": "TMOUT=600\n" }, user: "mia" },
};

const kshCases: Readonly<Record<string, Case>> = {
  ksh: { files: { [dropIn]: "TMOUT=600\nreadonly TMOUT\nexport TMOUT\n", "/home/kim/.kshrc": "" }, user: "kim" },
  "ksh: .kshrc": {
    files: { "/home/kim/.profile": "TMOUT=5\n", "/home/kim/.kshrc": "export TMOUT=600\n" },
    user: "kim",
  },
};

async function show(machine: Machine, user: string, args: readonly string[] = []): Promise<Told> {
  const { limits } = documentOf(await machine.sshctl(["timeout", "show", "--user", user, "-o", "json", ...args])) as {
    limits: (Told & { means: string })[];
  };
  const tmout = limits.find(({ means }) => means === "TMOUT");
  if (tmout === undefined) throw new Error("there is no TMOUT");
  return tmout;
}

/** What a login has. */
async function logIn(machine: Machine, user: string) {
  const shell = await openShell(machine, { user });
  const named = (list: string) => `$(${list} -p | grep -c ' TMOUT')`;
  const answer = await shell.ask(`echo "<\${TMOUT-}|${named("readonly")}|${named("export")}>"`);
  await shell.end();
  const [, text = "", readonly = "", exported = ""] = /<([^|]*)\|(\d+)\|(\d+)>/.exec(answer) ?? [];
  return { seconds: Number.parseInt(text, 10) || null, readonly: readonly !== "0", exported: exported !== "0" };
}

/** Puts these files there, and afterwards what was there before. */
async function withFiles<T>(machine: Machine, { files, modes = {} }: Case, work: () => Promise<T>): Promise<T> {
  const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const writes = Object.entries(files).map(([path, text]) => {
    const owner = /^\/home\/(\w+)\//.exec(path)?.[1] ?? "root";
    const write = `mkdir -p "$(dirname ${path})"; [ -e ${path} ] && cp -p ${path} ${path}.kept; printf %b ${quoted(text.replaceAll("\\", "\\\\").replace("\\\\xe9", String.raw`\0351`))} >${path}`;
    return `${write}; chown ${owner}: ${path}; chmod ${modes[path] ?? "644"} ${path}`;
  });
  await machine.must(writes.join("\n"));
  try {
    return await work();
  } finally {
    const undo = Object.keys(files).map((path) => `rm -rf ${path}; [ ! -e ${path}.kept ] || mv ${path}.kept ${path}`);
    await machine.must(undo.join("\n"));
  }
}

/** Three times as long as logind takes where it does. */
const idleMs = 45_000;

type LogindLimit = { seconds: number | null; known: boolean } | undefined;

async function logindLimit(machine: Machine): Promise<LogindLimit> {
  const { limits } = documentOf(await machine.sshctl(["timeout", "show", "--user", "alice", "-o", "json"])) as {
    limits: (NonNullable<LogindLimit> & { means: string })[];
  };
  return limits.find(({ means }) => means === "logind");
}

describeEverySuite("bash, zsh, mksh and ksh93 differ, and so do /etc/profile and logind", (suite) => {
  const lab = useMachine(suite.name);
  const idleLab = useMachine(suite.name);
  let idle: { before: LogindLimit; told: LogindLimit; shell: SshClient; isEnded: Promise<boolean> };

  // It is idle while the other tests run.
  beforeAll(async () => {
    await idleLab().must(
      "mkdir -p /etc/systemd/logind.conf.d; printf '[Login]\\nStopIdleSessionSec=10\\n' >/etc/systemd/logind.conf.d/x.conf",
    );
    const before = await logindLimit(idleLab());
    await idleLab().must("systemctl restart systemd-logind");
    const shell = await openShell(idleLab());
    const isEnded = within(idleMs, shell.exited).then((code) => code !== undefined);
    idle = { before, told: await logindLimit(idleLab()), shell, isEnded };
  });

  describe("startup files", () => {
    beforeAll(async () => {
      await addAccount(lab(), "mia", "/bin/mksh");
      if (suite.hasKsh) await addAccount(lab(), "kim", "/bin/ksh");
      await lab().must("touch /home/carol/.zshrc; chown carol: /home/carol/.zshrc");
    });

    test.each(Object.entries({ ...cases, ...(suite.hasKsh ? kshCases : {}) }))("%s", async (_, given) => {
      const { user = "alice", isUncertain = false } = given;
      await withFiles(lab(), given, async () => {
        // What only a prompt runs, a shell without one does not.
        const isAskable = given.files[own(".profile")]?.includes("PROMPT_COMMAND") !== true;
        const [real, told, asked] = await Promise.all([
          logIn(lab(), user),
          show(lab(), user),
          isAskable ? show(lab(), user, ["--ask-shell"]) : undefined,
        ]);
        expect(told.known).toBe(!isUncertain);
        const { seconds, readonly, exported } = isUncertain ? real : told;
        expect({ seconds, readonly, exported }).toEqual(real);
        expect(asked ?? { ...real, known: true, asked: true }).toMatchObject({ ...real, known: true, asked: true });
      });
    });

    test.each([
      ["a FIFO", "mkfifo"],
      ["endless", "ln -s /dev/zero"],
      ["a folder", "mkdir"],
    ])("a file that is %s is said to be uncertain, soon", async (_, make) => {
      await lab().must(`${make} ${own(".bash_profile")}`);
      expect(await show(lab(), "alice")).toMatchObject({ known: false, seconds: null });
      await lab().must(`rm -r ${own(".bash_profile")}`);
    });
  });

  describe("a shell that is asked", () => {
    test("runs as its user, with all groups, without a terminal, and not as root", async () => {
      await lab().must("groupadd helpers && usermod -aG helpers alice");
      const files = { [own(".profile")]: "{ id; tty; ps -o sid= -p $$; } >~/who 2>&1; id >~/groups\nTMOUT=600\n" };
      await withFiles(lab(), { files }, async () => {
        expect(await show(lab(), "alice", ["--ask-shell"])).toMatchObject({ asked: true, seconds: 600 });
        const who = await lab().must(`cat ${own("who")}`);
        expect(who.split("\n")[0]).toBe((await lab().must("id", { user: "alice" })).trim());
        expect(who).toContain("helpers");
        expect(who).toContain("not a tty");
        expect(await lab().must(`stat -c %U ${own("who")}`)).toBe("alice\n");
      });
    });

    test.each([
      ["that hangs", "sleep 300 & sleep 301\n", "did not answer within 5 s"],
      ["that never stops printing", "yes\n", "printed more than 256 KiB"],
      ["that ends", "exit 3\n", "ended without an answer"],
    ])(
      "one %s is given up, and nothing of it is left",
      async (_, text, reason) => {
        await withFiles(lab(), { files: { [own(".profile")]: text } }, async () => {
          const { stderr, exitCode } = await lab().sshctl(["timeout", "show", "--user", "alice", "--ask-shell"]);
          expect(stderr).toContain(reason);
          expect(exitCode).toBe(5);
          expect(await lab().must("pgrep -u alice -x 'sleep|yes|bash' || true")).toBe("");
        });
      },
      30_000,
    );

    test("an own one needs no root", async () => {
      const { stdout, exitCode } = await lab().sshctl(["timeout", "show", "--ask-shell"], { user: "alice" });
      expect(exitCode).toBe(0);
      expect(stdout).toContain("according to the shell itself");
    });
  });

  test("logind is told to stop sessions just where it does", { timeout: 2 * idleMs }, async () => {
    const { before, told, shell, isEnded } = idle;
    // It had not read the file yet.
    expect(before).toMatchObject({ known: true, seconds: null });
    expect(told).toMatchObject({ known: true, seconds: suite.name === "bookworm" ? 10 : null });
    expect(await isEnded).toBe(told?.seconds === 10);
    if (!(await isEnded)) await shell.end();
  });
});
