import { createHash } from "node:crypto";
import type { Pid, Process } from "../../../domain/process.ts";
import { startOf } from "../../../domain/start-time.ts";
import { isUnread } from "../../../host/files/foreign-files.ts";
import { isPresent, orUndefined } from "../../../host/files/files.ts";
import type { Machine } from "../../../host/host.ts";
import { limits } from "../../../host/files/limits.ts";
import { parseFdInfo } from "../../../system/procfs/fd-info.ts";
import { rereadProcess } from "../../../system/procfs/processes.ts";
import { parseUnifiedGroup } from "../../../system/procfs/scope.ts";
import { socketOf } from "../../../system/procfs/open-files.ts";
import { parseIds } from "../../../system/procfs/status.ts";
import type { Circumstances, ExecutableEvidence, Kept, OpenFileEvidence, ProcessEvidence } from "../evidence.ts";
import type { Keeper } from "../keeper.ts";
import { evidenceLimits } from "../limits.ts";
import { keepMemory } from "./keep-memory.ts";
import type { Places } from "./places.ts";

/** What all processes share. */
export interface Collection {
  keeper: Keeper;
  places: Places;
  circumstances: Circumstances;
  memory: boolean;
  /** How many open files may still be listed. */
  openFilesLeft: number;
  /** Hashes of executables, by path, file system and inode: many processes run the same. */
  hashes: Map<string, Pick<ExecutableEvidence, "sha256" | "bytes">>;
  machine: Pick<Machine, "files" | "foreignFiles">;
}

/** Everything about one process: what goes away first is read first. */
export function readProcessEvidence(process: Process, collection: Collection): ProcessEvidence {
  const { keeper, machine, circumstances } = collection;
  const { pid } = process;
  const link = (name: string) => orUndefined(machine.files.link(`/proc/${String(pid)}/${name}`));
  const text = (name: string) => orUndefined(machine.files.read(`/proc/${String(pid)}/${name}`));
  const openFiles = listOpenFiles(pid, collection);
  const status = text("status");
  const kept = keepTexts(pid, keeper);
  const seen: Omit<ProcessEvidence, "isComplete"> = {
    process,
    startedAtMs: startOf(circumstances, process),
    ids: status === undefined ? undefined : parseIds(status),
    loginUid: loginUidOf(text("loginuid")),
    cgroup: parseUnifiedGroup(text("cgroup") ?? ""),
    workingDirectory: link("cwd"),
    rootDirectory: link("root"),
    network: link("ns/net"),
    commandLine: kept.commandLine,
    sockets: socketsOf(pid, openFiles ?? [], collection),
    executable: readExecutable(pid, link("exe"), collection),
    openFiles: openFiles?.map((file) => keepIfDeleted(pid, file, collection)),
    kept: kept.files,
  };
  if (collection.memory) for (const [name, file] of keepMemory(pid, collection)) kept.files.set(name, file);
  return { ...seen, isComplete: isStillTheSame(process, collection) };
}

/** A process that has ended or bears another name by now is no fault: it is told. */
function isStillTheSame(process: Process, { keeper, machine }: Collection): boolean {
  const now = rereadProcess(machine.files, process);
  const name = `process ${String(process.pid)} (${process.comm})`;
  if (now === undefined) keeper.miss(`${name} ended while it was read`);
  else if (now.comm !== process.comm) keeper.miss(`${name} calls itself ${now.comm} since`);
  return now !== undefined;
}

const texts = ["cmdline", "environ", "maps", "status"] as const;

function keepTexts(pid: Pid, keeper: Keeper): { files: Map<string, Kept>; commandLine: string[] | undefined } {
  const files = new Map<string, Kept>();
  let commandLine: string[] | undefined;
  for (const name of texts) {
    const read = keeper.kernelText(
      `processes/${String(pid)}/${name}`,
      `/proc/${String(pid)}/${name}`,
      `/proc/${String(pid)}/${name}`,
    );
    if (read === undefined) continue;
    files.set(name, read.kept);
    if (name === "cmdline")
      commandLine = read.bytes.subarray(0, limits.commandLine).toString("utf8").replace(/\0+$/, "").split("\0");
  }
  return { files, commandLine };
}

/** (uid_t) -1: nobody has logged in. */
function loginUidOf(text: string | undefined): number | undefined {
  return text === undefined || Number(text) === 4_294_967_295 ? undefined : Number(text);
}

