/** TMOUT for everybody: a file of our own in /etc/profile.d, and a block for a zsh that does not read that. */
import { durationInWords } from "../../../domain/duration.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { NothingDoneError } from "../../../errors.ts";
import { isPresent, orUndefined } from "../../../host/files/files.ts";
import { localAccounts } from "../../../system/accounts.ts";
import { adoptOrRefuse } from "./adopt.ts";
import { restoreLines } from "./adopted-lines.ts";
import { today, type TimeoutHost } from "../machine.ts";
import { exceptionChanges, whomText } from "./exceptions.ts";
import { obeysTmout, shellKind } from "./login-shell.ts";
import { findBlock, withBlock, withoutBlock } from "./marked-block.ts";
import type { FileEdit } from "../../../changes/change.ts";
import type { Mechanism, Plan, SetRequest } from "../limits/mechanism.ts";
import { systemStartupFiles, zshReadsProfile } from "./startup-files.ts";
import { auditedLimitLines, isSameLimit, limitLines, readLimit } from "./tmout-text.ts";
import { globalDropIn, judge, standingInTheWay, type Finding } from "./tmout-verdict.ts";
import { withEdits } from "./with-edits.ts";

const root = { uid: 0, gid: 0 };
const zshFiles = ["/etc/zsh/zshrc", "/etc/zshrc"];

export const globalShell: Mechanism = {
  activation: "none",
  planSet: planGlobalSet,
  planUnset: async (host) => Promise.resolve(planGlobalUnset(host)),
  confirm: async () => Promise.resolve(),
};

async function planGlobalSet(request: SetRequest, host: TimeoutHost): Promise<Plan> {
  rejectWithoutDropIns(host);
  const before = host.replaceFiles.read(globalDropIn, root);
  const text = auditedLimitLines(request, today(host));
  const dropIn = isSameLimit(before, text) ? [] : [{ path: globalDropIn, owner: root, before, after: text }];
  const old = before === undefined ? undefined : readLimit(before);
  const edits = takeOver([...dropIn, ...zshEdits(request, host)], request.adopt, host);
  return {
    edits,
    notes:
      edits.length === 0
        ? [`All users already have this limit, set in ${globalDropIn}.`]
        : [...(await exceptionChanges(old, request, host)), ...notesFor(request)],
    warnings: warningsFor(host),
  };
}

/** What was adopted comes back before our own limit goes: at no moment there is none. */
function planGlobalUnset(host: TimeoutHost): Plan {
  const shared = shellPaths(host).flatMap((path) => undoneIn(path, host));
  const before = host.replaceFiles.read(globalDropIn, root);
  const dropIn = before === undefined ? [] : [{ path: globalDropIn, owner: root, before, after: undefined }];
  const edits = [...shared, ...dropIn];
  return {
    edits,
    notes: [
      "The limit that sshctl set for all users no longer applies to new logins. Running sessions keep what they have.",
    ],
    warnings: [],
  };
}

function rejectWithoutDropIns({ files }: TimeoutHost): void {
  const profile = orUndefined(files.read("/etc/profile")) ?? "";
  if (/^[^#\n]*\/etc\/profile\.d\b/m.test(profile) && isPresent(files.names("/etc/profile.d"))) return;
  throw new NothingDoneError(
    "/etc/profile on this machine does not read /etc/profile.d, so a file there would have no effect.",
  );
}

/** A zsh that lets /etc/profile be read has the limit from there. */
function zshEdits(request: SetRequest, host: TimeoutHost): FileEdit[] {
  const path = zshFiles.find((each) => isPresent(host.files.read(each)));
  if (path === undefined || zshReadsProfile(host.files)) return [];
  const before = host.replaceFiles.read(path, root);
  const body = limitLines(request, today(host));
  const isDone = before !== undefined && isSameLimit(findBlock(before)?.body, body);
  return isDone ? [] : [{ path, owner: root, before, after: withBlock(before, body) }];
}

function takeOver(edits: readonly FileEdit[], adopt: boolean, host: TimeoutHost): FileEdit[] {
  const after = withEdits(host, edits);
  const found = (["bash", "zsh"] as const).flatMap((kind) => standingInTheWay(judge(systemStartupFiles(kind, after))));
  const places = new Map<string, Finding>(found.map((each) => [`${each.path}:${String(each.line)}`, each]));
  return adoptOrRefuse([...places.values()], edits, { adopt, ownerOf: () => root }, host);
}

/** Files of the system that may hold a block of ours, or lines that were adopted. */
function shellPaths(host: TimeoutHost): string[] {
  const parts = (["bash", "zsh"] as const).flatMap((kind) => systemStartupFiles(kind, host));
  return [...new Set(parts.map(({ path }) => path))].filter((path) => path !== globalDropIn && hasTraces(path, host));
}

/** Looked at first through links: what is nobody's business stays untouched. */
function hasTraces(path: string, { files }: TimeoutHost): boolean {
  return orUndefined(files.read(path))?.includes("sshctl timeout") === true;
}

function undoneIn(path: string, host: TimeoutHost): FileEdit[] {
  const before = host.replaceFiles.read(path, root);
  const after = before === undefined ? undefined : withoutBlock(restoreLines(before));
  return after === before ? [] : [{ path, owner: root, before, after }];
}

function notesFor(request: SetRequest): string[] {
  const { seconds, exported, sshOnly } = request;
  return [
    `Interactive shells of ${whomText(request)} end after ${durationInWords(seconds)} at their prompt, starting with the next login. Running sessions keep what they have.`,
    "A program in the foreground is never ended. ssh HOST COMMAND, scp, sftp and cron are not affected.",
    ...(exported
      ? [
          'TMOUT is exported, so it also applies to nested shells, and to "read" in every bash script; --no-export leaves scripts alone.',
        ]
      : ["TMOUT is not exported, which fails audits: nested shells that read no login files have no limit."]),
    ...(sshOnly
      ? [
          "Only shells with SSH_CONNECTION in their environment: su - and sudo -i remove it, so their shells have no limit.",
        ]
      : []),
  ];
}

function warningsFor(host: TimeoutHost): string[] {
  const unreached = localAccounts(host).filter(({ shell }) => {
    const kind = shellKind(shell, host);
    return kind !== "none" && !obeysTmout(kind, host);
  });
  if (unreached.length === 0) return [];
  const named = firstFew(unreached.map(({ name, shell }) => `${name} (${shell})`));
  return [`No limit for users whose shells have no TMOUT: ${named}; --via sshd works with every shell.`];
}
