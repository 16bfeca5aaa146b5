/**
 * This room knows TMOUT: which shell reads which files in which order, what they make of TMOUT at a login, and which lines of
 * ours set it.
 */
import { gone } from "../../../host/files/files.ts";
import type { TimeoutHost } from "../machine.ts";
import type { Account } from "../../../system/accounts.ts";
import { toByteText } from "../../../text/byte-text.ts";
import type { Limit, LimitSetting, ShellFacts } from "../limits/limit-report.ts";
import { askShell, type Answer } from "./ask-shell.ts";
import { followLogin, loginShell, secondsOf, type LoginTmout } from "./follow-login.ts";
import { inheritedTmout } from "./login-environment.ts";
import { loginShellKind, obeysTmout, shellKind, type ShellKind } from "./login-shell.ts";
import { bashLoginFile, bashLoginFiles } from "./startup-files.ts";
import type { Person } from "./tmout-text.ts";
import { findingsOf, type Finding } from "./tmout-verdict.ts";

export interface TmoutLimit {
  limit: Limit;
  conflicts: string[];
  notes: string[];
  /** Why the shell has not answered, where it was asked; a sentence without its full stop. */
  silence: string | undefined;
}

/** TMOUT of a user's login shell, by what its startup files would do, or by what the shell says. */
export async function tmoutLimit(
  account: Account,
  person: Person,
  asks: boolean,
  host: TimeoutHost,
): Promise<TmoutLimit> {
  const kind = shellKind(account.shell, host);
  const followed = loginShellKind(kind);
  if (followed === undefined || !obeysTmout(kind, host)) return withoutTmout(account, asks);
  const login = followLogin(account, person.gids, followed, host);
  const answer = asks
    ? await askShell(account, kind, inheritedTmout(loginShell(account, person.gids, followed, host), host), host)
    : undefined;
  const facts = answer?.kind === "told" ? answerFacts(answer, followed) : followedFacts(login);
  const settings = settingsOf(login, person);
  return {
    limit: {
      means: "TMOUT",
      seconds: facts.seconds,
      describe: describe(kind, facts),
      settings: settings.map(({ path, line, text, seconds, ours, outcome }) => ({
        path,
        line,
        text,
        seconds,
        ours,
        outcome,
      })),
      remarks: typeof facts.seconds === "number" ? leftOut(kind, facts.shell.exported) : [],
      shell: facts.shell,
    },
    conflicts: [...conflictsIn(settings), ...hiddenFiles(account, kind, login, host)],
    notes: adviceOnly(settings),
    silence: answer?.kind === "silent" ? answer.reason : undefined,
  };
}

function withoutTmout({ shell }: Account, asks: boolean): TmoutLimit {
  const describe = `${shell} has no TMOUT: nothing in it ends an idle prompt`;
  const silence = asks ? `${shell} has no TMOUT to ask for` : undefined;
  return {
    limit: { means: "TMOUT", seconds: undefined, describe, settings: [], remarks: [] },
    conflicts: [],
    notes: [],
    silence,
  };
}

interface Facts {
  seconds: Limit["seconds"];
  shell: ShellFacts;
}

function followedFacts({ seconds, readonly, exported, doubt }: LoginTmout): Facts {
  return { seconds, shell: { readonly, exported, doubt, asked: false } };
}

function answerFacts(
  { text, readonly, exported }: Extract<Answer, { kind: "told" }>,
  kind: Parameters<typeof secondsOf>[1],
): Facts {
  return {
    seconds: text === undefined ? undefined : secondsOf(text, kind),
    shell: { readonly, exported, doubt: undefined, asked: true },
  };
}

/** The lines that name TMOUT, and all that were seen to do something to it, with what becomes of them. */
function settingsOf(login: LoginTmout, person: Person): Finding[] {
  const key = ({ path, line }: { path: string; line: number }) => `${String(line)} ${path}`;
  const touches = new Map(login.touches.map((touch) => [key(touch.place), touch]));
  const inForce = new Set(login.by.map(key));
  const isCertain = login.seconds !== "unknown";
  const outcomeOf = (finding: Finding): LimitSetting["outcome"] => {
    const touch = touches.get(key(finding));
    if (touch === undefined) return isCertain || finding.spared ? "skipped" : "unknown";
    if (touch.hasFailed) return "fails";
    if (touch.changesValue && !inForce.has(key(finding))) return isCertain ? "replaced" : "unknown";
    return isCertain ? "applies" : "unknown";
  };
  return login.files
    .filter(({ path }, index) => login.files.findIndex((each) => each.path === path) === index)
    .flatMap(({ path, text }) =>
      findingsOf({ path, text: toByteText(text), firstLine: 1, isUsers: !path.startsWith("/etc/") }, person),
    )
    .map((finding) => ({ ...finding, outcome: outcomeOf(finding) }));
}

