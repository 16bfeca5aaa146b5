import type { Account } from "../../../system/accounts.ts";
import type { TimeoutHost } from "../machine.ts";
import type { Limit } from "../limits/limit-report.ts";
import { obeysTmout, shellKind, type ShellKind } from "./login-shell.ts";
import { bashLoginFile, bashLoginFiles, systemStartupFiles, userStartupFiles } from "./startup-files.ts";
import type { Person } from "./tmout-text.ts";
import { judge, type Finding, type Verdict } from "./tmout-verdict.ts";

export interface TmoutLimit {
  limit: Limit;
  conflicts: string[];
  notes: string[];
}

/** TMOUT of a user's login shell, by the text of the files that it reads. */
export function tmoutLimit(account: Account, person: Person, host: TimeoutHost): TmoutLimit {
  const kind = shellKind(account.shell, host);
  const own = userStartupFiles(account, kind, host);
  const verdict = judge([...systemStartupFiles(kind, host), ...own.parts], person);
  const obeys = obeysTmout(kind, host);
  return {
    limit: {
      means: "TMOUT",
      // TMOUT=0 switches the limit off, in every shell.
      seconds: obeys && verdict.seconds !== 0 ? verdict.seconds : undefined,
      describe: describe(kind, obeys, verdict, account),
      settings: verdict.findings.map(({ path, line, text, seconds, ours, outcome }) => ({
        path,
        line,
        text,
        seconds,
        ours,
        outcome,
      })),
      remarks: obeys && verdict.by !== undefined ? leftOut(kind, verdict) : [],
    },
    conflicts: [...conflictsIn(verdict), ...hiddenFiles(account, kind, host)],
    notes: [...own.unread.map((trouble) => `${trouble}: what it sets is not known.`), ...adviceOnly(verdict)],
  };
}

function describe(kind: ShellKind, obeys: boolean, { seconds, readonly, exported }: Verdict, account: Account): string {
  if (!obeys) return `${account.shell} has no TMOUT: nothing in it ends an idle prompt`;
  if (seconds === undefined || seconds === 0) return "an idle prompt stays";
  const lock = readonly ? "readonly" : "not readonly: whoever sits there can unset it";
  const grace = kind === "ksh" ? ", after a warning and another 60 s" : "";
  return `an interactive shell ends at its prompt${grace} (${lock}, ${exported ? "exported" : "not exported"})`;
}

function leftOut(kind: ShellKind, { exported }: Verdict): string[] {
  return [
    "A program in the foreground (vim, less, top, a nested ssh, a job without output) is never ended.",
    "Commands, scp, sftp and tunnels have no prompt.",
    kind === "zsh"
      ? "In zsh a key that is typed starts the time anew."
      : "A half-typed line does not keep the shell: only a complete one starts the time anew.",
    exported
      ? "tmux and screen: the shell in a pane ends, the one that has started them waits."
      : "Not exported: shells in tmux, screen and other nested shells that read no login files have no limit.",
    ...(exported ? ['Exported: "read" in every bash script that inherits it fails after that time.'] : []),
    "exec bash, env -u TMOUT bash and other shells get around it: TMOUT is no protection against its user.",
  ];
}

function conflictsIn({ findings }: Verdict): string[] {
  const place = ({ path, line }: Finding) => `${path}:${String(line)}`;
  const failing = findings.filter(({ outcome }) => outcome === "fails");
  const values = new Set(findings.flatMap(({ seconds }) => seconds ?? []));
  const setters = findings.filter(({ seconds }) => seconds !== undefined);
  return [
    ...failing.map(
      (each) =>
        `${place(each)} (${each.text}) fails at every login: TMOUT is readonly by then. Some shells skip the rest of the file.`,
    ),
    ...(values.size > 1
      ? [`Different values are set: ${setters.map((each) => `${String(each.seconds)} in ${place(each)}`).join(", ")}.`]
      : []),
    ...findings
      .filter(({ ours, outcome, spared }) => ours && outcome === "skipped" && !spared)
      .map((each) => `${place(each)}, written by sshctl, does nothing here: TMOUT is readonly by then.`),
  ];
}

/** bash reads the first of its three login files only. */
function hiddenFiles(account: Account, kind: ShellKind, host: TimeoutHost): string[] {
  if (kind !== "bash" || account.shell.endsWith("/sh")) return [];
  const login = bashLoginFile(account, host);
  const texts = userStartupFiles(account, kind, host).parts;
  const readsProfile = texts.some(({ path }) => path.endsWith("/.profile"));
  return bashLoginFiles.slice(bashLoginFiles.findIndex((name) => name === login) + 1).flatMap((name) => {
    const isRead = name === ".profile" && readsProfile;
    const isThere = host.files.facts(`${account.home}/${name}`);
    return isRead || typeof isThere === "symbol"
      ? []
      : `~/${login} hides ~/${name}: bash reads only the first of them.`;
  });
}

function adviceOnly({ by }: Verdict): string[] {
  return by?.isUsers === true ? [`${by.path} is the user's own: this is advice, not enforcement.`] : [];
}
