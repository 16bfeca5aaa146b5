import type { Blindness, Snapshot } from "../../domain/snapshot.ts";
import { orUndefined, refused, type Files } from "../../host/files/files.ts";
import { limits } from "../../host/files/limits.ts";

/**
 * Why root does not see all that there is. Being root is not enough: a service or a container can be without the right to look
 * into processes (CAP_SYS_PTRACE, capabilities(7)), or in a user or PID namespace of its own (PrivateUsers=, PrivatePIDs=,
 * systemd.exec(5)). Of anybody else it is clear without a look, but for who is in a user namespace that does not know the machine's
 * root (unshare(1), nsenter(1)): everything there looks like that of ordinary users.
 */
export function readBlindness(files: Files): Blindness | undefined {
  const status = orUndefined(files.read("/proc/self/status", 0)) ?? "";
  const effectiveUid = /^Uid:\t\d+\t(\d+)/m.exec(status)?.[1];
  if (effectiveUid !== "0") return isOutside(files) ? "user-namespace" : undefined;
  const isRefused = files.link("/proc/1/exe") === refused;
  if (isRefused && !hasAllUsers(files)) return "user-namespace";
  // A security module can protect PID 1 alone, so a refusal by itself proves nothing.
  if (isRefused && !mayTrace(status)) return "no-ptrace";
  const ownPids = orUndefined(files.link("/proc/self/ns/pid"));
  const isNested = ownPids !== undefined && ownPids !== firstPidNamespace;
  return isNested && !isInit(files) ? "pid-namespace" : undefined;
}

/** Whether PID 1 belongs to somebody whom the command's user namespace does not know. */
function isOutside(files: Files): boolean {
  const unmapped = readUnmappedUid(files);
  return unmapped !== undefined && orUndefined(files.facts("/proc/1"))?.uid === unmapped;
}

/** CAP_SYS_PTRACE is capability 19: include/uapi/linux/capability.h. */
function mayTrace(status: string): boolean {
  const effective = /^CapEff:\t([0-9a-f]+)$/m.exec(status)?.[1] ?? "0";
  return ((BigInt(`0x${effective}`) >> 19n) & 1n) === 1n;
}

/** PROC_PID_INIT_INO in Linux' include/linux/proc_ns.h; always the same. */
const firstPidNamespace = "pid:[4026531836]";

/** A container with a service manager is a machine by itself; what runs a single command is not. */
function isInit(files: Files): boolean {
  const name = (orUndefined(files.read("/proc/1/comm", 0)) ?? "").trim();
  return /^(?:systemd|init|openrc-init|runit|s6-svscan|dinit|launchd)$/.test(name);
}

/** What of a snapshot tells how far it can be trusted to be whole. */
export function readSight(files: Files): Pick<Snapshot, "blindness" | "unmappedUid"> {
  return { blindness: readBlindness(files), unmappedUid: readUnmappedUid(files) };
}

/** The uid that the kernel shows for users who are not in the command's user namespace; undefined where all are. */
export function readUnmappedUid(files: Files): number | undefined {
  if (hasAllUsers(files)) return undefined;
  return Number(orUndefined(files.read("/proc/sys/kernel/overflowuid", 0)) ?? 65_534);
}

/** user_namespaces(7): the first one maps all uids to themselves. */
function hasAllUsers(files: Files): boolean {
  const map = files.start("/proc/self/uid_map", limits.commandLine);
  return typeof map === "symbol" || /^\s*0\s+0\s+4294967295\s*$/.test(map.text);
}
