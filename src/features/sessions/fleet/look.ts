/**
 * This room has `list`, `count` and `show` with --on. This file goes from the options to the answers of many hosts; the other files choose
 * rows from them and write them.
 */
import type { GivenOptions } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import { single, type Reader } from "../../../cli/values.ts";
import { durationForm, parseDuration } from "../../../domain/duration.ts";
import { localSource, type Depth } from "../../../domain/report-request.ts";
import { sessionId } from "../../../domain/session.ts";
import { UsageError, type ExitCode } from "../../../errors.ts";
import type { HostLook } from "../../../fleet/collect/collect-fleet.ts";
import type { Elevation } from "../../../fleet/collect/command.ts";
import { lookAtHosts } from "../../../fleet/collect/look-at-hosts.ts";
import type { Course } from "../../../fleet/engine/run-jobs.ts";
import type { FleetHost } from "../../../fleet/names/fleet-host.ts";
import { resolveHosts } from "../../../fleet/names/resolve-hosts.ts";
import { machineOf, type Machine } from "../../../host/host.ts";
import type { Reports } from "../../../report/reports.ts";
import type { AnswerReader } from "../../../report/thread/answer-reader.ts";
import { progressOn } from "./progress.ts";

/** @throws UsageError where another source is named, too: for commands that have others. */
export function rejectOtherSources(given: GivenOptions): void {
  if (given.flag("example")) throw new UsageError("--on and --example name two sources.", "Give one of them.");
  for (const option of ["root", "source"])
    if (given.texts(option).length > 0)
      throw new UsageError(`--on and --${option} name two sources.`, "Give one of them.");
}

/** How hosts are reached. */
export interface Reach {
  elevation: Elevation;
  login: string | undefined;
  fanOut: number;
  connectSeconds: number;
  hostSeconds: number;
}

/** @throws UsageError */
export function parseReach(given: GivenOptions): Reach {
  if (given.flag("sudo") && given.flag("sudo-shell"))
    throw new UsageError("--sudo and --sudo-shell are two ways to be root there.", "Give one of them.");
  return {
    elevation: given.flag("sudo") ? "sudo" : given.flag("sudo-shell") ? "sudo-shell" : "none",
    login: single(given, "login", account),
    fanOut: single(given, "fanout", fanOut) ?? 32,
    connectSeconds: single(given, "connect-timeout", time) ?? 10,
    hostSeconds: single(given, "host-timeout", time) ?? 60,
  };
}

/** It is an argument of ssh(1). */
const account: Reader<string> = {
  read: (text) => (/^[\w.@\\+][\w.@\\+$-]{0,255}$/.test(text) ? text : undefined),
  allowed: "names of accounts",
};

const fanOut: Reader<number> = {
  read: (text) => (/^\d{1,3}$/.test(text) && Number(text) > 0 && Number(text) <= 512 ? Number(text) : undefined),
  allowed: "numbers from 1 to 512",
};

const time: Reader<number> = {
  read: (text) => {
    const seconds = parseDuration(text);
    return seconds !== undefined && seconds > 0 && seconds <= 3600 ? seconds : undefined;
  },
  allowed: `${durationForm}, at most 1h`,
};

/** What many hosts have answered, and the reader to ask more of it. */
export interface FleetLook {
  takenAtMs: number;
  hosts: readonly HostLook[];
}

/** What a command wants to know of hosts, beside what the options say. */
export interface FleetDetail {
  logins: boolean;
  depth: Depth;
  /** The processes of all hosts, and whom root there protects: to act on them. */
  processes?: boolean;
  protection?: boolean;
}

/**
 * Which hosts the options name.
 *
 * @throws UsageError
 */
export async function namedHosts(given: GivenOptions, context: Context): Promise<FleetHost[]> {
  const machine = machineOf(await context.host());
  return resolveHosts(
    {
      on: given.texts("on"),
      notOn: given.texts("not-on"),
      inventory: single(given, "inventory", { read: (text) => text, allowed: "files and folders" }),
    },
    await machine,
  );
}

/**
 * Looks at hosts, and shows what was seen.
 *
 * @param show - returns what the program ends with.
 */
export async function lookAndShow(
  hosts: readonly FleetHost[],
  reach: Reach,
  detail: FleetDetail,
  context: Context,
  show: (look: FleetLook, reader: AnswerReader) => Promise<ExitCode>,
): Promise<ExitCode> {
  const reports = await context.reports();
  const reader = await reports.openAnswerReader();
  const ask = lookOf(hosts, reach, detail, reader, reports);
  try {
    return await askAndShow(hosts.length, reach, ask, context, async (look) => show(look, reader));
  } finally {
    reader.close();
  }
}

/** Looks at hosts, for commands that go on to act. */
export async function lookFirst(
  hosts: readonly FleetHost[],
  reach: Reach,
  detail: FleetDetail,
  reader: AnswerReader,
  context: Context,
): Promise<FleetLook> {
  return askFirst(hosts.length, reach, lookOf(hosts, reach, detail, reader, await context.reports()), context);
}

function lookOf(
  hosts: readonly FleetHost[],
  reach: Reach,
  detail: FleetDetail,
  reader: AnswerReader,
  reports: Reports,
): Ask<HostLook> {
  const readLocalMarks = async () => {
    const { sessions } = await reports.read({ ...localSource, logins: false, depth: "rows" });
    return new Map(sessions.map(({ self, selfProof, identity }) => [sessionId(identity), { self, selfProof }]));
  };
  return async (course, machine, onProgress) =>
    lookAtHosts({ ...reach, ...course, ...detail, hosts }, machine, reader, readLocalMarks, onProgress);
}

/** Asks many hosts, and tells how many are done. */
export type Ask<Answer> = (course: Course, machine: Machine, onProgress: (done: number) => void) => Promise<Answer[]>;

/** With progress on a terminal. Ctrl-C ends the questions at once; what has come by then is shown, and then the program dies by it. */
export async function askAndShow<Answer, Shown = ExitCode>(
  count: number,
  reach: Reach,
  ask: Ask<Answer>,
  context: Context,
  show: (answers: { takenAtMs: number; hosts: readonly Answer[] }) => Promise<Shown>,
): Promise<Shown> {
  const machine = await machineOf(await context.host());
  const interruption = new AbortController();
  const progress = progressOn(context.err, count);
  return machine.holdSignals(
    () => {
      interruption.abort();
    },
    async () => {
      const course = { ...reach, interruption: interruption.signal };
      const hosts = await ask(course, machine, progress.tell).finally(progress.end);
      return show({ takenAtMs: machine.now(), hosts });
    },
  );
}

/** For commands that go on to act: Ctrl-C ends the program as soon as the questions have ended. */
export async function askFirst<Answer>(
  count: number,
  reach: Reach,
  ask: Ask<Answer>,
  context: Context,
): Promise<{ takenAtMs: number; hosts: readonly Answer[] }> {
  return askAndShow(count, reach, ask, context, async (answers) => Promise.resolve(answers));
}
