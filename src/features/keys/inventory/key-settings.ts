/** What sshd's configuration says about the keys of each account. */
import { listGroups, type Account, type Group } from "../../../system/accounts.ts";
import { criteriaOf, dependsOnConnection, mayMean } from "../../../system/sshd/match-criteria.ts";
import { findConfigLines, type ConfigLine } from "../../../system/sshd/config-lines.ts";
import { commonSettings, effectiveSettings, type Login, type SshdSettings } from "../../../system/sshd/ask.ts";
import { configOf, findOpensshDaemons, nameOf, type Daemon } from "../../../system/sshd/daemons.ts";
import type { KeysHost } from "../machine.ts";
import { defaultKeyFiles } from "../../../system/authorized-keys/key-paths.ts";

/** Undefined where nothing of the kind is set. */
export interface KeySettings {
  keyFiles: string;
  strictModes: boolean;
  revokedKeys: string | undefined;
  keysCommand: string | undefined;
  keysCommandUser: string | undefined;
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
  /** Whether a server that runs did not say it: what it makes of keys can be anything. */
  isSilent: boolean;
}

/** Settings, and who has them. */
export interface ServerSettings extends KeySettings {
  /** Names of the servers; empty if all have the same. */
  servers: readonly string[];
}

export interface AccountSettings {
  /** At least one; several if servers differ in what they make of the account's keys. */
  of: (account: Account) => readonly ServerSettings[];
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

/** A server, or one of its ports if the configuration tells them apart. */
interface Door {
  daemon: Daemon;
  port: number | undefined;
  names: readonly string[];
  /** Lines about keys that are not for everybody. */
  matched: readonly ConfigLine[];
}

/**
 * Asks each server once, and once more for every account that one of its Match blocks may mean.
 *
 * @param address - where logins come from; from this machine unless told otherwise.
 */
export async function readKeySettings(
  accounts: readonly Account[],
  host: KeysHost,
  address?: string,
): Promise<AccountSettings> {
  const doors = findDoors(await findOpensshDaemons(host), host);
  const groups = doors.every(({ matched }) => matched.length === 0) ? [] : await listGroups(host);
  const answers = await Promise.all(doors.map(async (door) => askDoor(door, { accounts, groups, address }, host)));
  const known = new Map<Account, readonly ServerSettings[]>();
  const of = (account: Account) => {
    const settings = known.get(account) ?? distinct(doors.map((door, index) => [door, answers[index]?.(account)]));
    known.set(account, settings);
    return settings;
  };
  const dependent = doors.flatMap(({ matched }) => matched).filter(({ match = "" }) => dependsOnConnection(match));
  const lines = new Map(dependent.map((line) => [`${line.path}:${String(line.line)}`, line]));
  return { of, dependent: [...lines.values()] };
}

/** Those that were started alike are asked once. */
function findDoors(daemons: readonly Daemon[], { files }: KeysHost): Door[] {
  const doors = new Map<string, Door>();
  for (const daemon of daemons) {
    const matched = findConfigLines(keywords, files, configOf(daemon)).filter(({ match }) => match !== undefined);
    const asksForPort = matched.some(({ match = "" }) => criteriaOf(match).some(([word]) => word === "localport"));
    const ports = [...new Set(daemon.ends.map(({ port }) => port))];
    for (const port of asksForPort && ports.length > 0 ? ports : [undefined]) {
      const name = port === undefined ? nameOf(daemon) : nameOf({ ...daemon, ends: [{ address: "", port }] });
      const id = JSON.stringify([daemon.program, daemon.options, port]);
      const door = doors.get(id) ?? { daemon, port, names: [], matched };
      doors.set(id, { ...door, names: [...door.names, name] });
    }
  }
  return [...doors.values()];
}

type Answer = (account: Account) => KeySettings;

async function askDoor(
  { daemon, port, matched }: Door,
  {
    accounts,
    groups,
    address,
  }: { accounts: readonly Account[]; groups: readonly Group[]; address: string | undefined },
  host: KeysHost,
): Promise<Answer> {
  const login = (user: string): Login => ({ user, port, address });
  const isRunning = daemon.pid !== undefined;
  const common = keySettings(
    (await effectiveSettings(login(""), daemon, host)) ?? (await commonSettings(daemon, host)),
    isRunning,
  );
  const concerned = accounts.filter((account) => matched.some(({ match = "" }) => mayMean(match, account, groups)));
  const own = new Map<string, KeySettings>();
  for (let start = 0; start < concerned.length; start += atOnce) {
    const some = concerned.slice(start, start + atOnce);
    const answers = await Promise.all(some.map(async ({ name }) => effectiveSettings(login(name), daemon, host)));
    for (const [index, { name }] of some.entries()) own.set(name, keySettings(answers[index], isRunning));
  }
  return ({ name }) => own.get(name) ?? common;
}

function distinct(answers: readonly (readonly [Door, KeySettings | undefined])[]): ServerSettings[] {
  const settings = new Map<string, ServerSettings>();
  for (const [{ names }, answer] of answers) {
    if (answer === undefined) continue;
    const id = JSON.stringify([answer, [...(answer.algorithms ?? [])]]);
    settings.set(id, { ...answer, servers: [...(settings.get(id)?.servers ?? []), ...names] });
  }
  const all = [...settings.values()];
  return all.length === 1 ? all.map((each) => ({ ...each, servers: [] })) : all;
}

function keySettings(settings: SshdSettings | undefined, isRunning: boolean): KeySettings {
  const text = (keyword: string) => {
    const value = settings?.get(keyword);
    return value === undefined || value === "" || value === "none" ? undefined : value;
  };
  const algorithms = text("pubkeyacceptedalgorithms") ?? text("pubkeyacceptedkeytypes");
  const isOn = (keyword: string) => settings?.get(keyword) !== "no";
  return {
    // From 10.6 on, sshd prints nothing where it is "none".
    keyFiles: settings === undefined ? defaultKeyFiles : (settings.get("authorizedkeysfile") ?? "none"),
    strictModes: isOn("strictmodes"),
    revokedKeys: text("revokedkeys"),
    keysCommand: text("authorizedkeyscommand"),
    keysCommandUser: text("authorizedkeyscommanduser"),
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
    isSilent: settings === undefined && isRunning,
  };
}

/** Whether a login takes a key beside another factor: which key that was, sshd may not say. */
export function methodNeedsKey({ methods }: KeySettings): boolean {
  return methods?.split(" ").some((list) => list.includes("publickey") && list.includes(",")) === true;
}
