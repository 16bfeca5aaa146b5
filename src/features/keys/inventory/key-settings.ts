/** What sshd's configuration says about the keys of each account. */
import { sshPattern } from "../../../system/sshd/pattern.ts";
import { listGroups, type Account, type Group } from "../../../system/accounts.ts";
import { findConfigLines, type ConfigLine } from "../../../system/sshd/config-lines.ts";
import { askSshd, askSshdWithoutRoot, type SshdSettings } from "../../../system/sshd/settings.ts";
import type { KeysHost } from "../machine.ts";
import { defaultKeyFiles } from "../../../system/authorized-keys/key-paths.ts";

/** Undefined where nothing of the kind is set. */
export interface KeySettings {
  keyFiles: string;
  strictModes: boolean;
  revokedKeys: string | undefined;
  keysCommand: string | undefined;
  trustedAuthorities: string | undefined;
  publicKeys: boolean;
  passwords: boolean;
  rootLogin: string;
  /** Lists of factors, such as "publickey,password"; undefined where one is enough. */
  methods: string | undefined;
  /** Of signatures; undefined where sshd does not tell. */
  algorithms: ReadonlySet<string> | undefined;
  smallestRsaBits: number;
  /** UseDNS. */
  usesNames: boolean;
  /** Whether sshd said so; else it is what sshd does unless told otherwise. */
  isKnown: boolean;
}

export interface AccountSettings {
  of: (account: Account) => KeySettings;
  /** Lines whose Match asks for more than who logs in: what counts then depends on the connection. */
  dependent: readonly ConfigLine[];
}

const keywords: ReadonlySet<string> = new Set([
  "authorizedkeysfile",
  "authorizedkeyscommand",
  "trustedusercakeys",
  "revokedkeys",
  "pubkeyauthentication",
  "passwordauthentication",
  "kbdinteractiveauthentication",
  "challengeresponseauthentication",
  "permitrootlogin",
  "authenticationmethods",
  "pubkeyacceptedalgorithms",
  "pubkeyacceptedkeytypes",
]);

/** More sshds at a time than there are processors would only make each of them wait. */
const atOnce = 4;

/** Asks sshd once, and once more for every account that a Match block may mean. */
export async function readKeySettings(accounts: readonly Account[], host: KeysHost): Promise<AccountSettings> {
  const matched = findConfigLines(keywords, host.files).filter(({ match }) => match !== undefined);
  const common = keySettings((await askSshd("", host)) ?? (await askSshdWithoutRoot(host)));
  const groups = matched.length === 0 ? [] : await listGroups(host);
  const concerned = accounts.filter((account) => matched.some(({ match = "" }) => mayMean(match, account, groups)));
  const own = new Map<string, KeySettings>();
  for (let start = 0; start < concerned.length; start += atOnce) {
    const some = concerned.slice(start, start + atOnce);
    const answers = await Promise.all(some.map(async ({ name }) => askSshd(name, host)));
    for (const [index, { name }] of some.entries()) own.set(name, keySettings(answers[index]));
  }
  return {
    of: ({ name }) => own.get(name) ?? common,
    dependent: matched.filter(({ match = "" }) =>
      criteriaOf(match).some(([word]) => word !== "user" && word !== "group"),
    ),
  };
}

/** "User alice,bob Address 10.0.0.0/8" as pairs; the words in lower case. */
function criteriaOf(match: string): (readonly [word: string, patterns: readonly string[]])[] {
  const words = match.replaceAll("=", " ").split(/\s+/);
  return words.flatMap((word, index) =>
    index % 2 === 0 ? [[word.toLowerCase(), (words[index + 1] ?? "").split(",")] as const] : [],
  );
}

/** No only where it is certain: sshd has the last word. */
function mayMean(match: string, { name, gid }: Account, groups: readonly Group[]): boolean {
  return criteriaOf(match).every(([word, patterns]) => {
    if (patterns.some((pattern) => /["!]/.test(pattern))) return true;
    if (word === "user") return patterns.some((pattern) => fits(name, pattern));
    if (word !== "group" || !patterns.every((pattern) => groups.some((group) => fits(group.name, pattern))))
      return true;
    return groups.some(
      (group) =>
        (group.gid === gid || group.members.includes(name)) && patterns.some((pattern) => fits(group.name, pattern)),
    );
  });
}

function fits(text: string, pattern: string): boolean {
  return sshPattern(pattern, "is").test(text);
}

function keySettings(settings: SshdSettings | undefined): KeySettings {
  const text = (keyword: string) => {
    const value = settings?.get(keyword);
    return value === undefined || value === "" || value === "none" ? undefined : value;
  };
  const algorithms = text("pubkeyacceptedalgorithms") ?? text("pubkeyacceptedkeytypes");
  const isOn = (keyword: string) => settings?.get(keyword) !== "no";
  return {
    keyFiles: settings?.get("authorizedkeysfile") ?? defaultKeyFiles,
    strictModes: isOn("strictmodes"),
    revokedKeys: text("revokedkeys"),
    keysCommand: text("authorizedkeyscommand"),
    trustedAuthorities: text("trustedusercakeys"),
    publicKeys: isOn("pubkeyauthentication"),
    passwords:
      isOn("passwordauthentication") || isOn("kbdinteractiveauthentication") || isOn("challengeresponseauthentication"),
    rootLogin: settings?.get("permitrootlogin") ?? "prohibit-password",
    methods: text("authenticationmethods") === "any" ? undefined : text("authenticationmethods"),
    algorithms: algorithms === undefined ? undefined : new Set(algorithms.split(",")),
    smallestRsaBits: Number(settings?.get("requiredrsasize") ?? 1024),
    usesNames: settings?.get("usedns") === "yes",
    isKnown: settings !== undefined,
  };
}

/** Whether a login takes a key beside another factor: which key that was, sshd may not say. */
export function methodNeedsKey(settings: KeySettings | undefined): boolean {
  return settings?.methods?.split(" ").some((list) => list.includes("publickey") && list.includes(",")) === true;
}
