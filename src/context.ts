import type { SessionDetails } from "./domain/session-details.ts";
import type { Session, SessionReport } from "./domain/session.ts";
import type { ReportDetail, SourceChoice } from "./source-choice.ts";

/** One output stream as commands see it. */
export interface Output {
  write(text: string): void;
  isTerminal: boolean;
  /** Columns of the terminal, 80 where it does not say. */
  width: number;
}

/** What the world is to a command; put together once, in main.ts, and by tests. */
export interface Context {
  out: Output;
  err: Output;
  env: Readonly<Record<string, string | undefined>>;
  /** @throws FatalError, PermissionError */
  readReport(source: SourceChoice, detail: ReportDetail): Promise<SessionReport>;
  readDetails(session: Session, report: SessionReport, source: SourceChoice): Promise<SessionDetails>;
}
