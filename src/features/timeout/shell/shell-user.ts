/** TMOUT in the file that a user's own login shell reads. */
import { NothingDoneError } from "../../../errors.ts";
import { FileTrouble } from "../../../host/files/file-trouble.ts";
import { groupIds, type Account } from "../../../system/accounts.ts";
import { adoptOrRefuse } from "./adopt.ts";
import { restoreLines } from "./adopted-lines.ts";
import { durationInWords } from "../../../domain/duration.ts";
import { orUndefined } from "../../../host/files/files.ts";
import { alsoExcepting } from "./exceptions.ts";
import { today, type TimeoutHost } from "../machine.ts";
import { obeysTmout, readsOnlyProfile, shellKind, type ShellKind } from "./login-shell.ts";
import { findBlock, withBlock, withoutBlock } from "./marked-block.ts";
import type { FileEdit } from "../../../changes/change.ts";
import type { Mechanism, Plan, SetRequest } from "../limits/mechanism.ts";
import { bashLoginFile, readQuietly, systemStartupFiles, userStartupFiles } from "./startup-files.ts";
import { isSameLimit, limitLines, readLimit } from "./tmout-text.ts";
import { globalDropIn, judge, standingInTheWay, type Verdict } from "./tmout-verdict.ts";
import { withEdits } from "./with-edits.ts";

/** Where lines of ours, or adopted ones, may be: a user can have changed the shell since. */
const fileNames = [".bash_profile", ".bash_login", ".profile", ".zshrc"];
const adoptableNames = [".bashrc", ".mkshrc", ".kshrc", ".zshenv", ".zprofile", ".zlogin"];

/** Without it a new .bash_profile would hide ~/.profile, and all that the user has there. */
const readProfile = "# bash reads this file instead of ~/.profile.\nif [ -r ~/.profile ]; then . ~/.profile; fi\n";

export function userShell(account: Account): Mechanism {
  return {
    activation: "none",
    planSet: async (request, host) => planUserSet(request, account, host),
    planUnset: async (host) => Promise.resolve(planUserUnset(account, host)),
    confirm: async () => Promise.resolve(),
  };
}

async function planUserSet(request: SetRequest, account: Account, host: TimeoutHost): Promise<Plan> {
  const kind = shellThatObeys(account, host);
  const path = `${account.home}/${fileNameFor(account, kind, host)}`;
  const before = host.replaceFiles.read(path, account);
  const old = before === undefined ? undefined : findBlock(before)?.body;
  const needsProfile =
    path.endsWith("/.bash_profile") && (before === undefined || old?.startsWith(readProfile) === true);
  const body = (needsProfile ? readProfile : "") + limitLines(request, today(host));
  const own = isSameLimit(old, body) ? [] : [{ path, owner: account, before, after: withBlock(before, body) }];
  const edits = [...own, ...strayBlocks(account, path, host)];
  return {
    edits: await takeOver(edits, request, account, kind, host),
    notes: notesFor(account, request, path, own.length > 0),
    warnings: warningsFor(account, kind, host),
  };
}

function planUserUnset(account: Account, host: TimeoutHost): Plan {
  const names = [...adoptableNames, ...fileNames];
  const undone = (text: string) => withoutBlock(restoreLines(text));
  const edits = names.flatMap((name) => editOf(`${account.home}/${name}`, account, host, undone));
  return {
    edits,
    notes: [
      `The limit that sshctl set for ${account.name} no longer applies to new logins. Running sessions keep what they have.`,
    ],
    warnings: [],
  };
}

function shellThatObeys(account: Account, host: TimeoutHost): ShellKind {
  const kind = shellKind(account.shell, host);
  if (obeysTmout(kind, host)) return kind;
  throw new NothingDoneError(
    `${account.name}'s login shell is ${account.shell}, which has no TMOUT: nothing in it ends an idle prompt.`,
    kind === "csh"
      ? 'It has "set autologout=MINUTES", which sshctl only shows. --via sshd ends idle sessions of any shell.'
      : "--via sshd ends idle sessions of any shell.",
  );
}

