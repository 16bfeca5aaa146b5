import type { SessionReport } from "../../src/domain/session.ts";
import type { ProgramOutput } from "../../src/host/programs/run.ts";
import { fakeHost, type FakeHost } from "./fake-host.ts";
import { memoryFiles, type FileTree } from "./memory-files.ts";
import { report } from "./sessions.ts";
import type { World } from "./run-cli.ts";

/** A machine in memory. */
export interface Patient extends Partial<Omit<FakeHost, "files">> {
  files?: FileTree;
  /** What programs answer, by name or by name and first argument, where that is not what they answer on a Debian. */
  answers?: Readonly<Record<string, ProgramOutput | undefined>>;
  /** Since when the journal tells; null: it cannot be read. */
  journalSinceMs?: number | null;
  /** Who could change what is at a path. */
  findTampering?: (path: string) => string | undefined;
  /** What is seen of sessions. */
  sees?: () => SessionReport;
}

const done: ProgramOutput = { stdout: "", stderr: "", exitCode: 0 };

const debian: Readonly<Record<string, ProgramOutput>> = {
  "sshd -V": { ...done, stderr: "OpenSSH_10.0p2 Debian-7, OpenSSL 3.5.1 1 Jul 2025\n" },
  "sshd -T": { ...done, stdout: "port 22\nloglevel INFO\n" },
  systemctl: { ...done, stdout: "Id=ssh.service\nActiveState=active\nMainPID=76\n" },
  "ssh-keygen": { ...done, exitCode: 1 },
};

const texts = {
  "/proc/76/cgroup": "0::/system.slice/ssh.service\n",
  "/proc/76/cmdline": "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups\0",
  "/proc/1/stat": "1",
  "/proc/self/stat": "2",
  "/etc/machine-id": "0123\n",
  "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\nVERSION_ID="13"\n',
  "/var/log/journal/0123/system.journal": "",
};

/** A Debian on which nothing is wrong, except for what is given. */
export function patient({
  files = {},
  answers = {},
  journalSinceMs,
  findTampering,
  sees,
  ...given
}: Patient = {}): World {
  const all: Readonly<Record<string, ProgramOutput | undefined>> = { ...debian, ...answers };
  const listeners = [{ pid: 76, server: "openssh" as const, addresses: [{ address: "0.0.0.0", port: 22 }] }];
  const run = async (path: string, [first = ""]: readonly string[]) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const key = [`${name} ${first}`, name].find((each) => each in all);
    return Promise.resolve(key === undefined ? done : all[key]);
  };
  const { runningProgram } = fakeHost();
  const machine = {
    runningProgram: () => ({ ...runningProgram(), ...(findTampering && { findTampering }) }),
    files: memoryFiles({ ...files, texts: { ...texts, ...files.texts } }),
    programs: { run },
    ...given,
  };
  return {
    host: fakeHost({ machine, ...(journalSinceMs === undefined ? {} : { journalSinceMs }) }),
    reports: sees ?? (() => ({ ...report([]), listeners })),
  };
}
