/**
 * How programs run on many hosts at once: the port between what sshctl wants to know and whatever carries it there. Adapters differ in
 * what they are good at; the contract tests hold all of them to the same answers.
 */
import type { GroupEnd } from "../../host/programs/run-group.ts";
import type { FleetHost } from "../names/fleet-host.ts";

/** A program for one host. */
export interface Job {
  host: FleetHost;
  /** A command line for the login shell there. */
  command: string;
  /** What the program reads. */
  input: string;
}

export interface EngineSettings {
  /** So many hosts at once. */
  fanOut: number;
  /** The account there; undefined for what the configuration of SSH says. */
  login: string | undefined;
  /** Of connecting, and of everything. */
  connectSeconds: number;
  hostSeconds: number;
  /** Nothing is started any more, and what runs is ended. */
  stop: AbortSignal;
}

/**
 * How a job has ended on its host: what its program has printed, byte by byte, and login shells before and after it; what was said
 * on standard error, there or by SSH; and the exit code of the program, 255 where SSH itself has failed. It is "stopped", too, where it
 * had not begun.
 */
export type JobEnd = Exclude<GroupEnd, { kind: "missing" | "problem" }>;

export interface Answer {
  job: Job;
  end: JobEnd;
  /** Milliseconds since the epoch: when it was started here, and when its end was known. */
  startedMs: number;
  endedMs: number;
}

export interface Engine {
  /**
   * Runs each job on its host, without a terminal, and tells once how it has ended, as soon as that is known.
   *
   * @returns when everything is told.
   * @throws FatalError where nothing can be run at all.
   */
  run: (jobs: readonly Job[], settings: EngineSettings, tell: (answer: Answer) => void) => Promise<void>;
}

/** Twenty times the largest recording that was measured. */
export const mostBytes = 8 << 20;
