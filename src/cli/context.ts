import type { DoctorHost } from "../doctor/host.ts";
import type { SessionDetails } from "../domain/session-details.ts";
import type { Session, SessionReport } from "../domain/session.ts";
import type { KeysHost } from "../keys/host.ts";
import type { LivePorts } from "../live/ports.ts";
import type { Acts } from "../features/kill/deliver/acts.ts";
import type { ReportDetail, SourceChoice } from "../domain/report-request.ts";
import type { TimeoutHost } from "../host/host.ts";

/** One output stream as commands see it. */
export interface Output {
  write(text: string): void;
  isTerminal: boolean;
  /** Columns of the terminal, 80 where it does not say. */
  width: number;
}

/** Columns to break lines at; undefined where there is no terminal, and a line is for whoever reads the pipe. */
export function widthOf({ isTerminal, width }: Output): number | undefined {
  return isTerminal ? width : undefined;
}

/** Questions to whoever sits at the terminal. */
export interface Prompts {
  /** @returns false also when the answer is no answer: Ctrl-C, Ctrl-D. */
  confirm: (question: string) => Promise<boolean>;
  /** @returns undefined when the question was called off. */
  choose: <T>(question: string, choices: readonly Choice<T>[]) => Promise<readonly T[] | undefined>;
}

export interface Choice<T> {
  value: T;
  /** Safe to print. */
  label: string;
}

/** What the world is to a command; put together once, in main.ts, and by tests. */
export interface Context {
  out: Output;
  err: Output;
  env: Readonly<Record<string, string | undefined>>;
  /** @throws FatalError, PermissionError */
  readReport(source: SourceChoice, detail: ReportDetail): Promise<SessionReport>;
  readDetails(session: Session, report: SessionReport, source: SourceChoice): Promise<SessionDetails>;
  /** Whether somebody of that name has an account on this machine; also where that cannot be told. */
  isUser(name: string): Promise<boolean>;
  /** What changes this machine. */
  acts(): Promise<Acts>;
  /** What goes on longer than one look. */
  live(): Promise<LivePorts>;
  /** @returns undefined where nobody can be asked. */
  prompts(): Promise<Prompts | undefined>;
  /** Does something that must come to an orderly end: it outlives its terminal, and is told of Ctrl-C. */
  interruptible<T>(work: (interruption: AbortSignal) => Promise<T>): Promise<T>;
  /** The machine whose limits of inactivity are looked at and changed. */
  timeoutHost(): Promise<TimeoutHost>;
  /** The machine whose keys are looked at and revoked. */
  keysHost(): Promise<KeysHost>;
  /** The machine that is examined, and the program that examines it. */
  doctorHost(): Promise<DoctorHost>;
}
