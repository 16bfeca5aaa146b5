/** What the modules of the account phase answer, as far as files tell. None of them is run. */
import type { Account } from "../../domain/accounts.ts";
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";
import { accountState, hasPassword, type AccountState, type ShadowEntry } from "../shadow.ts";
import { isInstalled, type PamModule } from "./read-stack.ts";
import type { AskModule, PamAnswer } from "./run-stack.ts";

/** Whom PAM is asked about. */
export interface PamUser {
  account: Account;
  /** Whether /etc/passwd has it. */
  isLocal: boolean;
  /** Whether a password is said to stand in shadow(5). */
  isShadowed: boolean;
  shadow: ShadowEntry | undefined;
  /** The day of shadow(5) that it is. */
  today: number;
}

/** Of a module of which nothing is known. */
const anything: readonly PamAnswer[] = ["success", "ignore", "perm_denied"];

/** Asks the files that a module would read. */
export function accountModules(user: PamUser, files: Files): AskModule {
  return (rule) => {
    if (!isInstalled(rule.module, files)) return ["module_unknown"];
    return answers[rule.module]?.(user, rule, files) ?? anything;
  };
}

/** The same for whoever types the right password, if the account has one. */
export function passwordModules(user: PamUser, files: Files): AskModule {
  const others = accountModules(user, files);
  return (rule) =>
    (isInstalled(rule.module, files) ? passwordAnswers[rule.module]?.(user, rule, files) : undefined) ?? others(rule);
}

type Answers = (user: PamUser, rule: PamModule, files: Files) => readonly PamAnswer[];

/** Modules of directories do not know local accounts. */
const directoryAnswer: Answers = ({ isLocal }) =>
  isLocal ? ["user_unknown"] : ["success", "new_authtok_reqd", "acct_expired", "user_unknown", "authinfo_unavail"];

const answers: Readonly<Record<string, Answers>> = {
  pam_unix: (user) => [unixAnswer(user)],
  pam_permit: () => ["success"],
  pam_deny: () => ["acct_expired"],
  pam_warn: () => ["ignore"],
  pam_rootok: () => ["success"],
  // In this phase it only forgets failures: pam_faillock(8).
  pam_faillock: () => ["success"],
  pam_localuser: ({ isLocal }) => [isLocal ? "success" : "perm_denied"],
  pam_nologin: nologinAnswer,
  pam_succeed_if: succeedIfAnswer,
  pam_listfile: listfileAnswer,
  pam_access: (_, { args }, files) => (args.length === 0 && isSilent("access", files) ? ["success"] : anything),
  pam_time: (_, { args }, files) => (args.length === 0 && isSilent("time", files) ? ["success"] : anything),
  pam_sss: directoryAnswer,
  pam_ldap: directoryAnswer,
  pam_winbind: directoryAnswer,
  pam_systemd_home: directoryAnswer,
};

const answerOfState: Readonly<Record<AccountState, PamAnswer>> = {
  valid: "success",
  expired: "acct_expired",
  "password-inactive": "authtok_expired",
  "password-expired": "new_authtok_reqd",
};

/** pam_sm_acct_mgmt() in pam_unix_acct.c. */
function unixAnswer({ isShadowed, shadow, today }: PamUser): PamAnswer {
  if (shadow !== undefined) return answerOfState[accountState(shadow, today)];
  return isShadowed ? "authinfo_unavail" : "success";
}

/** pam_nologin(8). Of a file that it is told of, it asks only for that one. */
function nologinAnswer({ account }: PamUser, { args }: PamModule, files: Files): readonly PamAnswer[] {
  const usual: PamAnswer = args.includes("successok") ? "success" : "ignore";
  return [noLoginFile(args, files) === undefined || account.uid === 0 ? usual : "auth_err"];
}

/** The file that keeps everybody but root out, if there is one. */
export function noLoginFile(args: readonly string[], files: Files): string | undefined {
  const named = valueOf(args, "file");
  const paths = named === undefined ? ["/run/nologin", "/etc/nologin"] : [named];
  return paths.find((path) => isPresent(files.facts(path)));
}

/** Of pam_succeed_if(8), comparisons of the uid. */
function succeedIfAnswer({ account }: PamUser, { args }: PamModule): readonly PamAnswer[] {
  const words = args.filter((word) => !succeedIfFlags.has(word));
  const [, operator = "", number = ""] = /^uid (<|<=|>|>=|eq|ne|lt|le|gt|ge|=) (\d+)$/.exec(words.join(" ")) ?? [];
  const holds = comparisons[operator]?.(account.uid, Number(number));
  if (holds === undefined) return anything;
  return [holds ? "success" : "auth_err"];
}

const succeedIfFlags: ReadonlySet<string> = new Set(["quiet", "quiet_success", "quiet_fail", "debug", "audit"]);

type Comparison = (uid: number, number: number) => boolean;
const isEqual: Comparison = (uid, number) => uid === number;
const isLess: Comparison = (uid, number) => uid < number;
const isAtMost: Comparison = (uid, number) => uid <= number;

const comparisons: Readonly<Record<string, Comparison>> = {
  "=": isEqual,
  eq: isEqual,
  ne: (uid, number) => uid !== number,
  "<": isLess,
  lt: isLess,
  "<=": isAtMost,
  le: isAtMost,
  ">": (uid, number) => uid > number,
  gt: (uid, number) => uid > number,
  ">=": (uid, number) => uid >= number,
  ge: (uid, number) => uid >= number,
};

/** Of pam_listfile(8), lists of users. Lines are taken as they are, without white space at either end. */
function listfileAnswer({ account }: PamUser, { args }: PamModule, files: Files): readonly PamAnswer[] {
  const [path, sense] = [valueOf(args, "file"), valueOf(args, "sense")];
  const isOfUsers = valueOf(args, "item") === "user" && valueOf(args, "apply") === undefined;
  if (path === undefined || (sense !== "allow" && sense !== "deny") || !isOfUsers) return anything;
  const text = orUndefined(files.read(path));
  if (text === undefined) return [valueOf(args, "onerr") === "succeed" ? "success" : "auth_err"];
  const isListed = text.split("\n").includes(account.name);
  return [isListed === (sense === "allow") ? "success" : "auth_err"];
}

function valueOf(args: readonly string[], name: string): string | undefined {
  return args.findLast((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Whether the rules of access.conf(5) or time.conf(5) say nothing at all. */
function isSilent(name: "access" | "time", files: Files): boolean {
  const folder = `/etc/security/${name}.d`;
  const further = (orUndefined(files.names(folder)) ?? []).map((each) => `${folder}/${each}`);
  return [`/etc/security/${name}.conf`, ...further].every((path) =>
    (orUndefined(files.read(path)) ?? "").split("\n").every((line) => /^\s*(?:#|$)/.test(line)),
  );
}

/** Where the auth phase differs. */
const passwordAnswers: Readonly<Record<string, Answers>> = {
  pam_unix: ({ shadow }, { args }) => [isTaken(shadow, args) ? "success" : "auth_err"],
  pam_faillock: () => ["ignore", "auth_err"],
  pam_env: () => ["ignore"],
  pam_faildelay: () => ["ignore"],
  pam_cap: () => ["ignore"],
  pam_group: () => ["ignore"],
  pam_keyinit: () => ["ignore"],
};

/** An empty password needs PermitEmptyPasswords, too: auth-passwd.c of OpenSSH. */
function isTaken(shadow: ShadowEntry | undefined, args: readonly string[]): boolean {
  if (shadow === undefined) return false;
  return shadow.password === "" ? args.includes("nullok") : hasPassword(shadow);
}
