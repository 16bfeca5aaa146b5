import type { DoctorHost } from "../../src/doctor/host.ts";
import type { ProgramOutput } from "../../src/host/programs/run.ts";
import { now } from "./machine-builder.ts";
import { memoryFiles, type FileTree } from "./memory-files.ts";
import { report } from "./sessions.ts";

/** A machine in memory. */
export interface Patient extends Partial<Omit<DoctorHost, "files">> {
  files?: FileTree;
  /** What programs answer, by name or by name and first argument, where that is not what they answer on a Debian. */
  answers?: Readonly<Record<string, ProgramOutput | undefined>>;
}

const done: ProgramOutput = { stdout: "", stderr: "", exitCode: 0 };

const debian: Readonly<Record<string, ProgramOutput>> = {
  "sshd -V": { ...done, stderr: "OpenSSH_10.0p2 Debian-7, OpenSSL 3.5.1 1 Jul 2025\n" },
  "sshd -T": { ...done, stdout: "port 22\nloglevel INFO\n" },
  systemctl: { ...done, stdout: "Id=ssh.service\nActiveState=active\nMainPID=76\n" },
  "ssh-keygen": { ...done, exitCode: 1 },
};

const texts = { "/proc/1/stat": "1", "/proc/self/stat": "2", "/var/log/journal/0123/system.journal": "" };

/** A Debian on which nothing is wrong, except for what is given. */
export function doctorHost({ files = {}, answers = {}, ...given }: Patient = {}): DoctorHost {
  const all: Readonly<Record<string, ProgramOutput | undefined>> = { ...debian, ...answers };
  const listeners = [{ pid: 76, server: "openssh" as const, addresses: [{ address: "0.0.0.0", port: 22 }] }];
  return {
    files: memoryFiles({ ...files, texts: { ...texts, ...files.texts } }),
    logFiles: { lines: async function* () {} },
    programs: {
      run: async (name, [first = ""]) => {
        const key = [`${name} ${first}`, name].find((each) => each in all);
        return Promise.resolve(key === undefined ? done : all[key]);
      },
    },
    hostName: "web1",
    uid: 0,
    now: () => now,
    readReport: async () => Promise.resolve({ ...report([]), listeners }),
    beginOfJournal: async () => Promise.resolve(now - 86_400_000),
    nodeVersion: "20.19.2",
    nodePath: "/usr/bin/node",
    programPaths: ["/usr/bin/sshctl", "/usr/lib/sshctl/dist/main.cjs"],
    findTampering: () => undefined,
    canActAs: true,
    ...given,
  };
}
