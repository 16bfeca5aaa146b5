/**
 * The one way to a machine. There are two of them: the one that the program runs on (this-host.ts), and a recorded one, which tells
 * facts and has no hands. Functions take what they need of it: `Pick<Facts, "files">`, `Pick<Machine, "files" | "signals">`.
 */
import type { Cgroups } from "./processes/cgroups.ts";
import type { Clock } from "./processes/clock.ts";
import type { OnHangUp } from "./processes/hang-up.ts";
import type { SshBanners } from "./processes/ssh-banner.ts";
import type { Signals } from "./processes/signals.ts";
import type { CallerPrograms } from "./programs/as-caller.ts";
import type { UserPrograms } from "./programs/as-user.ts";
import type { FeedProgram } from "./programs/feed.ts";
import type { LineSource } from "./programs/follow.ts";
import type { HookPrograms } from "./programs/hook.ts";
import type { ProgramLines } from "./programs/read-lines.ts";
import type { Programs } from "./programs/run.ts";
import type { Files } from "./files/files.ts";
import type { ForeignFiles } from "./files/foreign-files.ts";
import type { Hold } from "./files/held-files.ts";
import type { LogFiles } from "./files/log-files.ts";
import type { NewArchives } from "./files/new-archive.ts";
import type { NewFiles } from "./files/new-file.ts";
import type { PublishFile } from "./files/publish-file.ts";
import type { RenameFile } from "./files/rename-file.ts";
import type { ReplaceFiles } from "./files/replace-file.ts";
import type { RootFiles } from "./files/root-file.ts";
import type { ScratchFolder } from "./files/scratch-folder.ts";
import type { StateFolder } from "./files/state-folder.ts";
import type { SmallFiles } from "./files/small-file.ts";
import type { UserFiles } from "./files/user-files.ts";
import type { Screen, ScreenEvents } from "./terminal/screen.ts";
import type { Terminals } from "./terminal/terminals.ts";

export interface Host {
  facts: Facts;
  /**
   * Loaded when they are first asked for.
   *
   * @throws FatalError for a recorded host.
   */
  hands: () => Promise<Hands>;
}

/** What a machine tells; cheap, and always there. */
export interface Facts {
  files: Files;
  /** Small files that a user may have replaced. */
  smallFiles: SmallFiles;
  /** Files that only root can have written. */
  rootFiles: RootFiles;
  logFiles: LogFiles;
  /** Programs that tell something and end. */
  programs: Programs;
  programLines: ProgramLines;
  /** What the machine calls itself. */
  hostName: () => string;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** The PID of the process that looks; undefined when the files are those of another machine. */
  observer: number | undefined;
  /** The effective uid of the caller. */
  uid: number;
  /** Blocks for so many milliseconds, in which processes may come further. */
  pause: (ms: number) => void;
}

/** What only the machine has that the program runs on: what changes it, what takes on a user's rights, what takes time. */
export interface Hands {
  /** The PID of the process that acts; it looks, too. */
  observer: number;
  signals: Signals;
  cgroups: Cgroups;
  /** The terminals of users. */
  terminals: Terminals;
  /** Files as a user may read them. */
  userFiles: UserFiles;
  /** Replaces files that belong to a user or to root. */
  replaceFiles: ReplaceFiles;
  renameFile: RenameFile;
  /** Where changes of files are recorded. */
  state: StateFolder;
  /** Where locks of accounts are recorded. */
  locks: StateFolder;
  /** What processes have open or run, deleted or not. */
  foreignFiles: ForeignFiles;
  /** Where the service of rules keeps what it knows. */
  policy: StateFolder;
  /** Where frozen sessions are recorded, with what thaws them. */
  frozen: StateFolder;
  /** Makes files of the caller's. */
  newFiles: NewFiles;
  /** Makes folders and archives of the caller's. */
  newArchives: NewArchives;
  /** Writes a file for other programs. */
  publish: PublishFile;
  /** Gives the work a folder of its own, which is gone afterwards. */
  withScratchFolder: <T>(work: (folder: ScratchFolder) => Promise<T>) => Promise<T>;
  /** Keeps files open that are read again and again. */
  createHold: () => Hold;
  /** Programs that run as a user. */
  userPrograms: UserPrograms;
  callerPrograms: CallerPrograms;
  feed: FeedProgram;
  /** Programs that go on printing. */
  lines: LineSource;
  hooks: HookPrograms;
  banners: SshBanners;
  clock: Clock;
  /** The caller's own terminal; undefined where there is none that could be drawn on and typed at. */
  openScreen: ((events: ScreenEvents) => Screen) | undefined;
  onHangUp: OnHangUp;
  /** Does something that must come to an orderly end, and tells it when a signal wants that end soon. */
  holdSignals: <T>(onSignal: () => void, work: () => Promise<T>) => Promise<T>;
  /** This program, and who could change it. */
  runningProgram: () => RunningProgram;
}

/** The program that is running. */
export interface RunningProgram {
  nodeVersion: string;
  /** The Node.js that runs it. */
  nodePath: string;
  /** The script that Node.js was started with, without links; undefined where there was none. */
  scriptPath: string | undefined;
  /** Everything that Node.js loads of it. */
  paths: readonly string[];
  /** Who beside root and the caller could change what is at a path, and how; undefined if nobody can. */
  findTampering: (path: string) => string | undefined;
  /** Whether this Node.js lets root take on the rights of users. */
  canActAs: boolean;
}

/** Both halves of a machine. */
export type Machine = Facts & Hands;

/** @throws FatalError for a recorded host. */
export async function machineOf({ facts, hands }: Host): Promise<Machine> {
  return { ...facts, ...(await hands()) };
}
