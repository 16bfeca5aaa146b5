import { exitCodes, type ExitCode } from "../../../../errors.ts";
import { isSettled, type HostResult } from "../../../../fleet/act/host-outcome.ts";

/** docs/exit-codes.md */
export function exitCodeOf(hosts: readonly HostResult[], okIfNone: boolean, hasProblems = false): ExitCode {
  const open = hosts.filter((host) => !isSettled(host));
  const isAnyProven = hosts.some(({ kind }) => kind === "proven");
  if (open.length === 0) {
    if (isAnyProven) return hasProblems ? exitCodes.partial : exitCodes.done;
    if (hosts.some(({ items }) => items.some(({ kind }) => kind === "refused"))) return exitCodes.declined;
    return okIfNone ? exitCodes.done : exitCodes.nothingMatched;
  }
  if (hosts.every(({ kind }) => kind === "lost")) return exitCodes.fatal;
  const isForbidden = open.every(({ isForbidden: is }) => is === true);
  return isForbidden && !isAnyProven ? exitCodes.permission : exitCodes.partial;
}
