import { describe, expect, test } from "vitest";
import { assembleSessions } from "../../../../src/domain/assemble-sessions.ts";
import { FatalError, PermissionError } from "../../../../src/errors.ts";
import type { ProgramOutput } from "../../../../src/host/programs/run.ts";
import { readToolsSnapshot } from "../../../../src/system/tools/snapshot.ts";
import { memoryFiles } from "../../../helpers/memory-files.ts";

const home = { links: { "/proc/self/ns/net": "net:[1]", "/proc/self/ns/pid": "pid:[2]" } };
const passwd = "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n";

const line = (pid: number, ppid: number, uid: number, comm: string, namespaces = "1 2", sid = pid) =>
  `${String(pid)} ${String(ppid)} ${String(sid)} ${String(sid)} ${String(uid)} -1 100 ${namespaces} S ? - ${comm}\n`;

/** What the machine's ps and ss print; an answer that is left out means that there is no such program. */
interface Printed {
  processes?: string;
  args?: string;
  sockets?: string;
  exitCode?: number | undefined;
}

async function look({ processes, args, sockets, ...given }: Printed, observer?: number) {
  const exitCode = "exitCode" in given ? given.exitCode : 0;
  return readToolsSnapshot({
    files: memoryFiles({ texts: { "/etc/passwd": passwd }, ...home }),
    now: () => 1_000_000,
    hostName: () => "web1",
    observer,
    pause: () => undefined,
    programs: {
      run: async (name, options): Promise<ProgramOutput | undefined> => {
        const stdout = name === "ss" ? sockets : options.includes("pid,args") ? args : processes;
        return Promise.resolve(stdout === undefined ? undefined : { stdout, exitCode });
      },
    },
  });
}

const processes =
  line(1, 0, 0, "systemd") + line(10, 1, 0, "sshd") + line(20, 10, 0, "sshd") + line(21, 20, 1000, "sshd", "1 2", 20);
const args = "10 sshd: /usr/sbin/sshd [listener] 0 of 10-100 startups\n20 sshd: alice [priv]\n21 sshd: alice\n";
const socket = (holders: string) => `ESTAB 0 0 192.0.2.1:22 192.0.2.7:5000 ${holders}ino:7 sk:1 <->\n`;
const held = socket('users:(("sshd",pid=21,fd=4),("sshd",pid=20,fd=4)) ');

describe("a machine seen by ps and ss", () => {
  test("has the sessions that they tell of", async () => {
    const { sessions, warnings } = assembleSessions(await look({ processes, args, sockets: held }));
    expect(sessions).toMatchObject([
      { pid: 21, monitorPid: 20, user: "alice", kind: "tunnel", peer: { address: "192.0.2.7", port: 5000 } },
    ]);
    expect(warnings).toEqual([]);
  });

  test("says that root would see more where ss names no holder", async () => {
    const { sessions, warnings } = assembleSessions(await look({ processes, args, sockets: socket("") }));
    expect(sessions).toMatchObject([{ pid: 21, user: "alice", peer: undefined }]);
    expect(warnings.map(({ code }) => code)).toEqual(["needs-root"]);
  });

  test("believes no holder whose name is not the process's own", async () => {
    const faked = socket('users:(("x",pid=21,fd=4),("y",pid=20,fd=4)) ');
    const { servers } = await look({ processes, args, sockets: faked });
    expect([...servers.values()].flatMap(({ sockets }) => sockets ?? [])).toEqual([]);
  });

  test.each(["9 2", "1 9"])("keeps containers apart by their namespaces (%s)", async (namespaces) => {
    const inside = line(30, 1, 0, "sshd", namespaces) + line(31, 30, 1000, "sshd", namespaces, 30);
    const both = { processes: processes + inside, args: `${args}30 sshd: bob [priv]\n31 sshd: bob\n`, sockets: held };
    const { sessions, warnings } = assembleSessions(await look(both));
    expect(sessions.map(({ pid, container }) => [pid, container])).toEqual([
      [21, false],
      [31, true],
    ]);
    expect(warnings).toEqual([]);
  });

  test("finds the observer's own session", async () => {
    const { own } = await look({ processes: processes + line(22, 21, 1000, "sshctl"), args, sockets: held }, 22);
    expect(own).toEqual({ pids: new Map([[21, "you run this inside it"]]), doubt: undefined });
  });
});

describe("tools that do not help", () => {
  test("are named with the package that brings them", async () => {
    await expect(look({})).rejects.toMatchObject({ remedy: "Install procps." });
    await expect(look({ processes, args })).rejects.toMatchObject({
      message: "There is no program ss, so --source tools cannot be used.",
      remedy: "Install iproute2.",
    });
  });

  test("are named when they do not understand the question, as busybox", async () => {
    const attempt = look({ processes: "", exitCode: 1 });
    await expect(attempt).rejects.toThrow(FatalError);
    await expect(attempt).rejects.toThrow(/^"ps -A .*" failed \(1\)\.$/);
    await expect(look({ processes: "", exitCode: undefined })).rejects.toThrow("did not finish");
  });

  test("do not count as an empty machine when other users' processes are hidden", async () => {
    await expect(look({ processes: line(500, 499, 1000, "bash"), args: "", sockets: "" })).rejects.toThrow(
      PermissionError,
    );
  });
});
