/**
 * How far a lock reaches beside SSH: what it stops, by PAM's files on this machine, and what stays. Sentences without a full stop.
 */
import type { Context } from "../../cli/context.ts";
import { firstFew } from "../../domain/first-few.ts";
import { orUndefined } from "../../host/files/files.ts";
import type { Machine } from "../../host/host.ts";
import { localAccounts, type Account } from "../../system/accounts.ts";
import { lockedDay, type Mechanism, type Stopped } from "../../system/locks/record.ts";
import { readShadow } from "../../system/shadow.ts";
import { judgeServices } from "../access/read-access.ts";
import { findPersistence, keysOfAccounts, type ListedKey } from "../keys/keys-of-account.ts";
import { plural } from "../../text/words.ts";
import { sudoRights } from "./root-ways.ts";

/** Other accounts, and what they have to do with those that are to be locked. */
export interface Others {
  /** Keys that some server takes, of all local accounts that have a home to look into. */
  keys: readonly ListedKey[];
  /** What sudo lets others run, by name. */
  sudo: ReadonlyMap<string, string>;
}

export async function readOthers(accounts: readonly Account[], machine: Machine, context: Context): Promise<Others> {
  const local = localAccounts(machine).filter(({ name }) => !accounts.some((each) => each.name === name));
  const inventory = await keysOfAccounts([...accounts, ...local], context);
  return {
    keys: inventory.keys.filter(({ state }) => state === "accepted"),
    sudo: await sudoRights(accounts, machine),
  };
}

/** One account that is to be locked. */
interface Locked {
  account: Account;
  mechanism: Mechanism;
  stopped: readonly Stopped[];
  isLocal: boolean;
}

export async function reachOf(
  locked: Locked,
  others: Others,
  machine: Machine,
): Promise<{ stops: string[]; stays: string[] }> {
  const { account, mechanism, isLocal } = locked;
  const asked = mechanism.kind === "expiry" ? await askedServices(account, machine) : undefined;
  const { stops, stays } = ofPersistence(locked, new Set(asked?.refusing), machine);
  return {
    stops: [
      ...(asked === undefined || asked.refusing.length === 0
        ? []
        : [`PAM refuses the account for ${asked.refusing.join(", ")} as well`]),
      ...stops,
    ],
    stays: [
      ...(isLocal ? [] : [otherHosts]),
      ...(asked === undefined ? [sshAlone] : asked.others.length === 0 ? [] : [notRefusing(asked.others)]),
      ...stays,
      ...sameKeys(account, others),
      ...mayBecome(account, others),
      ...tickets(account, machine),
      "whatever root runs as this user (sudo -u, systemd-run) works as before",
    ],
  };
}

const otherHosts =
  "the account is open on all other hosts of its directory; what disables it there depends on the directory (ipa user-disable, Disable-ADAccount)";

const sshAlone = "cron, at, su and sudo still work: only SSH to this machine is locked";

function notRefusing(names: readonly string[]): string {
  return `PAM is not certain to refuse the account for ${names.join(", ")}`;
}

async function askedServices(account: Account, machine: Machine) {
  const shadow = await readShadow(account.name, machine);
  return shadow === undefined ? undefined : judgeServices(account, { ...shadow, expiresOn: lockedDay }, machine);
}

const refusedBy = { lingers: ["systemd-user"], crontab: ["cron", "crond"], "at-jobs": ["atd"] } as const;

/** What runs without a login: put aside, refused by PAM, or left. */
function ofPersistence(
  { account, stopped }: Locked,
  refusing: ReadonlySet<string>,
  machine: Machine,
): { stops: string[]; stays: string[] } {
  const [stops, stays]: [string[], string[]] = [[], []];
  for (const found of findPersistence(account, machine)) {
    const isStopped = stopped.some(({ kind }) => kind === kindOf[found.kind]);
    const isRefused = refusedBy[found.kind].some((name) => refusing.has(name));
    const { stop, refused, stay } = textsOf(found);
    if (isStopped) stops.push(stop);
    else if (isRefused && refused !== undefined) stops.push(refused);
    else stays.push(stay);
  }
  return { stops, stays };
}

const kindOf = { lingers: "services", crontab: "crontab", "at-jobs": "at" } as const;

function textsOf(
  found: ReturnType<typeof findPersistence>[number],
): Record<"stop" | "stay", string> & { refused?: string } {
  switch (found.kind) {
    case "lingers":
      return {
        stop: "services that run without a login end; until unlock they are not started",
        stay: "services that run without a login go on (--stop-services ends them until unlock)",
      };
    case "crontab":
      return {
        stop: `the crontab ${found.path} is put aside until unlock`,
        refused: `the crontab ${found.path} is not run meanwhile`,
        stay: `the crontab ${found.path} is still run (--stop-crontab puts it aside until unlock)`,
      };
    case "at-jobs": {
      const jobs = plural(found.paths.length, "at job");
      return {
        stop: `${jobs}: put aside until unlock, and what has become due by then runs at that moment`,
        refused: `${jobs}: what becomes due meanwhile does not run, also not later (--stop-at keeps it until unlock)`,
        stay: `${jobs}: still run (--stop-at puts them aside until unlock)`,
      };
    }
  }
}

function sameKeys(account: Account, { keys }: Others): string[] {
  const own = new Map(
    keys
      .filter((key) => key.account.uid === account.uid)
      .map(({ key, comment }) => [key.sha256, comment ?? key.sha256]),
  );
  const elsewhere = keys.filter((key) => key.account.uid !== account.uid && own.has(key.key.sha256));
  if (elsewhere.length === 0) return [];
  const names = [...new Set(elsewhere.map((key) => key.account.name))];
  const shared = [...new Set(elsewhere.map(({ key }) => own.get(key.sha256) ?? key.sha256))];
  return [`the same key opens ${firstFew(names)}: ${firstFew(shared)} (sshctl keys revoke KEY)`];
}

/** "(ALL : ALL) ALL" and "(alice, bob) NOPASSWD: /bin/ls" in what `sudo -l` prints. */
function mayBecome({ name }: Account, { sudo }: Others): string[] {
  const runas = (text: string) =>
    [...text.matchAll(/^\s+\(([^):]*)[^)]*\)/gm)].map(([, users = ""]) => users.split(",").map((user) => user.trim()));
  const able = [...sudo].filter(([, text]) =>
    runas(text).some((users) => (users.includes("ALL") || users.includes(name)) && !users.includes(`!${name}`)),
  );
  const names = able.map(([other]) => other);
  return names.length === 0 ? [] : [`by sudo ${firstFew(names)} may still run programs as ${name}`];
}

/** The usual places of krb5.conf(5), default_ccache_name. */
function tickets({ uid }: Account, { files }: Pick<Machine, "files">): string[] {
  const places = ["/tmp", `/run/user/${String(uid)}`].flatMap((folder) =>
    (orUndefined(files.names(folder)) ?? [])
      .filter((each) => each.startsWith("krb5cc"))
      .map((each) => `${folder}/${each}`)
      .filter((path) => orUndefined(files.facts(path))?.uid === uid),
  );
  return places.length === 0 ? [] : [`Kerberos tickets stay valid until their own end: ${firstFew(places)}`];
}
