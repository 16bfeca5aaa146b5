/**
 * Who keeps a terminal that no session has. A multiplexer's server descends from no session, and whoever has started it need not be
 * who uses it. What counts is what the kernel says: whose children are on the terminal, which process has its other end open
 * (`tty-index` in fdinfo, proc_pid_fdinfo(5)), to whom it belongs, and which terminals of clients that process has open. Nobody can
 * open the terminal of somebody else, so only root's own programs, or the user's, can be found to be attached from a session.
 */
import { parseAccounts } from "../../domain/accounts.ts";
import { lineage, type Process } from "../../domain/process.ts";
import { isOnTty, type Session, type SessionReport } from "../../domain/session.ts";
import type { AttachedTerminal, TerminalKeeper } from "../../domain/terminal-keeper.ts";
import type { Tty } from "../../domain/tty.ts";
import { orUndefined, type Files } from "../../host/files/files.ts";
import { provenTerminal, terminalAt, terminalFileSystem } from "./held-terminals.ts";
import { readHome } from "./home.ts";
import { searchBudget, searchOpenFiles } from "./open-files.ts";
import { mastersAmong } from "./server-details.ts";
import { parseStatus } from "./status.ts";

/** @returns undefined where nothing runs on it, and where it cannot be seen who keeps it. */
export function readTerminalKeeper(
  files: Files,
  tty: Tty,
  { sessions, processes }: Pick<SessionReport, "sessions" | "processes">,
): TerminalKeeper | undefined {
  const number = /^pts\/(\d+)$/.exec(tty)?.[1];
  const { terminalFolder } = readHome(files);
  const fileSystem = terminalFileSystem(files, terminalFolder);
  if (number === undefined || fileSystem === undefined) return undefined;
  const owner = orUndefined(files.facts(`${terminalFolder}/${number}`))?.uid;
  const isHere = (process: Process) => provenTerminal(files, process)?.fileSystem === fileSystem;
  const onIt = [...processes.values()].filter((process) => process.tty === tty).slice(0, mostTried);
  const keeper = onIt
    .filter(isHere)
    .map((process) => outsideOf(tty, process, processes))
    .find(Boolean);
  const uid = keeper && uidOf(files, keeper);
  if (keeper === undefined || uid === undefined || (uid !== owner && uid !== 0)) return undefined;
  const open = searchOpenFiles(files, keeper.pid, searchBudget());
  if (open !== undefined && mastersAmong(files, keeper.pid, open)?.includes(tty) !== true) return undefined;
  const held = open?.flatMap(({ fd }) => terminalAt(files, keeper.pid, fd) ?? []);
  const here = held?.filter((each) => each.fileSystem === fileSystem && each.tty !== tty).map((each) => each.tty);
  return {
    tty,
    pid: keeper.pid,
    comm: keeper.comm,
    uid,
    user: parseAccounts(orUndefined(files.read("/etc/passwd")) ?? "").names(uid)[0],
    attached: here && [...new Set(here)].map((each) => attachedTo(each, uid, sessions)),
  };
}

/** A user can have any number of processes on terminals that only look like the machine's. */
const mostTried = 64;

/** The nearest ancestor that is not on the terminal itself. */
function outsideOf(tty: Tty, process: Process, processes: SessionReport["processes"]): Process | undefined {
  const outside = [...lineage(processes, process.pid)].find((each) => each.tty !== tty);
  return outside === undefined || outside.pid === 1 ? undefined : outside;
}

function uidOf(files: Files, { pid }: Process): number | undefined {
  const status = orUndefined(files.read(`/proc/${String(pid)}/status`, 0));
  return status === undefined ? undefined : parseStatus(status).uid;
}

/** Whose session it is must be whose program it is, unless that is root's. */
function attachedTo(tty: Tty, uid: number, sessions: readonly Session[]): AttachedTerminal {
  const fits = (session: Session) => !session.container && (uid === 0 || session.uid === uid);
  return { tty, session: sessions.find((session) => fits(session) && isOnTty(session, tty)) };
}
