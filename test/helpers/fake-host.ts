/** A Debian in memory, with everything that the tool asks of a machine and does to it. */
import { fromByteText } from "../../src/text/byte-text.ts";
import { FileTrouble } from "../../src/host/files/file-trouble.ts";
import { gone, isPresent, orUndefined, startOf, type Absence, type Files } from "../../src/host/files/files.ts";
import type { Rights, UserFile, UserFiles } from "../../src/host/files/user-files.ts";
import type { Host, Machine } from "../../src/host/host.ts";
import type { CallerPrograms } from "../../src/host/programs/as-caller.ts";
import type { UserPrograms } from "../../src/host/programs/as-user.ts";
import type { Programs } from "../../src/host/programs/run.ts";
import type { Reports } from "../../src/report/reports.ts";
import { findUser } from "../../src/system/accounts.ts";
import { LoginCounter, type Login } from "../../src/system/logs/login-counter.ts";
import { quickClock } from "./live.ts";
import { now } from "./machine-builder.ts";
import { memoryState } from "./memory-state.ts";

export interface FakeHost extends Machine, Host, Pick<Reports, "logins" | "findUser"> {
  /** All files, by path, as byte texts; what is changed shows here. */
  texts: Map<string, string>;
  /** Every path that was written, in order. */
  written: string[];
  /** Permissions of files that are not 0644. */
  modes: Map<string, number>;
}

export interface HostSpec {
  uid?: number;
  /** Who has logged in to become that. */
  loginUid?: number;
  texts?: Readonly<Record<string, string>>;
  links?: Readonly<Record<string, string>>;
  /** When its files were last written; long ago unless told otherwise. */
  writtenMs?: number;
  /** Whose files are not root's, by uid. */
  owners?: Readonly<Record<string, number>>;
  /** Why the files at these paths cannot be read or written. */
  troubles?: Readonly<Record<string, FileTrouble>>;
  /** Why those at these cannot be written. */
  unwritable?: Readonly<Record<string, FileTrouble>>;
  /** Every file can be written only once. */
  onlyOnce?: boolean;
  /** What programs answer; there are none unless told otherwise. */
  run?: Programs["run"];
  /** What `sshd -T` answers beside the usual AuthorizedKeysFile, for everybody or by user; it cannot be asked unless this is given. */
  sshd?: string | ((user: string) => string);
  /** What programs of users do; there are none unless told otherwise. */
  runAsUser?: UserPrograms["run"];
  /** What the caller's own programs do; there are none unless told otherwise. */
  runAsCaller?: CallerPrograms["run"];
  logins?: readonly Login[];
  /** Since when the journal tells; for a day unless told otherwise, null: it cannot be read. */
  journalSinceMs?: number | null;
  filesSinceMs?: number;
  /** What is at a path instead of a regular file of its text, where a user reads it. */
  odd?: Readonly<Record<string, UserFile>>;
  /** Rights of paths that are not 0600 of their user and 0755 of root. */
  rights?: Readonly<Record<string, Partial<Rights>>>;
  /** What the kernel shows: processes and sockets. */
  kernel?: Files;
  /** Whatever else is otherwise. */
  machine?: Partial<Machine>;
}

export const passwd = [
  "root:x:0:0:root:/root:/bin/bash",
  "sync:x:4:65534:sync:/bin:/bin/sync",
  "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin",
  "alice:x:1000:1000::/home/alice:/bin/bash",
  "bob:x:1001:1001::/home/bob:/usr/bin/fish",
  "carol:x:1002:1002::/home/carol:/usr/bin/zsh",
  "dave:x:1003:1003::/home/dave:/bin/sh",
  "erin:x:1004:1004::/home/erin:/usr/bin/mksh",
  "it's me:x:1005:1005::/home/me:/bin/bash",
].join("\n");

