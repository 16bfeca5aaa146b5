/** What could keep an account out of one server before it shows a key or a password. Pure. */
import type { Account, Group } from "../../system/accounts.ts";
import type { SshdLines } from "../../system/sshd/ask.ts";
import { dependsOnConnection, mayMean } from "../../system/sshd/match-criteria.ts";
import { hasPassword, type ShadowEntry } from "../../system/shadow.ts";
import type { Answer, Check, Place, Topic } from "./access-report.ts";
import { dateOf, expiryOf, type PamJudgement } from "./judge-pam.ts";
import type { ServerFacts } from "./server-facts.ts";
import { judgeRules } from "./user-rules.ts";

/** What is known of the account, and of the machine beside its servers. */
export interface Subject {
  account: Account;
  isLocal: boolean;
  shadow: ShadowEntry | undefined;
  /** Names of all its groups. */
  groups: readonly string[];
  allGroups: readonly Group[];
  /** What sshd would say of its login shell; undefined where nothing is wrong with it. */
  shellFault: string | undefined;
  /** Lines of hosts.allow and hosts.deny that speak of sshd. */
  wrapperLines: readonly Place[];
  /** Whether there is an /etc/nologin, which sshd itself looks at without PAM. */
  hasNologin: boolean;
  /** What sshd has said lately of the address that is asked about. */
  penalty: string | undefined;
  from: string | undefined;
  /** The day of shadow(5) that it is. */
  today: number;
}

export function settingOf(settings: SshdLines, keyword: string): string | undefined {
  const value = settings.get(keyword)?.[0];
  return value === "none" || value === "" ? undefined : value;
}

export function usesPam(settings: SshdLines): boolean {
  return settingOf(settings, "usepam") === "yes";
}

/**
 * Lines about these settings that hold for other connections than the one that sshd was asked about, and may mean the account.
 */
export function dependentLines(keywords: readonly string[], { lines, rules }: ServerFacts, subject: Subject): Place[] {
  const isKnown = (word: string) =>
    subject.from !== undefined && (word === "address" || (word === "host" && !rules.usesNames));
  return lines
    .filter(
      ({ name, match }) =>
        match !== undefined &&
        keywords.includes(name) &&
        dependsOnConnection(match, isKnown) &&
        mayMean(match, subject.account, subject.allGroups),
    )
    .map(({ path, line }) => ({ path, line }));
}

/** Where a setting has its value from: the first line that may mean the account and says so. */
export function placesOf(keyword: string, value: string, { lines }: ServerFacts, subject: Subject): Place[] {
  const saying = lines.filter(
    (line) =>
      line.name === keyword &&
      valuesOf(line.value).some((each) => each.toLowerCase() === value.toLowerCase()) &&
      (line.match === undefined || mayMean(line.match, subject.account, subject.allGroups)),
  );
  const [found] = [...saying.filter(({ match }) => match !== undefined), ...saying];
  return found === undefined ? [] : [{ path: found.path, line: found.line }];
}

/** The whole value, and each of its words: sshd_config(5) quotes with double quotes. */
function valuesOf(value: string): string[] {
  const words = value.match(/"[^"]*"|\S+/g) ?? [];
  return [value, ...words].map((word) => word.replaceAll('"', ""));
}

/** @param pam - what PAM says, where this server asks it. */
export function checksOf(facts: ServerFacts, pam: PamJudgement | undefined, subject: Subject): Check[] {
  const { settings } = facts;
  if (typeof settings === "string")
    return [check("configuration", "unknown", `sshd does not tell its settings: ${settings}`)];
  return [
    ...configurationChecks(facts),
    ...connectionChecks(settings, facts, subject),
    ...accountChecks(settings, subject),
    ...shellChecks(settings, subject),
    rulesCheck(settings, facts, subject),
    ...rootChecks(settings, facts, subject),
    ...pamChecks(pam, settings, subject),
    ...sessionChecks(settings, pam, facts, subject),
  ];
}

function check(
  topic: Topic,
  answer: Answer,
  text: string,
  places: readonly Place[] = [],
  depends: readonly Place[] = [],
): Check {
  return { topic, answer, text, places, depends };
}

function configurationChecks({ changedFile }: ServerFacts): Check[] {
  if (changedFile === undefined) return [];
  return [
    check("configuration", "unknown", `${changedFile} has changed since this server read it; a reload makes it hold`),
  ];
}

