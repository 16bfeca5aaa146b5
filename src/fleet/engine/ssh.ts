/**
 * OpenSSH's own client, one process for each host: everything that ssh_config(5) says holds (keys, agents, jump hosts, shared
 * connections). Only what a look must not do is turned off, and no check of a host is ever weakened.
 */
import pLimit from "p-limit";
import { FatalError } from "../../errors.ts";
import type { CallerPrograms } from "../../host/programs/as-caller.ts";
import { mostBytes, type Engine, type EngineSettings, type Job, type JobEnd } from "./engine.ts";

interface Ports {
  callerPrograms: CallerPrograms;
  now: () => number;
}

export function sshEngine({ callerPrograms, now }: Ports): Engine {
  return {
    run: async (jobs, settings, tell) => {
      const limit = pLimit(settings.fanOut);
      const work = jobs.map(async (job) =>
        limit(async () => {
          const startedMs = now();
          const end = await runJob(job, settings, callerPrograms);
          tell({ job, end, startedMs, endedMs: now() });
        }),
      );
      await Promise.all(work);
    },
  };
}

async function runJob(job: Job, settings: EngineSettings, callerPrograms: CallerPrograms): Promise<JobEnd> {
  if (settings.stop.aborted) return { kind: "stopped" };
  const end = await callerPrograms.run({
    name: "ssh",
    args: sshArguments(job, settings),
    // No question can be answered here; whatever has to be typed must have been typed before.
    variables: { SSH_ASKPASS_REQUIRE: "never" },
    input: job.input,
    withErrors: true,
    limits: { ms: settings.hostSeconds * 1000, bytes: mostBytes },
    stop: settings.stop,
  });
  switch (end.kind) {
    case "missing":
      throw new FatalError("ssh is not installed here.", "Install the OpenSSH client.");
    case "problem":
      throw new FatalError(`ssh cannot be started: ${end.problem}.`, "A smaller --fanout may help.");
    case "ended":
    case "late":
    case "too-much":
    case "stopped":
      return end;
  }
}

/** ssh(1) uses the first value that it gets for an option, so these come before all others. */
export function sshArguments(
  { host, command }: Pick<Job, "host" | "command">,
  { login, connectSeconds }: Pick<EngineSettings, "login" | "connectSeconds">,
): string[] {
  return [
    "-T",
    "-x",
    "-a",
    ...fixedOptions,
    `-oConnectTimeout=${String(connectSeconds)}`,
    ...(login === undefined ? [] : ["-l", login]),
    ...host.sshArgs,
    "--",
    host.address ?? host.name,
    command,
  ];
}

const fixedOptions = [
  // No questions, and nothing of this machine is opened to the other side.
  "-oBatchMode=yes",
  "-oForwardAgent=no",
  "-oForwardX11=no",
  "-oClearAllForwardings=yes",
  "-oPermitLocalCommand=no",
  "-oRemoteCommand=none",
  // Many processes must not rewrite known_hosts at the same time.
  "-oUpdateHostKeys=no",
  // A host that hangs is noticed after fifteen seconds.
  "-oServerAliveInterval=5",
  "-oServerAliveCountMax=3",
  "-oLogLevel=ERROR",
];