/** /etc/profile as Debian has it, shortened. */
export const profile = `PATH=/usr/bin
if [ -f /etc/bash.bashrc ]; then . /etc/bash.bashrc; fi
if [ -d /etc/profile.d ]; then
  for i in /etc/profile.d/*.sh; do . $i; done
fi
`;

const debian: Readonly<Record<string, string>> = {
  "/etc/passwd": passwd,
  "/etc/group": "root:x:0:\nwheel:x:10:alice\nops:x:2000:alice,bob\n",
  "/etc/profile": profile,
  "/etc/profile.d/70-extra.sh": "# nothing\n",
  "/etc/zsh/zprofile": "# /etc/profile is not read\n",
  "/etc/zsh/zshrc": "# zshrc\n",
};

export function fakeHost(spec: HostSpec = {}): FakeHost {
  const texts = new Map(Object.entries({ ...debian, ...callerTexts(spec), ...spec.texts }));
  const written: string[] = [];
  const modes = new Map<string, number>();
  const machine: Machine = {
    ...factsOf(spec, texts),
    ...handsOf(spec, texts, written, modes),
    observer: 2,
    ...spec.machine,
  };
  return {
    ...machine,
    facts: machine,
    hands: async () => Promise.resolve(machine),
    logins: async () => Promise.resolve(historyOf(spec)),
    findUser: async (name) => findUser(name, machine),
    texts,
    written,
    modes,
  };
}

type Texts = Map<string, string>;

function callerTexts({ uid = 0, loginUid = 4_294_967_295 }: HostSpec): Record<string, string> {
  return {
    "/proc/self/status": `Name:\tnode\nUid:\t${String(uid)}\t${String(uid)}\t${String(uid)}\t${String(uid)}\n`,
    "/proc/self/loginuid": String(loginUid),
  };
}

function factsOf({ uid = 0, links = {}, ...spec }: HostSpec, texts: Texts): Omit<Machine, keyof Hands | "observer"> {
  return {
    files: withKernel(filesIn(texts, links, spec.writtenMs ?? 0, spec.owners), spec.kernel),
    smallFiles: { readSmall: (path) => texts.get(path) },
    rootFiles: {
      readRoots: (path) => {
        const trouble = spec.troubles?.[path];
        if (trouble !== undefined) throw trouble;
        return texts.get(path);
      },
    },
    logFiles: {
      lines: async function* (path) {
        yield* await Promise.resolve((texts.get(path) ?? "").split("\n").filter(Boolean));
      },
    },
    programs: { run: programsOf(spec) },
    programLines: { each: journalOf(spec), pieces: async () => Promise.resolve(0) },
    hostName: () => "web1",
    now: () => now,
    uid,
    pause: () => undefined,
  };
}

type Hands = Omit<Machine, keyof Host["facts"]>;

function handsOf(spec: HostSpec, texts: Texts, written: string[], modes: Map<string, number>): Hands {
  return {
    userFiles: userFilesIn(texts, spec),
    replaceFiles: replaceFilesIn(texts, written, modes, spec),
    renameFile: renameFileIn(texts),
    state: memoryState(),
    locks: memoryState(),
    policy: memoryState(),
    frozen: memoryState(),
    newFiles: {
      create: () => "created",
      replace: (path, text) => {
        texts.set(path, text);
        return "replaced";
      },
    },
    foreignFiles: { read: () => ({ unread: "it is gone" }), memory: () => ({ unread: "it is gone" }) },
    newArchives: {
      isThere: () => false,
      freeBytes: never("write evidence"),
      inFolder: never("write evidence"),
      onOutput: never("write evidence"),
      isOutputTerminal: () => false,
    },
    publish: (path, text) => {
      const trouble = spec.unwritable?.[path];
      if (trouble !== undefined) throw trouble;
      texts.set(path, text);
    },
    withScratchFolder: async () => Promise.reject(new Error("there is no scratch folder")),
    createHold: () => () => undefined,
    clock: quickClock(),
    signals: { send: never("signal"), probe: () => "sent" },
    cgroups: { kill: never("kill a cgroup"), freeze: never("freeze a cgroup") },
    terminals: { tell: never("write to a terminal") },
    userPrograms: {
      run: spec.runAsUser ?? (async () => Promise.resolve({ kind: "problem", problem: "there is none" })),
    },
    callerPrograms: { run: spec.runAsCaller ?? (async () => Promise.resolve({ kind: "missing" })) },
    feed: async () => Promise.resolve(0),
    lines: { follow: () => () => undefined },
    hooks: { findFault: () => undefined, run: async () => Promise.resolve({ code: 0 }) },
    banners: { read: async () => Promise.resolve(undefined) },
    openScreen: undefined,
    onHangUp: () => () => undefined,
    holdSignals: async (_, work) => work(),
    runningProgram: () => ({
      nodeVersion: "20.19.2",
      nodePath: "/usr/bin/node",
      scriptPath: "/usr/bin/sshctl",
      paths: ["/usr/bin/sshctl", "/usr/lib/sshctl/dist/main.cjs"],
      findTampering: () => undefined,
      canActAs: true,
    }),
  };
}

