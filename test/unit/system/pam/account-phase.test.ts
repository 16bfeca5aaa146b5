import { expect, test } from "vitest";
import { askAccountPhase } from "../../../../src/system/pam/account-phase.ts";
import type { ProgramOutput } from "../../../../src/host/programs/run.ts";
import { memoryFiles } from "../../../helpers/memory-files.ts";

const stack = "account required pam_access.so\naccount required pam_unix.so\n";

interface Tools {
  pamtester?: ProgramOutput;
  sssctl?: ProgramOutput;
  stack?: string;
  from?: string;
  user?: string;
}

async function ask({ stack: lines = stack, from, user = "alice", ...tools }: Tools) {
  const ran: string[] = [];
  const run = async (name: string, args: readonly string[]) => {
    ran.push([name, ...args].join(" "));
    return Promise.resolve(name === "pamtester" || name === "sssctl" ? tools[name] : undefined);
  };
  const files = memoryFiles({
    texts: { "/etc/pam.d/sshd": lines },
    facts: { "/etc/pam.d/sshd": { uid: 0, atimeMs: 0, mtimeMs: 0 } },
  });
  return { told: await askAccountPhase("sshd", user, from, { files, programs: { run } }), ran };
}

const said = (stderr: string, exitCode = 1): ProgramOutput => ({ stdout: "", stderr, exitCode });

test.each<[Tools, boolean | undefined]>([
  [{ pamtester: said("pamtester: account management done.\n", 0) }, true],
  [{ pamtester: said("pamtester: Permission denied\n") }, false],
  [{ pamtester: said("pamtester: User account has expired\n") }, false],
  // Whoever has to change the password first gets in, and what could not be asked has no answer.
  [{ pamtester: said("pamtester: Authentication token is no longer valid; new one required\n") }, undefined],
  [{ pamtester: said("pamtester: System error\n") }, undefined],
  [{ sssctl: { stdout: "user: alice\naction: acct\npam_acct_mgmt: Success\n", exitCode: 0 } }, true],
  [{ sssctl: { stdout: "pam_acct_mgmt: Permission denied\n", exitCode: 0 } }, false],
  [{ sssctl: { stdout: "InfoPipe User lookup failed\n", exitCode: 1 } }, undefined],
  [{}, undefined],
])("%j: %j", async (tools, isAllowed) => {
  expect((await ask(tools)).told?.isAllowed).toBe(isAllowed);
});

test("pamtester is told where the login comes from, and sssctl is not asked then", async () => {
  expect((await ask({ from: "192.0.2.1" })).ran).toEqual([
    "pamtester -I rhost=192.0.2.1 -I tty=ssh sshd alice acct_mgmt",
  ]);
});

test.each([
  ["a module that keeps books", { stack: `${stack}account required pam_faillock.so\n` }],
  ["a program of somebody's", { stack: `${stack}account required pam_exec.so /bin/x\n` }],
  ["a name that is an option", { user: "-v" }],
])("%s is not asked", async (_, tools) => {
  expect(await ask({ ...tools, pamtester: said("", 0) })).toEqual({ told: undefined, ran: [] });
});
