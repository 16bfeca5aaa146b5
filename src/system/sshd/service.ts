/** The unit that runs sshd, and how it is told to read its configuration again. Never a restart: that is not needed. */
import { isReplaced } from "../../domain/ssh-server.ts";
import { FatalError, NothingDoneError } from "../../errors.ts";
import { parsePropertyBlocks } from "../systemd/property-blocks.ts";
import { orUndefined } from "../../host/files/files.ts";
import { complaintOf } from "../../host/programs/run.ts";
import type { Machine } from "../../host/host.ts";

const limitMs = 20_000;

/**
 * @returns undefined where no daemon runs that would keep an old configuration: systemd starts one for each connection, or
 * with the first one.
 * @throws NothingDoneError where that cannot be found out, or where the daemon that runs is not the one that is installed.
 */
export async function findSshdUnit({
  programs,
  files,
}: Pick<Machine, "programs" | "files">): Promise<string | undefined> {
  const output = await programs.run(
    "systemctl",
    ["show", "--property=Id,ActiveState,MainPID", "ssh.service", "sshd.service", "ssh.socket", "sshd.socket"],
    limitMs,
  );
  const units = parsePropertyBlocks(output?.exitCode === 0 ? output.stdout : "");
  const active = units.filter((unit) => /^(?:active|reloading)$/.test(unit.get("ActiveState") ?? ""));
  const service = active.find((unit) => unit.get("Id")?.endsWith(".service") === true);
  if (active.length === 0)
    throw new NothingDoneError("systemd knows no running sshd: how to make it read its configuration is not known.");
  const pid = service?.get("MainPID") ?? "";
  if (isReplaced(orUndefined(files.link(`/proc/${pid}/exe`)) ?? ""))
    throw new NothingDoneError(
      "The sshd that runs is older than the one that is installed, and may not know these settings.",
      "Restart it first; sessions survive that.",
    );
  return service?.get("Id");
}

/** @throws FatalError where sshd would not start with what is written. */
export async function testConfiguration({ programs }: Pick<Machine, "programs">): Promise<void> {
  const test = await programs.run("sshd", ["-t"], limitMs);
  if (test === undefined) throw new NothingDoneError("No OpenSSH server is installed.");
  if (test.exitCode === 0) return;
  const complaint = complaintOf(test);
  // systemd makes it when it starts the service.
  if (complaint.startsWith("Missing privilege separation directory"))
    throw new FatalError(
      "sshd cannot check its configuration while it is stopped: the folder for its unprivileged processes is missing.",
      "systemctl start ssh",
    );
  throw new FatalError(`sshd refuses its configuration: ${complaint}`);
}

/** @throws FatalError */
export async function reloadSshd(host: Pick<Machine, "programs" | "files">): Promise<void> {
  await testConfiguration(host);
  const unit = await findSshdUnit(host);
  if (unit === undefined) return;
  const reload = await host.programs.run("systemctl", ["reload", unit], limitMs);
  if (reload?.exitCode !== 0) throw new FatalError(`${unit} cannot be reloaded: ${complaintOf(reload)}.`);
}