/** For what a test does not expect. */
function never(what: string): () => never {
  return () => {
    throw new Error(`nobody expected to ${what}`);
  };
}

function programsOf({ run, sshd }: HostSpec): Programs["run"] {
  return async (name, args, limitMs, input) => {
    const answer = await run?.(name, args, limitMs, input);
    if (answer !== undefined || name !== "sshd" || sshd === undefined || args[0] === "-V") return answer;
    const user = /user=([^,]*)/.exec(args.join(" "))?.[1] ?? "";
    const settings = typeof sshd === "string" ? sshd : sshd(user);
    return { stdout: `authorizedkeysfile .ssh/authorized_keys\n${settings}`, exitCode: 0 };
  };
}

/** A journal that tells only since when it tells. */
function journalOf({ journalSinceMs = now - 86_400_000 }: HostSpec): Machine["programLines"]["each"] {
  return async (_name, _args, _limitMs, take) => {
    if (journalSinceMs === null) return Promise.resolve(1);
    take(`{"__REALTIME_TIMESTAMP":"${String(journalSinceMs * 1000)}"}`);
    return Promise.resolve(0);
  };
}

function historyOf({ logins = [], journalSinceMs = now - 86_400_000, filesSinceMs }: HostSpec) {
  const counter = new LoginCounter();
  for (const login of logins) counter.add(login);
  return {
    journalSinceMs: journalSinceMs ?? undefined,
    filesSinceMs,
    useOf: (user: string, fingerprint: string) => counter.useOf(user, fingerprint),
    usersOf: (fingerprint: string) => counter.usersOf(fingerprint),
  };
}

function replaceFilesIn(
  all: Texts,
  written: string[],
  modes: Map<string, number>,
  { troubles = {}, unwritable = {}, onlyOnce = false }: HostSpec,
): Machine["replaceFiles"] {
  const check = (path: string, table = troubles) => {
    const trouble = table[path];
    if (trouble !== undefined) throw trouble;
  };
  return {
    read: (path) => {
      check(path);
      return all.get(path);
    },
    attributes: (path) => (all.has(path) ? { gid: 0, mode: modes.get(path) ?? 0o644 } : undefined),
    replace: (path, _owner, before, after, attributes) => {
      check(path, { ...troubles, ...unwritable });
      if (onlyOnce && written.includes(path)) throw new FileTrouble("broken", `${path} is full`);
      if (all.get(path) !== before) throw new FileTrouble("changed", `${path} was changed by another process`);
      written.push(path);
      if (before === undefined) modes.set(path, attributes?.mode ?? 0o644);
      if (after === undefined) all.delete(path);
      else all.set(path, after);
    },
    copy: (path, _owner, copy) => {
      check(copy, { ...troubles, ...unwritable });
      all.set(copy, all.get(path) ?? "");
    },
    withLock: async (path, _owner, work) => {
      check(path);
      return work();
    },
  };
}

