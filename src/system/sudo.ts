/** What sudo(8) allows, by what it says itself. */
import type { Facts } from "../host/host.ts";
import type { ProgramOutput } from "../host/programs/run.ts";
import type { Account } from "./accounts.ts";

const limitMs = 10_000;

type Asked = Pick<Account, "name">;

/** @returns whether sudo(8) lets the account run anything; no where there is no sudo, or it does not say. */
export async function maySudo(account: Asked, host: Pick<Facts, "programs">): Promise<boolean> {
  return answerIn(await ask([], account, host)) === true;
}

/** @returns what sudo(8) says that the account may run, in its own words; undefined where that is nothing, or sudo does not say. */
export async function sudoList(account: Asked, host: Pick<Facts, "programs">): Promise<string | undefined> {
  const output = await ask([], account, host);
  return answerIn(output) === true ? output?.stdout : undefined;
}

/**
 * Whether it may, for a service whose sandbox keeps sudo from reading its own files (CapabilityBoundingSet=, systemd.exec(5)): the service
 * manager runs it then, systemd-run(1).
 *
 * @returns undefined where sudo does not say.
 */
export async function maySudoFromSandbox(account: Asked, host: Pick<Facts, "programs">): Promise<boolean | undefined> {
  const output = await ask([], account, host);
  if (output === undefined) return false;
  return (
    answerIn(output) ?? answerIn(await ask(["systemd-run", "--quiet", "--pipe", "--wait", "--collect"], account, host))
  );
}

async function ask(
  before: readonly string[],
  { name }: Asked,
  { programs }: Pick<Facts, "programs">,
): Promise<ProgramOutput | undefined> {
  const question = ["sudo", "-n", "-l", "-U", name];
  const [program = "sudo", ...args] = before.concat(question);
  return programs.run(program, args, limitMs);
}

function answerIn(output: ProgramOutput | undefined): boolean | undefined {
  if (output === undefined) return undefined;
  if (output.exitCode === 0 && / may run the following commands /.test(output.stdout)) return true;
  return / is not allowed to run sudo /.test(output.stdout) ? false : undefined;
}
