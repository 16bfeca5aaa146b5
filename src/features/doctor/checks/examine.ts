/**
 * This room has the checks of `doctor`, a file for each part of a machine. A check reads and judges; it changes nothing and
 * writes nothing.
 */
import type { SessionReport } from "../../../domain/session.ts";
import { ForeseenError } from "../../../errors.ts";
import { missing, type Check } from "./check.ts";
import type { DoctorHost } from "./machine.ts";
import { examineFrozen } from "./frozen.ts";
import { examineLogs } from "./logs.ts";
import { examinePolicy } from "./policy.ts";
import { examineProtected } from "./protected.ts";
import { examinePrograms } from "./programs.ts";
import { examineInstalled, examineListeners } from "./server.ts";
import { examineRecords } from "./records.ts";
import { examineSelf } from "./self.ts";
import { examineSystem } from "./system.ts";
import { examineLogind, examineProc, examineRights, examineSight, examineUserFiles } from "./sight.ts";

/** Everything that sshctl needs of this machine, in the order in which it is told. Changes nothing. */
export async function examine(host: DoctorHost): Promise<Check[]> {
  const { uid } = host;
  const report = await readReport(host);
  const listeners = "listeners" in report ? report.listeners : [];
  return [
    examineSystem(host),
    examineRights(uid),
    examineProc(host),
    ...examineSight(host),
    ...examineUserFiles(host),
    ...("listeners" in report ? examineListeners(report, host) : [report]),
    ...(await examineInstalled(listeners, host)),
    await examineLogind(host),
    ...(await examineLogs(listeners, host)),
    // A user may not look where the journal is.
    ...(uid === 0 ? [examineRecords(host)] : []),
    ...("listeners" in report ? examineFrozen(report) : []),
    await examineProtected(host),
    examinePolicy(host),
    ...(await examinePrograms(host)),
    ...examineSelf(host),
  ];
}

/** Without processes there is nothing to tell of them: how /proc stands is told by itself. */
async function readReport(host: DoctorHost): Promise<SessionReport | Check> {
  try {
    return await host.readReport();
  } catch (error) {
    if (!(error instanceof ForeseenError)) throw error;
    return missing("sessions", error.message, error.remedy ?? "run sshctl as root");
  }
}
