import type { SessionDetails } from "../domain/session-details.ts";
import type { Session, SessionReport, Sighting } from "../domain/session.ts";
import type { JournalNotice } from "../domain/short-logins.ts";
import type { Clock } from "../host/processes/clock.ts";
import type { HookPrograms } from "../host/programs/hook.ts";
import type { Screen, ScreenEvents } from "../host/terminal/screen.ts";
import type { ReportDetail, SourceChoice } from "../domain/report-request.ts";

/** What a watch needs of the machine beside reports. */
export interface LivePorts {
  clock: Clock;
  /**
   * Tells of logins, as far as the journal can be read.
   *
   * @param sinceMs - from this moment on; milliseconds since the epoch.
   * @returns a function that stops it.
   */
  followJournal: (sinceMs: number, onNotice: (notice: JournalNotice) => void, onProblem: () => void) => () => void;
  hooks: HookPrograms;
  /** Undefined where there is no terminal that could be drawn on and typed at. */
  openScreen: ((events: ScreenEvents) => Screen) | undefined;
  /** Reads the machine beside what else goes on, so that a key need not wait for it. */
  openScanner: () => Scanner;
  /** Does something that must come to an orderly end, and tells it when a signal wants that end soon. */
  holdSignals: <T>(onSignal: () => void, work: () => Promise<T>) => Promise<T>;
}

export interface Scanner {
  /** @throws FatalError, PermissionError */
  readReport: (source: SourceChoice, detail: ReportDetail) => Promise<Sighting>;
  /** What `show` tells; undefined when the session has ended. */
  readDetails: (session: Session) => Promise<{ details: SessionDetails; report: SessionReport } | undefined>;
  close: () => void;
}
