/**
 * The guard of a frozen session: a script of system tools alone, sh(1), so that it acts when sshctl is gone, or broken. Pure. A timer of
 * systemd starts it with the word "guard", and a minute before with "warn".
 *
 * It touches only what is certainly the same: a control group with the same inode, processes with the same start. What is not frozen
 * any more, or never was, it leaves alone.
 */
import { frozenPath } from "../../host/files/frozen-path.ts";
import { quotedWord } from "../../domain/command-line.ts";
import type { ProcessIdentity } from "../../domain/process.ts";
import type { FreezeRecord } from "./record.ts";

/** Whom the guard tells a minute before it acts: a terminal, as long as what leads it is the same. */
export interface GuardedBy {
  tty: string;
  leader: ProcessIdentity;
}

export interface GuardTexts {
  /** Of the act, for the system log: what is recorded where it was done, and where it was not. */
  done: string;
  failed: string;
  /** For the one who froze, a minute before; safe to print. */
  warning: string;
}

/**
 * @param keeper - the process that is left to close the session when everything else of it is killed: the monitor; undefined where
 * there is none.
 */
export function guardScript(
  { id, means, ending }: Pick<FreezeRecord, "id" | "means" | "ending">,
  keeper: ProcessIdentity | undefined,
  by: GuardedBy | undefined,
  { done, failed, warning }: GuardTexts,
): string {
  const place = `${frozenPath}/${id}`;
  return `#!/bin/sh
# Written by "sshctl freeze": what ends the freeze ${id} when its time is up. "sshctl thaw" ends it before.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH

# PID TICKS: whether that process is still the same; its state is then in $state.
same() {
  state=
  text=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  ticks=$2
  set -- \${text##*) }
  state=$1
  [ "\${20}" = "$ticks" ]
}

record() { logger -t sshctl -p authpriv.notice --size 8KiB -- "$1" || logger -t sshctl -p authpriv.notice -- "$1"; }

${means.kind === "scope" ? scopeFunctions(means) : signalFunctions(place)}
if [ "$1" = warn ]; then
  is_frozen || exit 0
  logger -t sshctl -p authpriv.warning -- ${quotedWord(warning)}
${by === undefined ? "" : tellLines(by, warning)}  exit 0
fi

if is_frozen; then
${ending === "thaw" ? "  thaw" : killLines(keeper)}
  if ${ending === "thaw" ? "is_frozen" : "is_left"}; then record ${quotedWord(failed)}; exit 1; fi
  record ${quotedWord(done)}
fi
rm -f ${quotedWord(`${place}.json`)} ${quotedWord(`${place}.pids`)} ${quotedWord(`${place}.sh`)}
`;
}

function scopeFunctions({ folder, ino }: { folder: string; ino: number }): string {
  return `scope=${quotedWord(folder)}
is_same() { [ "$(stat -c %i "$scope" 2>/dev/null)" = ${String(ino)} ]; }
is_frozen() { is_same && [ "$(cat "$scope/cgroup.freeze")" = 1 ]; }
thaw() { echo 0 >"$scope/cgroup.freeze"; }
members() { find "$scope" -name cgroup.procs -exec cat {} + 2>/dev/null; }
is_left() { is_same && grep -q '^populated 1' "$scope/cgroup.events"; }
kill_all() { for pid in $(members); do [ "$pid" = "$1" ] || kill -s KILL "$pid"; done; }
`;
}

function signalFunctions(place: string): string {
  return `list=${quotedWord(`${place}.pids`)}
# Children before their parents, as none may see that another is stopped.
backwards() { sed -n '1!G;h;$p' "$list"; }
is_frozen() { backwards | ( while read -r pid ticks; do same "$pid" "$ticks" && [ "$state" = T ] && exit 0; done; exit 1 ); }
thaw() { backwards | while read -r pid ticks; do same "$pid" "$ticks" && kill -s CONT "$pid"; done; }
is_left() { backwards | ( while read -r pid ticks; do same "$pid" "$ticks" && [ "$state" != Z ] && exit 0; done; exit 1 ); }
kill_all() { backwards | while read -r pid ticks; do same "$pid" "$ticks" && [ "$pid" != "$1" ] && kill -s KILL "$pid"; done; }
`;
}

/** What is frozen cannot fork, so that the list is complete; then the monitor closes the session, and goes by itself. */
function killLines(keeper: ProcessIdentity | undefined): string {
  const spared = keeper === undefined ? "none" : String(keeper.pid);
  return `  kill_all ${spared}
  thaw
  tries=0
  while is_left && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
  if is_left; then kill_all none; sleep 1; fi`;
}

/** A terminal whose output is stopped takes nothing. */
function tellLines({ tty, leader }: GuardedBy, warning: string): string {
  const { pid, startTicks } = leader;
  return `  same ${String(pid)} ${String(startTicks)} && timeout 5 sh -c 'printf "\\r\\n\\a%s\\r\\n" "$1" >"$2"' tell ${quotedWord(warning)} ${quotedWord(`/dev/${tty}`)}
`;
}
