/** DenyUsers, AllowUsers, DenyGroups and AllowGroups: allowed_user() in auth.c, match_user() in match.c of OpenSSH. */
import type { SshdLines } from "../../system/sshd/ask.ts";
import { fitsAddress } from "../../system/authorized-keys/from-list.ts";
import { isSince, type LineRules } from "../../system/authorized-keys/line-rules.ts";
import { sshPattern } from "../../system/sshd/pattern.ts";
import type { Answer } from "./access-report.ts";

/** Who comes, and from where. */
export interface Comer {
  user: string;
  /** Names of all groups. */
  groups: readonly string[];
  address: string | undefined;
  rules: LineRules;
}

export interface RuleAnswer {
  answer: Answer;
  text: string;
  /** The line that decides, by its keyword in lower case and one of its patterns. */
  by: { keyword: string; pattern: string } | undefined;
}

/** sshd asks in this order, and the first that refuses is enough. */
export function judgeRules(settings: SshdLines, comer: Comer): RuleAnswer {
  const of = (keyword: string) => settings.get(keyword) ?? [];
  const [denyUsers, allowUsers, denyGroups, allowGroups] = [
    of("denyusers"),
    of("allowusers"),
    of("denygroups"),
    of("allowgroups"),
  ];
  const answers = [
    ...denyUsers.map((pattern) => denial("denyusers", pattern, fitsUser(pattern, comer))),
    allowUsers.length === 0 ? [] : allowance("allowusers", allowUsers, (pattern) => fitsUser(pattern, comer)),
    ...denyGroups.map((pattern) => denial("denygroups", pattern, fitsGroup(pattern, comer))),
    allowGroups.length === 0 ? [] : allowance("allowgroups", allowGroups, (pattern) => fitsGroup(pattern, comer)),
  ].flat();
  return (
    answers.find(({ answer }) => answer === "no") ??
    answers.find(({ answer }) => answer === "unknown") ??
    answers.find(({ by }) => by !== undefined) ?? { answer: "yes", text: "no Allow or Deny line", by: undefined }
  );
}

const spelled: Readonly<Record<string, string>> = {
  denyusers: "DenyUsers",
  allowusers: "AllowUsers",
  denygroups: "DenyGroups",
  allowgroups: "AllowGroups",
};

function denial(keyword: string, pattern: string, fits: Answer): RuleAnswer[] {
  if (fits === "no") return [{ answer: "yes", text: "no Deny line fits", by: undefined }];
  const text = `${spelled[keyword] ?? keyword} ${pattern}`;
  return [{ answer: fits === "yes" ? "no" : "unknown", text, by: { keyword, pattern } }];
}

function allowance(keyword: string, patterns: readonly string[], fits: (pattern: string) => Answer): RuleAnswer {
  const name = spelled[keyword] ?? keyword;
  for (const wanted of ["yes", "unknown"] as const) {
    const pattern = patterns.find((each) => fits(each) === wanted);
    if (pattern !== undefined) return { answer: wanted, text: `${name} ${pattern}`, by: { keyword, pattern } };
  }
  return { answer: "no", text: `not in ${name}`, by: { keyword, pattern: patterns[0] ?? "" } };
}

/** Since when the last @ of a pattern divides it, and not the first: commit a8ad7a295. */
const dividesAtLast = 909;

function fitsUser(pattern: string, { user, address, rules }: Comer): Answer {
  const at = isSince(rules, dividesAtLast) ? pattern.lastIndexOf("@") : pattern.indexOf("@");
  if (at < 0) return fits(user, pattern);
  if (fits(user, pattern.slice(0, at)) === "no") return "no";
  const hosts = pattern.slice(at + 1);
  if (hosts === "*") return "yes";
  const isFrom = address === undefined ? undefined : fitsAddress(hosts, address, rules);
  return isFrom === undefined ? "unknown" : isFrom ? "yes" : "no";
}

function fitsGroup(pattern: string, { groups }: Comer): Answer {
  return groups.some((group) => fits(group, pattern) === "yes") ? "yes" : "no";
}

function fits(text: string, pattern: string): Answer {
  return sshPattern(pattern).test(text) ? "yes" : "no";
}
