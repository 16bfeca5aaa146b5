import { describe, expect, test } from "vitest";
import { assembleSessions } from "../../../../src/domain/assemble-sessions.ts";
import { refused, type Absence } from "../../../../src/host/files/files.ts";
import { readSnapshot } from "../../../../src/system/procfs/snapshot.ts";
import { interceptFiles, memoryFiles, withTexts, type FileTree } from "../../../helpers/memory-files.ts";
import { Host, now } from "../../../helpers/machine-builder.ts";
import { readBlindness, readUnmappedUid } from "../../../../src/system/procfs/sight.ts";
import { Sshd } from "../../../helpers/ssh-servers.ts";

const root = "Name:\tnode\nUid:\t0\t0\t0\t0\n";
const all = "         0          0 4294967295\n";
const one = "         0          0          1\n";
const nested = { "/proc/self/ns/pid": "pid:[4026532407]" };

function filesWith(texts: Record<string, string>, links: Record<string, string>, absent: Record<string, Absence> = {}) {
  const tree: FileTree = {
    texts: { "/proc/self/status": root, "/proc/self/uid_map": all, "/proc/1/comm": "systemd\n", ...texts },
    links: { "/proc/1/exe": "/usr/lib/systemd/systemd", "/proc/self/ns/pid": "pid:[4026531836]", ...links },
    absent,
  };
  return memoryFiles(tree);
}

/** @param uid - whose PID 1 seems to be. */
function outside(uid: number) {
  const texts = { "/proc/self/status": "Uid:\t65534\t65534\t65534\t65534\n", "/proc/self/uid_map": one };
  const facts = { "/proc/1": { uid, atimeMs: 0, mtimeMs: 0 } };
  return { ...filesWith(texts, {}, hidden), facts: (path: string) => memoryFiles({ facts }).facts(path) };
}

const hidden: Record<string, Absence> = { "/proc/1/exe": refused };

test.each([
  ["root", filesWith({}, {}), undefined],
  ["root without CAP_SYS_PTRACE", filesWith({}, {}, hidden), "no-ptrace"],
  [
    "root, where something protects PID 1 alone",
    filesWith({ "/proc/self/status": `${root}CapEff:\t000001fffeffffff\n` }, {}, hidden),
    undefined,
  ],
  [
    "root with all rights but that one",
    filesWith({ "/proc/self/status": `${root}CapEff:\t000001fffff7ffff\n` }, {}, hidden),
    "no-ptrace",
  ],
  ["root of a user namespace", filesWith({ "/proc/self/uid_map": one }, {}, hidden), "user-namespace"],
  ["an ordinary user", filesWith({ "/proc/self/status": "Uid:\t1000\t1000\t1000\t1000\n" }, {}, hidden), undefined],
  ["a user of a namespace without the machine's root", outside(65_534), "user-namespace"],
  ["a user of a container, which has a root of its own", outside(0), undefined],
  ["root in a PID namespace of its own", filesWith({ "/proc/1/comm": "sh\n" }, nested), "pid-namespace"],
  ["root in a container with a service manager", filesWith({}, nested), undefined],
  ["nobody, for a recording tells nothing of it", memoryFiles({}), undefined],
])("%s", (_, files, blindness) => {
  expect(readBlindness(files)).toBe(blindness);
});

test("the uid of users who are not told apart", () => {
  expect(readUnmappedUid(filesWith({}, {}))).toBeUndefined();
  const texts = { "/proc/self/uid_map": one, "/proc/sys/kernel/overflowuid": "65533\n" };
  expect(readUnmappedUid(filesWith(texts, {}))).toBe(65_533);
});

describe("a machine of which root sees only a part", () => {
  function reportOf(host: Host, change: (path: string) => string | Absence | undefined) {
    const files = host.files();
    const texts = withTexts(files, (path) => {
      const changed = path === "/proc/self/status" ? root : change(path);
      return changed ?? files.read(path);
    });
    const machine = { now: () => now, hostName: () => "web1", observer: undefined, pause: () => undefined };
    const seen = interceptFiles(texts, (path) => {
      const changed = change(path);
      return typeof changed === "symbol" ? changed : undefined;
    });
    return assembleSessions(readSnapshot({ files: seen, ...machine }));
  }

  test("a refused link is unknown, even where the folder is readable, and rows are shown as far as they go", () => {
    const host = new Host();
    Sshd.daemon(host, "10.0").login({ user: "alice", ttys: ["pts/1"] });
    const { sessions, warnings } = reportOf(host, (path) =>
      /\/(?:exe|ns\/\w+|fd\/\d+)$/.test(path) ? refused : undefined,
    );
    expect(sessions).toMatchObject([
      { user: "alice", uid: 1000, ttys: ["pts/1"], peer: undefined, forwards: undefined },
    ]);
    expect(warnings).toMatchObject([{ code: "no-ptrace" }]);
  });

  test("users whom the kernel does not tell apart are named by titles, without a uid", () => {
    const host = new Host();
    host.accounts.push("nobody:x:65534:65534::/:/usr/sbin/nologin");
    Sshd.daemon(host, "10.0").login({ user: "alice", uid: 65_534, ttys: ["pts/1"] });
    const { sessions, warnings } = reportOf(host, (path) =>
      path === "/proc/self/uid_map" ? one : /\/(?:exe|ns\/\w+|fd\/\d+)$/.test(path) ? refused : undefined,
    );
    expect(sessions).toMatchObject([{ user: "alice", uid: undefined }]);
    expect(warnings).toMatchObject([{ code: "user-namespace" }]);
  });

  test.each([true, false])("a PID namespace matters only where it holds no server (server: %s)", (hasServer) => {
    const host = new Host();
    if (hasServer) Sshd.daemon(host, "10.0");
    const report = reportOf(host, (path) => (path === "/proc/1/comm" ? "sh\n" : undefined));
    expect(report.warnings).toEqual([]);
    const files = host.files();
    const inside = withTexts(files, (path) =>
      path === "/proc/self/status" ? root : path === "/proc/1/comm" ? "sh\n" : files.read(path),
    );
    const machine = { now: () => now, hostName: () => "web1", observer: undefined, pause: () => undefined };
    const link = (path: string) => (path === "/proc/self/ns/pid" ? "pid:[4026532407]" : files.link(path));
    const { warnings } = assembleSessions(readSnapshot({ files: { ...inside, link }, ...machine }));
    expect(warnings.map(({ code }) => code)).toEqual(hasServer ? [] : ["pid-namespace"]);
  });

  test("a network namespace of the command's own hides nothing: sessions are those in the network of PID 1", () => {
    const host = new Host();
    Sshd.daemon(host, "10.0").login({ user: "alice", peer: "10.0.0.7:5000" });
    const files = host.files();
    const link = (path: string) => (path === "/proc/self/ns/net" ? "net:[77]" : files.link(path));
    const moved = withTexts(files, (path) => files.read(path.startsWith("/proc/net/") ? "/nowhere" : path));
    const machine = { now: () => now, hostName: () => "web1", observer: undefined, pause: () => undefined };
    const { sessions } = assembleSessions(readSnapshot({ files: { ...moved, link }, ...machine }));
    expect(sessions).toMatchObject([{ user: "alice", container: false, peer: { port: 5000 } }]);
  });
});