function fileNameFor(account: Account, kind: ShellKind, host: TimeoutHost): string {
  if (kind === "zsh") return ".zshrc";
  return readsOnlyProfile(account.shell, kind) ? ".profile" : bashLoginFile(account, host);
}

/** Blocks in files that another file hides, or of the shell that the account had before: two would contradict each other. */
function strayBlocks(account: Account, path: string, host: TimeoutHost): FileEdit[] {
  return fileNames
    .map((name) => `${account.home}/${name}`)
    .flatMap((other) => (other === path ? [] : editOf(other, account, host, withoutBlock)));
}

/** We write through no link and into nothing that is not the user's, so nothing of ours is there. */
function editOf(
  path: string,
  owner: Account,
  host: TimeoutHost,
  change: (text: string) => string | undefined,
): FileEdit[] {
  try {
    const before = host.replaceFiles.read(path, owner);
    if (before === undefined) return [];
    const after = change(before);
    return after === before ? [] : [{ path, owner, before, after }];
  } catch (error) {
    if (error instanceof FileTrouble && error.kind === "foreign") return [];
    throw error;
  }
}

async function takeOver(
  edits: readonly FileEdit[],
  { adopt }: SetRequest,
  account: Account,
  kind: ShellKind,
  host: TimeoutHost,
): Promise<FileEdit[]> {
  const person = { uid: account.uid, gids: await groupIds(account, host) };
  const after = withEdits(host, edits);
  const parts = [...systemStartupFiles(kind, after), ...userStartupFiles(account, kind, after).parts];
  const verdict = judge(parts, person);
  rejectGlobal(verdict, account, host);
  const ownerOf = ({ isUsers }: { isUsers: boolean }) => (isUsers ? account : undefined);
  return adoptOrRefuse(standingInTheWay(verdict), edits, { adopt, ownerOf }, host);
}

/** Our own limit for everybody is readonly by the time that the user's files are read. */
function rejectGlobal({ by }: Verdict, { name, uid }: Account, host: TimeoutHost): void {
  if (by === undefined || !by.ours || by.isUsers) return;
  const text = orUndefined(host.files.read(by.path)) ?? "";
  const limit = readLimit(by.path === globalDropIn ? text : (findBlock(text)?.body ?? ""));
  throw new NothingDoneError(
    `sshctl's limit for all users (${by.path}:${String(by.line)}, ${String(by.seconds)} s) would take precedence. Nothing is changed.`,
    limit === undefined ? undefined : exemptFirst(alsoExcepting(name, limit), uid === host.uid ? "you" : name, host),
  );
}

/** With all that is excepted already: the new limit takes the place of the old one. */
function exemptFirst(command: string, whom: string, { uid }: TimeoutHost): string {
  return uid === 0 ? `Exempt ${whom} from it first: ${command}` : `Ask root to exempt ${whom} from it: ${command}`;
}

function notesFor(account: Account, { seconds }: SetRequest, path: string, isNew: boolean): string[] {
  if (!isNew) return [`${account.name} already has this limit, in ${path}.`];
  return [
    `Login shells of ${account.name} end after ${durationInWords(seconds)} at their prompt, starting with the next login. Running sessions keep what they have.`,
    "A program in the foreground is never ended.",
    `${account.name} can change ${path}: this is advice, not enforcement.`,
  ];
}

function warningsFor(account: Account, kind: ShellKind, host: TimeoutHost): string[] {
  if (kind === "ksh") return ["ksh prints a warning when the time is up, and ends another minute later."];
  if (kind !== "zsh") return [];
  const texts = [host.files.read("/etc/zsh/zshenv"), readQuietly(account, ".zshenv", host)];
  const moves = texts.some((text) => typeof text === "string" && /^[^#\n]*ZDOTDIR=/m.test(text));
  return moves ? ["ZDOTDIR is set in a zshenv, so zsh may read a .zshrc other than the one in the home."] : [];
}