function connectionChecks(settings: SshdLines, facts: ServerFacts, subject: Subject): Check[] {
  const refuses = settingOf(settings, "refuseconnection") === "yes";
  const depends = dependentLines(["refuseconnection"], facts, subject);
  const places = placesOf("refuseconnection", "yes", facts, subject);
  const isWrapped = facts.asksWrappers && subject.wrapperLines.length > 0;
  return [
    ...(refuses || depends.length > 0
      ? [
          check(
            "connection",
            refuses ? "no" : "yes",
            refuses ? "RefuseConnection yes" : "no RefuseConnection",
            places,
            depends,
          ),
        ]
      : []),
    ...(isWrapped
      ? [
          check(
            "connection",
            "unknown",
            "depends on TCP wrappers, by the address and the name of the client",
            subject.wrapperLines,
          ),
        ]
      : []),
    ...(subject.penalty === undefined ? [] : [check("connection", "unknown", subject.penalty)]),
  ];
}

/** Without PAM, sshd itself looks at shadow: platform_locked_account() in platform.c, auth_shadow_acctexpired() in auth-shadow.c. */
function accountChecks(settings: SshdLines, subject: Subject): Check[] {
  const { shadow, today, isLocal, account } = subject;
  const kind = `${isLocal ? "local account" : "directory account"}, uid ${String(account.uid)}`;
  const says = [kind, ...lifetimeOf(shadow, today)].join("; ");
  if (usesPam(settings) || shadow === undefined) return [check("account", "yes", says)];
  if (shadow.password.startsWith("!")) return [check("account", "no", `${kind}; locked: its password begins with "!"`)];
  const isOver = shadow.expiresOn !== undefined && today > shadow.expiresOn;
  return [check("account", isOver ? "no" : "yes", says)];
}

function lifetimeOf(shadow: ShadowEntry | undefined, today: number): string[] {
  if (shadow === undefined) return [];
  const over = expiryOf({ shadow, today });
  const password = shadow.password === "" ? "empty password" : hasPassword(shadow) ? "has a password" : "no password";
  const end = shadow.expiresOn === undefined ? "does not expire" : `expires on ${dateOf(shadow.expiresOn)}`;
  return [over ?? end, password];
}

/** allowed_user() in auth.c: within a ChrootDirectory it cannot tell. */
function shellChecks(settings: SshdLines, { shellFault, account }: Subject): Check[] {
  if (settingOf(settings, "chrootdirectory") !== undefined) return [];
  return [check("shell", shellFault === undefined ? "yes" : "no", shellFault ?? account.shell)];
}

function rulesCheck(settings: SshdLines, facts: ServerFacts, subject: Subject): Check {
  const { account, groups, from } = subject;
  const comer = { user: account.name, groups, address: from, rules: facts.rules };
  const { answer, text, by } = judgeRules(settings, comer);
  const depends = dependentLines(["denyusers", "allowusers", "denygroups", "allowgroups"], facts, subject);
  const places = by === undefined ? [] : placesOf(by.keyword, by.pattern, facts, subject);
  return check("rules", answer, text, places, depends);
}

function rootChecks(settings: SshdLines, facts: ServerFacts, subject: Subject): Check[] {
  if (subject.account.uid !== 0) return [];
  const value = settingOf(settings, "permitrootlogin") ?? "prohibit-password";
  const places = placesOf("permitrootlogin", value, facts, subject);
  const depends = dependentLines(["permitrootlogin"], facts, subject);
  return [check("root", value === "no" ? "no" : "yes", `PermitRootLogin ${value}`, places, depends)];
}

function pamChecks(pam: PamJudgement | undefined, settings: SshdLines, { hasNologin, account }: Subject): Check[] {
  if (pam !== undefined) return [check("pam", pam.answer, pam.text, pam.places)];
  const isKept = hasNologin && account.uid !== 0;
  return [
    check("pam", "yes", "UsePAM no: PAM is not asked"),
    ...(isKept && !usesPam(settings) ? [check("nologin", "no", "/etc/nologin keeps everybody but root out")] : []),
  ];
}

/** What a login is good for once it has succeeded. */
function sessionChecks(
  settings: SshdLines,
  pam: PamJudgement | undefined,
  facts: ServerFacts,
  subject: Subject,
): Check[] {
  const { shell } = subject.account;
  const [forced, chroot] = [settingOf(settings, "forcecommand"), settingOf(settings, "chrootdirectory")];
  return [
    ...(pam?.mustChange === true
      ? [check("session", "yes", "a new password has to be chosen first, on a terminal")]
      : []),
    ...(/\/(?:nologin|false)$/.test(shell) && forced !== "internal-sftp"
      ? [
          check(
            "session",
            "yes",
            `${shell} ends every shell and command at once; forwards and internal-sftp work all the same`,
          ),
        ]
      : []),
    ...(forced === undefined
      ? []
      : [check("session", "yes", `ForceCommand ${forced}`, placesOf("forcecommand", forced, facts, subject))]),
    ...(chroot === undefined
      ? []
      : [check("session", "yes", `ChrootDirectory ${chroot}`, placesOf("chrootdirectory", chroot, facts, subject))]),
  ];
}
