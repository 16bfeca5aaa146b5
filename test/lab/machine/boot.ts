import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { cachePath } from "./cache.ts";
import { createCgroup, leaveCgroup, removeCgroup } from "./cgroup.ts";
import { identify, type ProcessIdentity } from "./process-identity.ts";
import { within } from "./time-limit.ts";

export interface BootOptions {
  /** The machine outlives this process. */
  readonly detached?: boolean;
}

export interface PoweredOn {
  readonly init: ProcessIdentity;
  readonly cgroup: string;
  /** Resolves when the machine has ended, for whatever reason. */
  readonly gone: Promise<void>;
}

const project = fileURLToPath(new URL("../../../", import.meta.url));
const bootScript = fileURLToPath(new URL("boot.sh", import.meta.url));
const bootTimeoutMs = 60_000;

const unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--net", "--uts", "--ipc", "--cgroup"];
/** With this, a machine whose owner dies is killed by the kernel at the same moment, and takes all its mounts with it. */
const dieWithParent = ["setpriv", "--pdeathsig", "KILL"];

/** Starts a machine on an untouched root; resolves when its sshd and logind are up. */
export async function powerOn(root: string, { detached = false }: BootOptions): Promise<PoweredOn> {
  const scratch = cachePath("scratch");
  await mkdir(scratch, { recursive: true });
  const cgroup = await createCgroup(detached);
  const boot = ["--propagation", "private", "sh", bootScript, root, scratch, process.execPath, project];
  const command = [...(detached ? [] : dieWithParent), ...unshare, ...boot];
  // Joining the cgroup comes before unsharing it: where the process is at that moment becomes the machine's root group.
  const child = spawn("sh", ["-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', cgroup, ...command], {
    // In a session of its own: a Ctrl-C for us is no Ctrl-Alt-Del for the machine.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const gone = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
  const console = collect([child.stdout, child.stderr]);
  try {
    const init = await within(bootTimeoutMs, awaitServices(child.stdio[3], child.pid));
    if (init === undefined) throw new Error(`no sshd and logind after ${String(bootTimeoutMs)} ms`);
    return { init, cgroup, gone };
  } catch (error) {
    child.kill("SIGKILL");
    await gone;
    await removeCgroup(cgroup);
    throw new Error(`the machine does not boot:\n${console()}`, { cause: error });
  } finally {
    for (const stream of child.stdio) stream?.destroy();
    if (detached) child.unref();
  }
}

/** Reads what the boot script reports: the number of init, then one line for each of the two services. */
async function awaitServices(reports: unknown, starter: number | undefined): Promise<ProcessIdentity> {
  if (!(reports instanceof Readable) || starter === undefined) throw new Error("unshare(1) could not be started");
  const lines = createInterface({ input: reports })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error("it ended before its services were up");
    return line.value;
  };
  const init = await identify(Number(await next()));
  if (init === undefined) throw new Error("init has ended at once");
  await leaveCgroup(starter);
  const states = [await next(), await next()];
  if (states.some((state) => state !== "active")) throw new Error(`ssh and systemd-logind are ${states.join(" and ")}`);
  return init;
}

function collect(streams: readonly (Readable | null)[]): () => string {
  let text = "";
  for (const stream of streams) stream?.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  return () => text;
}
