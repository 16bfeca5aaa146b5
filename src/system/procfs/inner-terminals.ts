import { findInnerTerminals } from "../../domain/inner-terminals.ts";
import type { Pid, ProcessTable } from "../../domain/process.ts";
import type { HeldByProcess, ServerProcess } from "../../domain/snapshot.ts";
import type { Files } from "../../host/files/files.ts";
import { provenTerminal, terminalFileSystem } from "./held-terminals.ts";
import type { Home } from "./home.ts";

/**
 * The machine's terminals that something inside of a session has opened. Only what a process certainly has open counts, and only if
 * it lies on the machine's own file system of them.
 *
 * @returns them by the nearest server's process above them; undefined where file systems of terminals cannot be told apart.
 */
export function readInnerTerminals(
  files: Files,
  home: Home,
  processes: ProcessTable,
  servers: ReadonlyMap<Pid, ServerProcess>,
): Map<Pid, HeldByProcess[]> | undefined {
  const fileSystem = terminalFileSystem(files, home.terminalFolder);
  if (fileSystem === undefined) return undefined;
  return findInnerTerminals(processes, servers, (process) => provenTerminal(files, process)?.fileSystem === fileSystem);
}
