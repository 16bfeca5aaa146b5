import { ForeseenError } from "../../../errors.ts";
import { missing, type Check } from "./check.ts";
import type { DoctorHost } from "./machine.ts";
import { examineLogs } from "./logs.ts";
import { examinePrograms } from "./programs.ts";
import { examineInstalled, examineListeners } from "./server.ts";
import { examineSelf } from "./self.ts";
import { examineLogind, examineProc, examineRights, examineSight, examineUserFiles } from "./sight.ts";

/** Everything that sshctl needs of this machine, in the order in which it is told. Changes nothing. */
export async function examine(host: DoctorHost): Promise<Check[]> {
  const { uid } = host;
  return [
    examineRights(uid),
    examineProc(host),
    ...examineSight(host),
    ...examineUserFiles(host),
    ...(await listeners(host)),
    ...(await examineInstalled(host)),
    await examineLogind(host),
    ...(await examineLogs(host)),
    ...(await examinePrograms(host)),
    ...examineSelf(host),
  ];
}

/** Without processes there is nothing to tell of them: how /proc stands is told by itself. */
async function listeners(host: DoctorHost): Promise<Check[]> {
  try {
    return examineListeners(await host.readReport(), host);
  } catch (error) {
    if (!(error instanceof ForeseenError)) throw error;
    return [missing("sessions", error.message, error.remedy ?? "run sshctl as root")];
  }
}