function describe(kind: ShellKind, { seconds, shell }: Facts): string {
  const { doubt, asked, readonly, exported } = shell;
  const source = asked ? ", according to the shell itself" : "";
  if (doubt !== undefined)
    return `${doubt.reason} (${doubt.place.path}:${String(doubt.place.line)}). --ask-shell asks the shell itself`;
  if (seconds === undefined || seconds === "unknown") return `an idle prompt is never ended${source}`;
  const lock =
    readonly === undefined
      ? "perhaps readonly"
      : readonly
        ? "readonly"
        : "not readonly: anyone at the prompt can unset it";
  const grace = kind === "ksh" ? ", after a warning and another 60 s" : "";
  const inheritance = exported === undefined ? "perhaps exported" : exported ? "exported" : "not exported";
  return `an interactive shell ends at its prompt${grace} (${lock}, ${inheritance})${source}`;
}

function leftOut(kind: ShellKind, exported: boolean | undefined): string[] {
  return [
    "A program in the foreground (vim, less, top, a nested ssh, a job without output) is never ended.",
    "Commands, scp, sftp and tunnels have no prompt.",
    kind === "zsh"
      ? "In zsh, every key typed restarts the time."
      : "A half-typed line does not keep the shell alive: only a complete line restarts the time.",
    exported === true
      ? "tmux and screen: the shell in a pane ends; the shell that started them waits."
      : "Not exported: shells in tmux, screen and other nested shells that read no login files have no limit.",
    ...(exported === true ? ['Exported: "read" fails after that time in every bash script that inherits it.'] : []),
    "exec bash, env -u TMOUT bash and other shells get around it: TMOUT does not stop a user who wants to avoid it.",
  ];
}

function conflictsIn(settings: readonly Finding[]): string[] {
  const place = ({ path, line }: Finding) => `${path}:${String(line)}`;
  const setters = settings.filter(({ seconds, outcome }) => seconds !== undefined && outcome !== "skipped");
  const values = new Set(setters.map(({ seconds }) => seconds));
  return [
    ...settings
      .filter(({ outcome }) => outcome === "fails")
      .map(
        (each) =>
          `${place(each)} (${each.text}) fails at every login: TMOUT is readonly by then. Some shells skip the rest of the file.`,
      ),
    ...(values.size > 1
      ? [`Different values are set: ${setters.map((each) => `${String(each.seconds)} in ${place(each)}`).join(", ")}.`]
      : []),
    ...settings
      .filter(({ ours, outcome, spared }) => ours && outcome === "skipped" && !spared)
      .map((each) => `${place(each)}, written by sshctl, does nothing here: TMOUT is readonly by then.`),
  ];
}

/** bash reads the first of its three login files only. */
function hiddenFiles(account: Account, kind: ShellKind, { files }: LoginTmout, host: TimeoutHost): string[] {
  if (kind !== "bash" || account.shell.endsWith("/sh")) return [];
  const login = bashLoginFile(account, host);
  const rest = bashLoginFiles.slice(bashLoginFiles.findIndex((name) => name === login) + 1);
  return rest.flatMap((name) => {
    const path = `${account.home}/${name}`;
    const isRead = files.some((file) => file.path === path);
    return isRead || host.files.facts(path) === gone
      ? []
      : `~/${login} hides ~/${name}: bash reads only the first of them.`;
  });
}

function adviceOnly(settings: readonly Finding[]): string[] {
  const inForce = settings.find(
    ({ outcome, isUsers, seconds }) => outcome === "applies" && isUsers && seconds !== undefined,
  );
  return inForce === undefined ? [] : [`${inForce.path} is the user's own: this is advice, not enforcement.`];
}