function renameFileIn(texts: Texts): Machine["renameFile"] {
  return (path, name) => {
    const [text, to] = [texts.get(path), `${path.slice(0, path.lastIndexOf("/"))}/${name}`];
    if (text === undefined) return "gone";
    if (texts.has(to)) return "taken";
    texts.delete(path);
    texts.set(to, text);
    return "renamed";
  };
}

function userFilesIn(texts: Texts, { odd = {}, rights = {} }: HostSpec): UserFiles {
  const readFile = (path: string, { uid, gid }: { uid: number; gid: number }, limitBytes: number): UserFile => {
    const text = texts.get(path);
    const strange = odd[path];
    if (strange !== undefined) return strange;
    if (text === undefined) return { kind: "absent" };
    const at = (place: string, own: Rights): Rights => ({ ...own, ...rights[place] });
    const file = at(path, { path, uid, gid, mode: 0o100600 });
    const folders = foldersOf(path).map((place) => at(place, { path: place, uid: 0, gid: 0, mode: 0o40755 }));
    const bytes = Buffer.from(text, "latin1");
    return {
      kind: "read",
      bytes: bytes.subarray(0, limitBytes),
      isWhole: bytes.length <= limitBytes,
      size: bytes.length,
      rights: [file, ...folders],
    };
  };
  return {
    together: (work) => work(),
    read: (paths, owner, _isOutOfReach, limitBytes) => paths.map((path) => readFile(path, owner, limitBytes)),
    open: (path, owner, _, fromByte = 0) => {
      const file = readFile(path, owner, Number.POSITIVE_INFINITY);
      return file.kind === "read"
        ? { kind: "open", chunks: chunksOf(file.bytes.subarray(fromByte)), rights: file.rights }
        : file;
    },
    realPath: (path) => path,
  };
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += 65_536)
    yield Promise.resolve(bytes.subarray(start, start + 65_536));
}

function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join("/")}`).concat("/");
}

/** The machine's own files come first. */
function withKernel(own: Files, kernel: Files | undefined): Files {
  if (kernel === undefined) return own;
  const first = <T>(answer: T | Absence, other: () => T | Absence) => (isPresent(answer) ? answer : other());
  return {
    read: (path) => first(own.read(path), () => kernel.read(path)),
    start: (path, limitBytes) => first(own.start(path, limitBytes), () => kernel.start(path, limitBytes)),
    bytes: (path) => first(own.bytes(path), () => kernel.bytes(path)),
    link: (path) => first(own.link(path), () => kernel.link(path)),
    names: (path) => {
      const names = [orUndefined(own.names(path)), orUndefined(kernel.names(path))];
      return names.every((each) => each === undefined) ? gone : [...new Set(names.flatMap((each) => each ?? []))];
    },
    facts: (path) => first(own.facts(path), () => kernel.facts(path)),
  };
}

function filesIn(
  texts: ReadonlyMap<string, string>,
  links: Readonly<Record<string, string>>,
  writtenMs: number,
  owners: Readonly<Record<string, number>> = {},
): Files {
  const read = (path: string) => {
    const text = texts.get(path);
    return text === undefined ? gone : fromByteText(text);
  };
  return {
    read,
    start: (path, limitBytes) => {
      const text = read(path);
      return isPresent(text) ? startOf(text, limitBytes) : text;
    },
    bytes: (path) => {
      const text = texts.get(path);
      return text === undefined ? gone : Buffer.from(text, "latin1");
    },
    link: (path) => links[path] ?? (path === "/bin/sh" ? "dash" : gone),
    names: (folder) => {
      const names = [...texts.keys()]
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1));
      return names.length === 0 ? gone : names.filter((name) => !name.includes("/"));
    },
    facts: (path) => (texts.has(path) ? { uid: owners[path] ?? 0, atimeMs: writtenMs, mtimeMs: writtenMs } : gone),
  };
}
