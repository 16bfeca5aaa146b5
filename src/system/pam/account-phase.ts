/**
 * Asks PAM's account phase, and nothing else, where a tool is installed that is made for it: pamtester(1), or `sssctl user-checks` of
 * sssd. Neither opens a session. Some modules keep books in that phase (pam_faillock forgets failures), so it is asked only where every
 * module of the stack is known to read and answer.
 */
import type { Files } from "../../host/files/files.ts";
import { complaintOf, type ProgramOutput, type Programs } from "../../host/programs/run.ts";
import { modulesOf, readPamStack } from "./read-stack.ts";

export interface AccountPhase {
  isAllowed: boolean;
  tool: "pamtester" | "sssctl";
  /** In PAM's words. */
  text: string;
}

const harmless = new Set(
  "access deny group krb5 ldap listfile localuser nologin permit rootok sss succeed_if time unix winbind".split(" "),
);

const limitMs = 10_000;

/**
 * @param from - an address that the login comes from; from this machine unless told otherwise.
 * @returns undefined where no such tool is installed, or where it does not tell.
 */
export async function askAccountPhase(
  service: string,
  user: string,
  from: string | undefined,
  { files, programs }: { files: Files; programs: Programs },
): Promise<AccountPhase | undefined> {
  const modules = modulesOf(readPamStack(service, "account", files).rules);
  const isHarmless = modules.every(({ module }) => harmless.has(module.replace(/^pam_/, "")));
  if (!isHarmless || !/^[A-Za-z0-9_]/.test(user)) return undefined;
  const items = ["-I", `rhost=${from ?? "127.0.0.1"}`, "-I", "tty=ssh"];
  const tested = await programs.run("pamtester", [...items, service, user, "acct_mgmt"], limitMs);
  if (tested !== undefined) return judgePamtester(tested);
  // sssctl asks without an address.
  if (from !== undefined) return undefined;
  const checked = await programs.run("sssctl", ["user-checks", "-a", "acct", "-s", service, user], limitMs);
  return checked && judgeSssctl(checked);
}

/** In the words of pam_strerror(3). */
const refusal = /Permission denied|account has expired|Authentication failure|User not known/i;

function judgePamtester(output: ProgramOutput): AccountPhase | undefined {
  const tool = "pamtester";
  if (output.exitCode === 0) return { isAllowed: true, tool, text: "account management done" };
  const text = complaintOf(output).replace(/^pamtester: /, "");
  return refusal.test(text) ? { isAllowed: false, tool, text } : undefined;
}

/** "pam_acct_mgmt: Permission denied", user_checks.c of sssd. */
function judgeSssctl({ stdout, stderr = "" }: ProgramOutput): AccountPhase | undefined {
  const text = /^pam_acct_mgmt: (.+)$/m.exec(`${stdout}\n${stderr}`)?.[1]?.trim();
  if (text === "Success") return { isAllowed: true, tool: "sssctl", text };
  return text !== undefined && refusal.test(text) ? { isAllowed: false, tool: "sssctl", text } : undefined;
}
