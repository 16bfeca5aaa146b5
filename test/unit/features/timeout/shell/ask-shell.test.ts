import { describe, expect, test } from "vitest";
import { askShell, parseAnswer } from "../../../../../src/features/timeout/shell/ask-shell.ts";
import { userPrograms, type UserProgramEnd } from "../../../../../src/host/programs/as-user.ts";

const account = { name: "alice", uid: process.getuid?.() ?? 0, gid: 0, home: "/nowhere", shell: "/bin/bash" };

async function ask(end: UserProgramEnd | ((mark: string) => string), kind: Parameters<typeof askShell>[1] = "bash") {
  const runs: { command: readonly string[]; environment: Readonly<Record<string, string>> }[] = [];
  const answer = await askShell(account, kind, "7", {
    userPrograms: {
      run: async (_, command, environment) => {
        runs.push({ command, environment });
        const mark = /[\da-f-]{36}/.exec(command.at(-1) ?? "")?.[0] ?? "";
        return Promise.resolve(typeof end === "function" ? { kind: "ended", stdout: end(mark) } : end);
      },
    },
  });
  return { answer, runs };
}

describe("what a shell answers", () => {
  const nothing = "";
  test.each([
    ["set:600", 'declare -r TMOUT="600"', 'declare -x TMOUT="600"', { text: "600", readonly: true, exported: true }],
    ["set:600", "typeset -r -i TMOUT=600", "export TMOUT=600", { text: "600", readonly: true, exported: true }],
    ["set:600", "readonly MYTMOUT=1", "export TMOUTS=2", { text: "600", readonly: false, exported: false }],
    ["set:", "readonly TMOUT", nothing, { text: "", readonly: true, exported: false }],
    [":", nothing, nothing, { text: undefined, readonly: false, exported: false }],
  ])("%s, %s, %s", (value, readonlies, exports, expected) => {
    const output = `welcome\n\nmark${value}\n${readonlies}\n\nmark\n${exports}\n\nmark\nbye`;
    expect(parseAnswer(output, "mark")).toEqual({ kind: "told", ...expected });
  });

  test.each([
    "",
    "\nmark",
    "\nmarkset:5\n\nmark\n",
    "\nmarkset:5\n\nmark\n\nmark\n\nmark\n",
    "\nmarkset\n\nmark\n\nmark\n",
  ])("%j is none", (output) => {
    expect(parseAnswer(output, "mark")).toBeUndefined();
  });

  test("a login shell that thinks it is interactive is asked, in an environment of its own", async () => {
    const { answer, runs } = await ask((mark) => `\n${mark}set:5\n\n${mark}\n\n${mark}\n`);
    expect(answer).toMatchObject({ kind: "told", text: "5" });
    expect(runs[0]?.command.slice(0, 4)).toEqual(["/bin/bash", "-l", "-i", "-c"]);
    expect(runs[0]?.environment).toMatchObject({ HOME: "/nowhere", TMOUT: "7", TERM: "dumb" });
  });
});

describe("why there is no answer", () => {
  test.each([
    [{ kind: "late" } as const, "did not answer within 5 s"],
    [{ kind: "too-much" } as const, "printed more than 256 KiB"],
    [{ kind: "problem", problem: "spawn setpriv ENOENT" } as const, "could not be started: spawn setpriv ENOENT"],
    [{ kind: "ended", stdout: "bye" } as const, "ended without an answer"],
  ])("%j", async (end, reason) => {
    expect((await ask(end)).answer).toEqual({ kind: "silent", reason: `/bin/bash ${reason}` });
  });

  test("other shells do not understand the question, and are not run", async () => {
    const { answer, runs } = await ask({ kind: "late" }, "fish");
    expect(answer).toEqual({ kind: "silent", reason: "/bin/bash cannot be asked" });
    expect(runs).toEqual([]);
  });
});

describe("a program of a user's", () => {
  const environment = { HOME: "/", PATH: "/usr/bin:/bin", GREETING: "hello" };
  const run = async (script: string, ms = 5000) =>
    userPrograms.run(account, ["/bin/sh", "-c", script], environment, { ms, bytes: 1000 });

  test("has this environment, its home, a session of its own, and nothing else", async () => {
    process.env["SSHCTL_TEST_SECRET"] = "secret";
    const end = await run('echo "$GREETING $PWD [$SSHCTL_TEST_SECRET]"; read x; ps -o sid= -p $$ | tr -d " "; echo $$');
    const [greeting, sid, pid] = (end.kind === "ended" ? end.stdout : "").split("\n");
    expect(greeting).toBe("hello / []");
    expect(sid).toBe(pid);
  });

  test.each([
    ["its time is up", "sleep 60 & echo $!; exec sleep 60", "late"],
    ["it prints too much", "sleep 60 & exec yes", "too-much"],
    ["it ends, although something holds its pipe", "sleep 60 & echo done", "ended"],
  ])("ends with its group when %s", async (_, script, kind) => {
    const began = Date.now();
    expect((await run(script, 1500)).kind).toBe(kind);
    expect(Date.now() - began).toBeLessThan(30_000);
  });
});
