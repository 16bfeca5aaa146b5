/** One contract for every way to gather facts: the same host, the same sessions. */
import { describe, expect, test } from "vitest";
import { assembleSessions } from "../../src/domain/assemble-sessions.ts";
import type { Session, SessionReport } from "../../src/domain/session.ts";
import { FatalError } from "../../src/errors.ts";
import { inOrder, reduce } from "./expected-host.ts";
import { expectedOf, hostsWithTools, hostsWithoutTools, recordedHosts, snapshotOf } from "./recorded-hosts.ts";

/**
 * A session as far as ps and ss can know it. They cannot know
 * - the identity: ps tells starts in whole seconds,
 * - the command line: ps joins arguments, so that one with a space looks like two,
 * - forwards over Unix sockets: ss is asked for TCP only.
 * What a recording leaves out for /proc they do know: whose every process is.
 */
function knownToTools(session: Session) {
  const forwards = session.forwards?.filter((forward) => !("path" in forward));
  const channels = session.channels.map(({ program, ...channel }) => ({
    ...channel,
    startedAtMs: undefined,
    name: program.name,
  }));
  const unknown = {
    identity: undefined,
    rootInside: undefined,
    commandLine: undefined,
    commandStartedAtMs: undefined,
    startedAtMs: undefined,
    acceptedAtMs: undefined,
  };
  return { ...session, ...unknown, connection: session.identity.pid, forwards, channels };
}

function byPid({ sessions }: SessionReport): readonly Session[] {
  return sessions.toSorted((a, b) => a.pid - b.pid);
}

describe.each(recordedHosts)("%s", (name) => {
  test("shows from /proc what its clients know", async () => {
    const report = assembleSessions(await snapshotOf(name, "procfs"));
    expect(reduce(report)).toEqual(inOrder(expectedOf(name)));
  });
});

describe.each(hostsWithTools)("%s", (name) => {
  test("shows from ps and ss what its clients know", async () => {
    const report = assembleSessions(await snapshotOf(name, "tools"));
    expect(reduce(report)).toEqual(inOrder(expectedOf(name)));
  });

  test("is the same host from both", async () => {
    const procfs = assembleSessions(await snapshotOf(name, "procfs"));
    const tools = assembleSessions(await snapshotOf(name, "tools"));
    expect(byPid(tools).map(knownToTools)).toEqual(byPid(procfs).map(knownToTools));
    const rootsOf = (report: SessionReport) => byPid(report).map(({ rootInside }) => rootInside);
    const known = rootsOf(procfs);
    expect(rootsOf(tools).map((roots, index) => (known[index] === undefined ? undefined : roots))).toEqual(known);
    expect(tools.listeners).toEqual(procfs.listeners);
    expect(tools.warnings).toEqual(procfs.warnings);
  });

  test("has the same starts from both, to the second", async () => {
    const starts = async (set: "procfs" | "tools") => {
      const report = assembleSessions(await snapshotOf(name, set));
      return byPid(report).flatMap(({ startedAtMs, acceptedAtMs }) => [startedAtMs ?? 0, acceptedAtMs ?? 0]);
    };
    const [procfs, tools] = [await starts("procfs"), await starts("tools")];
    for (const [index, start] of procfs.entries()) expect(Math.abs((tools[index] ?? 0) - start)).toBeLessThan(2000);
  });
});

describe.each(hostsWithoutTools)("%s", (name) => {
  test("says which package brings the missing tool", async () => {
    const attempt = snapshotOf(name, "tools");
    await expect(attempt).rejects.toThrow(FatalError);
    await expect(attempt).rejects.toMatchObject({ remedy: "Install procps." });
  });
});