/** @returns undefined where they cannot be seen. */
function listOpenFiles(pid: Pid, collection: Collection): Omit<OpenFileEvidence, "kept">[] | undefined {
  const { files } = collection.machine;
  const names = files.names(`/proc/${String(pid)}/fd`);
  if (!isPresent(names)) {
    collection.keeper.miss(`the open files of process ${String(pid)} cannot be seen`);
    return undefined;
  }
  const most = Math.min(evidenceLimits.openFiles, collection.openFilesLeft);
  if (names.length > most)
    collection.keeper.miss(
      `process ${String(pid)} has ${String(names.length)} open files, of which ${String(most)} are listed`,
    );
  collection.openFilesLeft -= Math.min(most, names.length);
  return names.slice(0, most).flatMap((name) => {
    const link = files.link(`/proc/${String(pid)}/fd/${name}`);
    if (!isPresent(link)) return [];
    const start = files.start(`/proc/${String(pid)}/fdinfo/${name}`, longestInfo);
    const info = parseFdInfo(isPresent(start) ? start.text : "");
    return [{ fd: Number(name), link, position: info.position, flags: info.flags, isDeleted: isDeleted(link) }];
  });
}

/** What is wanted of it comes first; that of a file that waits for many others (epoll) is long. */
const longestInfo = 4096;

/** d_path() in the kernel's fs/d_path.c says so behind the path. */
export function isDeleted(link: string): boolean {
  return link.startsWith("/") && link.endsWith(" (deleted)");
}

function keepIfDeleted(
  pid: Pid,
  file: Omit<OpenFileEvidence, "kept">,
  { keeper, places }: Collection,
): OpenFileEvidence {
  if (!file.isDeleted) return { ...file, kept: undefined };
  const fd = String(file.fd);
  if (places.isRemote(pid, file.link)) {
    keeper.miss(`file ${fd} of process ${String(pid)} (${file.link}) was not kept: ${remote}`);
    return { ...file, kept: undefined };
  }
  const kept = keeper.foreignFile(
    `processes/${String(pid)}/fd-${fd}`,
    `/proc/${String(pid)}/fd/${fd}`,
    `file ${fd} of process ${String(pid)} (${file.link})`,
    evidenceLimits.file,
    places.admit(pid, file.link),
  );
  return { ...file, kept };
}

const remote = "it is on a file system that may never answer";

function socketsOf(
  pid: Pid,
  openFiles: readonly Omit<OpenFileEvidence, "kept">[],
  { places }: Collection,
): ProcessEvidence["sockets"] {
  const handles = openFiles.flatMap((file) => socketOf(file) ?? []);
  if (handles.length === 0) return [];
  const table = places.socketsOf(pid);
  const unknown = { protocol: "unknown", local: undefined, peer: undefined, listens: false, path: undefined } as const;
  return handles.map(({ fd, inode }) => ({ fd, inode, ...(table.get(inode) ?? unknown) }));
}

/** One that is deleted is kept, since nobody else has it; of the others the hash tells whether they are what they should be. */
function readExecutable(pid: Pid, path: string | undefined, collection: Collection): ExecutableEvidence | undefined {
  if (path === undefined) return undefined;
  const { keeper, places } = collection;
  const what = `the executable of process ${String(pid)} (${path})`;
  if (places.isRemote(pid, path)) {
    keeper.miss(`${what} was not read: ${remote}`);
    return { path, isDeleted: isDeleted(path), sha256: undefined, bytes: undefined, kept: undefined };
  }
  const link = `/proc/${String(pid)}/exe`;
  const admit = places.admit(pid, path);
  if (!isDeleted(path))
    return { path, isDeleted: false, ...hashOf(link, path, what, admit, collection), kept: undefined };
  const kept = keeper.foreignFile(`processes/${String(pid)}/exe`, link, what, evidenceLimits.file, admit);
  return { path, isDeleted: true, sha256: kept?.sha256, bytes: kept?.bytes, kept };
}

function hashOf(
  link: string,
  path: string,
  what: string,
  admit: ReturnType<Places["admit"]>,
  { keeper, hashes, machine }: Collection,
): Pick<ExecutableEvidence, "sha256" | "bytes"> {
  const hashed = machine.foreignFiles.read(link, evidenceLimits.file, admit, ({ size, dev, ino, chunks }) => {
    const key = `${path}\0${String(dev)}:${String(ino)}`;
    const known = hashes.get(key);
    if (known !== undefined) return known;
    const hash = createHash("sha256");
    if (size > evidenceLimits.file) keeper.miss(`${what} has ${String(size)} bytes, and was not hashed`);
    else for (const chunk of chunks) hash.update(chunk);
    const found = { sha256: size > evidenceLimits.file ? undefined : hash.digest("hex"), bytes: size };
    hashes.set(key, found);
    return found;
  });
  if (!isUnread(hashed)) return hashed;
  keeper.miss(`${what} was not hashed: ${hashed.unread}`);
  return { sha256: undefined, bytes: undefined };
}
