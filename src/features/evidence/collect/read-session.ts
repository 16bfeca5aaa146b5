import { sessionId, type Session } from "../../../domain/session.ts";
import type { SessionDetails } from "../../../domain/session-details.ts";
import type { Pid } from "../../../domain/process.ts";
import { orUndefined } from "../../../host/files/files.ts";
import type { Machine } from "../../../host/host.ts";
import type { Account } from "../../../system/accounts.ts";
import { parseAuthorizedKey } from "../../../system/authorized-keys/authorized-key.ts";
import { defaultKeyFiles, keyPaths } from "../../../system/authorized-keys/key-paths.ts";
import { remotePaths } from "../../../system/remote-mounts.ts";
import { effectiveSettings } from "../../../system/sshd/ask.ts";
import { installedDaemon } from "../../../system/sshd/daemons.ts";
import type { Kept, KeyLine, SessionEvidence } from "../evidence.ts";
import type { Keeper } from "../keeper.ts";
import { evidenceLimits } from "../limits.ts";

type Sources = Pick<Machine, "files" | "smallFiles" | "programs" | "programLines">;

/** What logs and files tell of a session, beside its processes. */
export async function readSessionEvidence(
  details: SessionDetails,
  processes: readonly Pid[],
  account: Account | undefined,
  keeper: Keeper,
  sources: Sources,
): Promise<SessionEvidence> {
  const { session } = details;
  return {
    details,
    processes,
    keyLines: account === undefined ? [] : await findKeyLines(session, account, sources),
    journal: await keepJournal(session, processes, keeper, sources),
    logind: await keepLogind(session, keeper, sources),
  };
}

/** The lines of its user's key files that hold the key of the login. */
async function findKeyLines({ auth }: Session, account: Account, sources: Sources): Promise<KeyLine[]> {
  const fingerprint = auth?.key?.fingerprint;
  if (fingerprint === undefined) return [];
  const settings = await effectiveSettings({ user: account.name }, installedDaemon, sources);
  const isRemote = remotePaths(orUndefined(sources.files.read("/proc/self/mountinfo")) ?? "");
  const paths = keyPaths(settings?.get("authorizedkeysfile") ?? defaultKeyFiles, account);
  return paths
    .filter((path) => !isRemote(path))
    .flatMap((path) =>
      (sources.smallFiles.readSmall(path, evidenceLimits.job) ?? "").split("\n").flatMap((text, index) => {
        const key = parseAuthorizedKey(text)?.key;
        const isIt = key !== undefined && [key.sha256, key.md5].includes(fingerprint);
        return isIt ? [{ path, line: index + 1, text }] : [];
      }),
    );
}

/** One command line takes 128 KiB at the least (execve(2)); a match takes up to 14 bytes. */
const mostPids = 2000;
const limitMs = 20_000;

/**
 * What processes of the session have written, and what systemd says of its scope: all fields of up to 4 KiB, as journalctl tells them, since
 * many of them nobody could forge. PIDs start over, so nothing from before the connection is among it.
 */
async function keepJournal(
  session: Session,
  processes: readonly Pid[],
  keeper: Keeper,
  { programLines }: Sources,
): Promise<Kept | undefined> {
  const scope = session.logindSession === undefined ? [] : [`session-${session.logindSession}.scope`];
  const matches = [
    ...processes.slice(0, mostPids).map((pid) => `_PID=${String(pid)}`),
    ...scope.flatMap((unit) => ["+", `_SYSTEMD_UNIT=${unit}`, "+", "_PID=1", `UNIT=${unit}`]),
  ];
  const newestFirst: string[] = [];
  let bytes = 0;
  const exitCode = await programLines.each("journalctl", [...query(session), ...matches], limitMs, (line) => {
    newestFirst.push(line);
    bytes += line.length;
    return bytes < evidenceLimits.journal;
  });
  const name = `the journal of session ${sessionId(session.identity)}`;
  if (bytes >= evidenceLimits.journal)
    keeper.miss(`${name} was cut: only its newest ${String(newestFirst.length)} lines are kept`);
  else if (exitCode !== 0) keeper.miss(`${name} could not be read`);
  if (newestFirst.length === 0) return undefined;
  return keeper.text(
    `sessions/${String(session.pid)}/journal.jsonl`,
    newestFirst
      .toReversed()
      .map((line) => `${line}\n`)
      .join(""),
  );
}

function query({ acceptedAtMs }: Session): string[] {
  const since = acceptedAtMs === undefined ? [] : [`--since=@${String(Math.floor(acceptedAtMs / 1000) - 1)}`];
  const most = `--lines=${String(evidenceLimits.journalLines)}`;
  return ["--boot", "--quiet", "--no-pager", "--reverse", "--output=json", most, ...since];
}

async function keepLogind(
  { pid, logindSession }: Session,
  keeper: Keeper,
  { programs }: Sources,
): Promise<Kept | undefined> {
  if (logindSession === undefined) return undefined;
  const output = await programs.run("loginctl", ["show-session", "--", logindSession], limitMs);
  return output?.exitCode === 0 ? keeper.text(`sessions/${String(pid)}/logind.txt`, output.stdout) : undefined;
}
