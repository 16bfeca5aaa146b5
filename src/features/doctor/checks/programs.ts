/** The programs that sshctl runs. Without any of them it still lists sessions and ends them. */
import { ok, optional, type Check } from "./check.ts";
import { findWtmpDatabase } from "../../../system/logs/wtmpdb.ts";
import type { DoctorHost } from "./machine.ts";

interface NeededProgram {
  name: string;
  /** Makes it say something of itself, and end with the exit code below. */
  args: readonly string[];
  exitCode: 0 | 1;
  purpose: string;
  /** Debian's package. */
  fromPackage: string;
}

const needed: readonly NeededProgram[] = [
  { name: "ps", args: ["--version"], exitCode: 0, purpose: "list --source tools", fromPackage: "procps" },
  {
    name: "ss",
    args: ["-V"],
    exitCode: 0,
    purpose: "the traffic in show, and list --source tools",
    fromPackage: "iproute2",
  },
  { name: "pkill", args: ["--version"], exitCode: 0, purpose: "kill --backend pkill", fromPackage: "procps" },
  { name: "killall", args: ["--version"], exitCode: 0, purpose: "kill --backend killall", fromPackage: "psmisc" },
  { name: "ssh-keygen", args: ["-?"], exitCode: 1, purpose: "keys revoke with a KRL", fromPackage: "openssh-client" },
];

const limitMs = 5000;

export async function examinePrograms(host: DoctorHost): Promise<Check[]> {
  const database = findWtmpDatabase(host.files);
  const all = database === undefined ? needed : [...needed, readerOf(database)];
  return Promise.all(all.map(async (program) => examineProgram(program, host)));
}

/** Only where there is something to read. */
function readerOf(database: string): NeededProgram {
  const purpose = `history, to read terminals and older logins from ${database}`;
  return { name: "wtmpdb", args: ["--version"], exitCode: 0, purpose, fromPackage: "wtmpdb" };
}

async function examineProgram(program: NeededProgram, host: DoctorHost): Promise<Check> {
  const { name, args, exitCode, purpose, fromPackage } = program;
  const output = await host.programs.run(name, args, limitMs);
  const remedy = `install the package ${fromPackage}`;
  if (output === undefined) return optional(name, `is not installed; it is needed for ${purpose}`, remedy);
  return output.exitCode === exitCode
    ? ok(name, `is installed, for ${purpose}`)
    : optional(name, `is not the one from ${fromPackage}, and may not work for ${purpose}`, remedy);
}
