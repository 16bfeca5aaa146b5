/** How an account can prove who it is to one server, and whether that is enough. Pure. */
import { firstFew } from "../../domain/first-few.ts";
import { plural } from "../../text/words.ts";
import { fitsAddress } from "../../system/authorized-keys/from-list.ts";
import { nameOf } from "../../system/sshd/daemons.ts";
import type { SshdLines } from "../../system/sshd/ask.ts";
import { hasPassword } from "../../system/shadow.ts";
import { describeDistrust, type ListedKey } from "../keys/keys-of-account.ts";
import { methods, type Answer, type Method, type Way } from "./access-report.ts";
import { dependentLines, placesOf, settingOf, usesPam, type Subject } from "./checks.ts";
import type { PamJudgement } from "./judge-pam.ts";
import type { ServerFacts } from "./server-facts.ts";

/** What the account's own files and PAM offer. */
export interface Means {
  keys: readonly ListedKey[];
  /** Files that may hold further keys, or homes that were not looked at, and why; a sentence with "it". */
  unread: readonly { path: string; problem: string }[];
  /** Whether PAM takes a password; undefined where it is not asked. */
  pam: PamJudgement | undefined;
}

interface Told {
  answer: Answer;
  text: string;
  because?: string;
  /** The setting that switches the method on or off. */
  by?: { keyword: string; value: string };
}

export function waysOf(settings: SshdLines, facts: ServerFacts, means: Means, subject: Subject): Way[] {
  return methods.flatMap((method): Way | Way[] => {
    const told = tellers[method](settings, facts, means, subject);
    if (told === undefined) return [];
    const { by, ...said } = told;
    const depends = dependentLines([...keywordsOf[method], "permitrootlogin"], facts, subject);
    return { method, ...said, places: by ? placesOf(by.keyword, by.value, facts, subject) : [], depends };
  });
}

const keywordsOf: Readonly<Record<Method, readonly string[]>> = {
  publickey: [
    "pubkeyauthentication",
    "authorizedkeysfile",
    "authorizedkeyscommand",
    "trustedusercakeys",
    "revokedkeys",
    "pubkeyacceptedalgorithms",
    "pubkeyacceptedkeytypes",
  ],
  password: ["passwordauthentication", "permitemptypasswords"],
  "keyboard-interactive": ["kbdinteractiveauthentication", "challengeresponseauthentication"],
  hostbased: ["hostbasedauthentication"],
  "gssapi-with-mic": ["gssapiauthentication"],
};

type Teller = (settings: SshdLines, facts: ServerFacts, means: Means, subject: Subject) => Told | undefined;

const tellers: Readonly<Record<Method, Teller>> = {
  publickey: publicKey,
  password: (settings, _, means, subject) => {
    if (settingOf(settings, "passwordauthentication") === "no")
      return off("passwordauthentication", "PasswordAuthentication");
    return rootOnlyByKey(settings, subject) ?? password(settings, means, subject);
  },
  "keyboard-interactive": (settings, _, { pam }, subject) => {
    const keyword = ["kbdinteractiveauthentication", "challengeresponseauthentication"].find(
      (each) => settingOf(settings, each) === "yes",
    );
    // Almost nobody has it on without PAM, which is what asks the questions on Linux.
    if (keyword === undefined) return undefined;
    if (pam === undefined) return { answer: "no", text: "UsePAM no: nothing asks the questions" };
    return rootOnlyByKey(settings, subject) ?? { answer: pam.answer, text: passwordText(pam, subject) };
  },
  hostbased: (settings) =>
    settingOf(settings, "hostbasedauthentication") === "yes"
      ? { answer: "unknown", text: "depends on the client's host and .shosts" }
      : undefined,
  "gssapi-with-mic": (settings) =>
    settingOf(settings, "gssapiauthentication") === "yes"
      ? { answer: "unknown", text: "depends on Kerberos" }
      : undefined,
};

function off(keyword: string, name: string): Told {
  return { answer: "no", text: `${name} no`, by: { keyword, value: "no" } };
}

/** auth_root_allowed() in auth.c. */
function rootOnlyByKey(settings: SshdLines, { account }: Subject): Told | undefined {
  const value = settingOf(settings, "permitrootlogin") ?? "prohibit-password";
  if (account.uid !== 0 || value === "yes") return undefined;
  return { answer: "no", text: `PermitRootLogin ${value}`, by: { keyword: "permitrootlogin", value } };
}

