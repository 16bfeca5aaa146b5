/** What PAM says of an account, as far as its files tell: no module is run, and no session opened. */
import type { Files } from "../../host/files/files.ts";
import { accountModules, noLoginFile, passwordModules, type PamUser } from "../../system/pam/account-modules.ts";
import { modulesOf, readPamStack, type PamModule, type PamPhase } from "../../system/pam/read-stack.ts";
import { runStack } from "../../system/pam/run-stack.ts";
import { startOfDay } from "../../system/shadow.ts";
import { isoTime } from "../../text/time.ts";
import { firstFew } from "../../domain/first-few.ts";
import type { Answer, Place } from "./access-report.ts";

export interface PamJudgement {
  answer: Answer;
  text: string;
  places: readonly Place[];
  /** A new password has to be chosen first. */
  mustChange: boolean;
}

/**
 * @param phase - `account`: whether the account may log in at all; `auth`: whether there is a password that fits.
 */
export function judgePam(service: string, phase: PamPhase, user: PamUser, files: Files): PamJudgement {
  const { path, rules } = readPamStack(service, phase, files);
  if (path === undefined)
    return {
      answer: "no",
      text: `there is no /etc/pam.d/${service} with lines for ${phase}`,
      places: [],
      mustChange: false,
    };
  const ask = phase === "account" ? accountModules(user, files) : passwordModules(user, files);
  const outcomes = runStack(rules, ask);
  if (outcomes === undefined) return { ...undecided(path, modulesOf(rules)), mustChange: false };
  const answers = new Set(outcomes.map(({ result }) => (result === "refused" ? "no" : "yes")));
  const mustChange = outcomes.every(({ result }) => result !== "allowed") && answers.has("yes");
  if (answers.size > 1) return { ...undecided(path, distinct(outcomes.flatMap(({ guessed }) => guessed))), mustChange };
  const refusals = distinct(outcomes.flatMap(({ by }) => by ?? []));
  if (answers.has("no")) return { ...refusal(path, refusals, user, files), mustChange: false };
  return { answer: "yes", text: `${path} lets the account in`, places: [], mustChange };
}

function distinct(modules: readonly PamModule[]): PamModule[] {
  return [...new Set(modules)];
}

function placesOf(modules: readonly PamModule[]): Place[] {
  return modules.map(({ path, line }) => ({ path, line }));
}

function undecided(path: string, modules: readonly PamModule[]): Omit<PamJudgement, "mustChange"> {
  const names = [...new Set(modules.map(({ module }) => module))];
  return { answer: "unknown", text: `depends on PAM: ${firstFew(names)} in ${path}`, places: placesOf(modules) };
}

function refusal(
  path: string,
  by: readonly PamModule[],
  user: PamUser,
  files: Files,
): Omit<PamJudgement, "mustChange"> {
  const reasons = by.flatMap((rule) => reasonOf(rule, user, files) ?? []);
  const modules = [...new Set(by.map(({ module }) => module))];
  const text = reasons.length > 0 ? reasons.join("; ") : `${modules.join(", ") || "nothing"} refuses in ${path}`;
  return { answer: "no", text, places: placesOf(by) };
}

/** pam_deny and its like only carry out what an earlier module has found. */
function reasonOf({ module, args }: PamModule, user: PamUser, files: Files): string | undefined {
  if (module === "pam_nologin") return `${noLoginFile(args, files) ?? "a nologin file"} keeps everybody but root out`;
  return module === "pam_deny" || module === "pam_unix" ? expiryOf(user) : undefined;
}

const expired = "the account expired on";

/** Whether that is why PAM, or sshd, refuses. */
export function saysExpired(text: string): boolean {
  return text.includes(expired);
}

/** When the account, or its password, has expired; undefined where neither has. */
export function expiryOf({ shadow, today }: Pick<PamUser, "shadow" | "today">): string | undefined {
  if (shadow === undefined) return undefined;
  const { expiresOn, changedOn, mostDays, inactiveDays } = shadow;
  if (expiresOn !== undefined && today >= expiresOn) return `${expired} ${dateOf(expiresOn)}`;
  if (changedOn === undefined || mostDays === undefined || inactiveDays === undefined) return undefined;
  const deadline = changedOn + mostDays + inactiveDays;
  return today > deadline ? `the password has expired, and the account with it on ${dateOf(deadline)}` : undefined;
}

export function dateOf(day: number): string {
  return isoTime(startOfDay(day)).slice(0, 10);
}
