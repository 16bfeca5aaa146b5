/** What this user is allowed to see. */
import { isPresent } from "../../../host/files/files.ts";
import type { Blindness } from "../../../domain/snapshot.ts";
import { blindReasons } from "../../../domain/warnings.ts";
import { readBlindness } from "../../../system/procfs/sight.ts";
import { limited, missing, ok, optional, type Check } from "./check.ts";
import type { DoctorHost } from "./machine.ts";

export function examineRights(uid: number): Check {
  return uid === 0
    ? ok("root", "runs as root")
    : limited(
        "root",
        `runs as uid ${String(uid)}: no forwards and no keys, addresses of your own sessions only, and only those can be ended`,
        "sudo sshctl doctor",
      );
}

/** Process 1 is always there, and its stat is for everybody to read, unless hidepid hides it: proc(5). */
export function examineProc({ files }: DoctorHost): Check {
  if (!isPresent(files.read("/proc/self/stat")))
    return missing("proc", "/proc cannot be read: no session can be found", "mount -t proc proc /proc");
  return isPresent(files.read("/proc/1/stat"))
    ? ok("proc", "/proc shows the processes of all users")
    : missing(
        "proc",
        "/proc is mounted with hidepid, which hides the processes of other users",
        "run sshctl as root, or mount /proc with gid= of a group that you are in",
      );
}

/** Being root is not enough to look into processes, and says nothing of those outside of its own namespaces. */
export function examineSight({ files, uid }: DoctorHost): Check[] {
  const blindness = readBlindness(files);
  if (uid !== 0 && blindness === undefined) return [];
  return [
    blindness === undefined
      ? ok("sight", "root sees what every process has open")
      : missing("sight", blindReasons[blindness], remedies[blindness]),
  ];
}

const remedies: Readonly<Record<Blindness, string>> = {
  "no-ptrace": "add CAP_SYS_PTRACE to the service (CapabilityBoundingSet=), or to the container (--cap-add SYS_PTRACE)",
  "user-namespace": "set PrivateUsers=no for the service, or run sshctl outside the container",
  "pid-namespace": "set PrivatePIDs=no for the service, or run the container with the PIDs of its host (--pid=host)",
};

export function examineUserFiles({ uid, runningProgram }: DoctorHost): Check[] {
  if (uid !== 0) return [];
  return [
    runningProgram().canActAs
      ? ok("user-files", "users' files are read and written with each user's own rights")
      : optional(
          "user-files",
          "this build of Node.js cannot switch to a user's rights: owner, group and mode decide, and a file that only an access list opens to its user is not read",
          "install the package sshctl-standalone, which brings another Node.js",
        ),
  ];
}

const limitMs = 5000;

/** loginctl(1) */
export async function examineLogind({ programs }: DoctorHost): Promise<Check> {
  const list = await programs.run("loginctl", ["list-sessions", "--no-legend", "--no-pager"], limitMs);
  return list?.exitCode === 0
    ? ok("logind", "reports which processes belong to a login")
    : optional(
        "logind",
        "does not answer: what belongs to a login is known only from its processes",
        "install the package libpam-systemd, where systemd runs",
      );
}
