import type { SessionReport } from "../domain/session.ts";
import type { Files } from "../host/files/files.ts";
import type { LogFiles } from "../host/files/log-files.ts";
import type { Programs } from "../host/programs/run.ts";

/** The machine that is examined, and the program that examines it. */
export interface DoctorHost {
  files: Files;
  logFiles: LogFiles;
  programs: Programs;
  /** What the machine calls itself. */
  hostName: string;
  /** The effective uid of whoever runs sshctl. */
  uid: number;
  now: () => number;
  /** @throws FatalError, PermissionError */
  readReport: () => Promise<SessionReport>;
  /** Milliseconds since the epoch; undefined where no journal of the system can be read. */
  beginOfJournal: () => Promise<number | undefined>;
  nodeVersion: string;
  /** The Node.js that runs sshctl. */
  nodePath: string;
  /** All that Node.js loads of sshctl. */
  programPaths: readonly string[];
  /** How somebody who may not could change what is there. */
  findTampering: (path: string) => string | undefined;
  /** Whether this Node.js lets root take on the rights of users. */
  canActAs: boolean;
}
