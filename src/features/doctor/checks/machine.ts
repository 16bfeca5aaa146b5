import type { SessionReport } from "../../../domain/session.ts";
import type { Machine } from "../../../host/host.ts";

/** The machine that is examined, and the program that examines it. */
export type DoctorHost = Pick<
  Machine,
  "files" | "rootFiles" | "logFiles" | "programs" | "programLines" | "hostName" | "uid" | "now" | "runningProgram"
> & {
  /** @throws FatalError, PermissionError */
  readReport: () => Promise<SessionReport>;
};