function password(settings: SshdLines, { pam }: Means, subject: Subject): Told {
  const { shadow } = subject;
  if (shadow?.password === "" && settingOf(settings, "permitemptypasswords") !== "yes")
    return { answer: "no", text: "the password is empty, and PermitEmptyPasswords no" };
  if (pam !== undefined) return { answer: pam.answer, text: passwordText(pam, subject) };
  if (usesPam(settings)) return { answer: "unknown", text: "depends on PAM" };
  if (shadow === undefined) return { answer: "no", text: "shadow has no such account" };
  return hasPassword(shadow) || shadow.password === ""
    ? { answer: "yes", text: "the right password" }
    : { answer: "no", text: "the account has no password" };
}

function passwordText({ answer, text }: PamJudgement, { shadow }: Subject): string {
  if (answer === "yes") return "the right password";
  const hasNone = shadow !== undefined && !hasPassword(shadow);
  return answer === "no" && hasNone ? "the account has no password" : text;
}

function publicKey(settings: SshdLines, facts: ServerFacts, { keys, unread }: Means, subject: Subject): Told {
  if (settingOf(settings, "pubkeyauthentication") === "no") return off("pubkeyauthentication", "PubkeyAuthentication");
  const judged = keys.map((key) => ({ key, ...judgeKey(key, facts, subject) }));
  const good = judged.filter(({ answer }) => answer === "yes");
  if (good.length > 0)
    return {
      answer: "yes",
      text: `${plural(good.length, "key")}: ${firstFew(
        good.map(({ key }) => keyText(key)),
        3,
      )}`,
    };
  const perhaps = [
    ...judged.filter(({ answer }) => answer === "unknown").map(({ key, text }) => `${keyText(key)} ${text}`),
    ...["authorizedkeyscommand", "trustedusercakeys"].flatMap((keyword) => elsewhere(keyword, settings)),
    ...unread.map(({ path, problem }) => `${path} was not read: ${problem}`),
  ];
  if (perhaps.length > 0) return { answer: "unknown", text: `depends on ${firstFew(perhaps, 3)}` };
  if (keys.length === 0) return { answer: "no", text: "no authorized key" };
  return {
    answer: "no",
    text: refusedText(judged),
    because: `${plural(keys.length, "key")}, none accepted`,
  };
}

/** What is wrong with several keys, such as the folder above them, is said once. */
function refusedText(judged: readonly { key: ListedKey; text: string }[]): string {
  const reasons = [...new Set(judged.map(({ text }) => text))];
  const told = reasons.map((reason) => {
    const keys = judged.filter(({ text }) => text === reason).map(({ key }) => keyText(key));
    return `${firstFew(keys, 3)}: ${reason}`;
  });
  return firstFew(told, 3);
}

function elsewhere(keyword: string, settings: SshdLines): string[] {
  const value = settingOf(settings, keyword);
  if (value === undefined) return [];
  return [keyword === "trustedusercakeys" ? `certificates of ${value}` : `AuthorizedKeysCommand ${value}`];
}

function keyText({ key, path, line }: ListedKey): string {
  return `${key.sha256} (${path}:${String(line)})`;
}

function judgeKey(key: ListedKey, facts: ServerFacts, { from }: Subject): { answer: Answer; text: string } {
  const { state, servers, options } = key;
  if (state === "modes") return { answer: "no", text: describeDistrust(key) };
  if (state !== "accepted") return { answer: "no", text: state };
  const isTaken = servers.length === 0 || servers.includes(facts.name) || servers.includes(nameOf(facts.daemon));
  if (!isTaken) return { answer: "no", text: "not taken by this server" };
  if (options.certAuthority) return { answer: "unknown", text: "signs certificates" };
  if (options.from === undefined) return { answer: "yes", text: "" };
  const fits = from === undefined ? undefined : fitsAddress(options.from, from, facts.rules);
  if (fits === undefined) return { answer: "unknown", text: `is for connections from ${options.from}` };
  return { answer: fits ? "yes" : "no", text: `is for connections from ${options.from}` };
}

/** Whether one of the lists of AuthenticationMethods can be gone through: sshd_config(5). */
export function enoughOf(settings: SshdLines, ways: readonly Way[], effective: (way: Way) => Answer): Answer {
  const value = settingOf(settings, "authenticationmethods") ?? "any";
  if (value === "any") return best(ways.map(effective));
  const lists = value.split(" ").map((list) => list.split(",").map((each) => each.replace(/:.*/, "")));
  const answers = lists.map((list) =>
    worst(
      list.map((method) => {
        const way = ways.find((each) => each.method === method);
        return way === undefined ? "no" : effective(way);
      }),
    ),
  );
  return best(answers);
}

export function best(answers: readonly Answer[]): Answer {
  if (answers.includes("yes")) return "yes";
  return answers.includes("unknown") ? "unknown" : "no";
}

export function worst(answers: readonly Answer[]): Answer {
  if (answers.includes("no")) return "no";
  return answers.includes("unknown") ? "unknown" : "yes";
}
