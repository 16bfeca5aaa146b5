/** The door of this room. Reads all that decides about the logins of one account. Nothing is changed, no session opened, no module of PAM run. */
import type { Context } from "../../cli/context.ts";
import { machineOf, type Machine } from "../../host/host.ts";
import { firstFew } from "../../domain/first-few.ts";
import { executableName } from "../../domain/ssh-server.ts";
import { findGroup, groupIds, listGroups, localAccounts, type Account } from "../../system/accounts.ts";
import { isPresent } from "../../host/files/files.ts";
import { askAccountPhase } from "../../system/pam/account-phase.ts";
import type { PamUser } from "../../system/pam/account-modules.ts";
import { readProcesses } from "../../system/procfs/processes.ts";
import { dayOf, readShadow, type ShadowEntry } from "../../system/shadow.ts";
import { findDaemons, nameOf, type Daemon } from "../../system/sshd/daemons.ts";
import { findWrapperLines } from "../../system/sshd/tcp-wrappers.ts";
import { describeUnread, keysOfAccount, type UnreadFile } from "../keys/keys-of-account.ts";
import type { AccessReport, ServerAccess } from "./access-report.ts";
import { checksOf, settingOf, usesPam, type Subject } from "./checks.ts";
import { judgePam, type PamJudgement } from "./judge-pam.ts";
import { findOtherDoors } from "./other-doors.ts";
import { readPenalties, type Penalty } from "./penalties.ts";
import { readServerFacts, type ServerFacts } from "./server-facts.ts";
import { judge } from "./verdict.ts";
import { best, waysOf, type Means } from "./ways.ts";

export type { AccessReport, Answer, Check, ServerAccess } from "./access-report.ts";
export { dateOf, saysExpired } from "./judge-pam.ts";
export { judgeServices } from "./pam-services.ts";

/** What is supposed. */
export interface Supposed {
  /** An address that logins come from. */
  from?: string | undefined;
  /** What shadow(5) would say. */
  shadow?: ShadowEntry;
}

export async function readAccess(account: Account, supposed: Supposed, context: Context): Promise<AccessReport> {
  const { from } = supposed;
  const host = await machineOf(await context.host());
  const daemons = await findDaemons(host);
  const openssh = daemons.filter(({ server }) => server === "openssh");
  const facts = (await Promise.all(openssh.map(async (daemon) => readServerFacts(account, from, daemon, host)))).flat();
  const penalties = facts.some(punishes) ? await readPenalties(host) : [];
  const subject = await readSubject(account, supposed, penalties, host);
  const keys = await keysOfAccount(account, from, context);
  const files = { keys: keys.keys, unread: [...keys.unread.map(unreadFile), ...keys.remote.map(remoteHome)] };
  const judged = await Promise.all(facts.map(async (each) => judgeServer(each, subject, files, supposed, host)));
  const servers = [
    ...judged,
    ...daemons.filter(({ server }) => server === "dropbear").map((daemon) => dropbear(daemon, files)),
  ];
  const local = localAccounts(host);
  return {
    host: host.hostName(),
    takenAtMs: host.now(),
    user: account.name,
    uid: account.uid,
    otherNames: local.filter(({ uid, name }) => uid === account.uid && name !== account.name).map(({ name }) => name),
    from,
    answer: best(servers.map(({ answer }) => answer)),
    servers,
    acceptedKeys: keys.keys.filter(({ state }) => state === "accepted").length,
    penalties: facts.some(punishes),
    penaltyExemptions: facts.filter(punishes).flatMap(exemptionsOf),
    keyComments: new Map(
      keys.keys.flatMap(({ key, comment }) => (comment === undefined ? [] : [[key.sha256, comment] as const])),
    ),
    otherDoors: findOtherDoors(account, readProcesses(host.files), host.files),
    notes: [
      ...penaltyNotes(facts, penalties, from),
      ...(from === undefined && facts.some(isAsked) ? [askedFromHere] : []),
    ],
  };
}

const askedFromHere = "asked for a connection from this machine; --from asks for one from another address";

/** Whether sshd was asked, and where the connection comes from may matter. */
function isAsked({ lines }: ServerFacts): boolean {
  return lines.some(({ match = "", value }) => /\b(?:address|host)\b/i.test(match) || value.includes("@"));
}

function punishes({ settings }: ServerFacts): boolean {
  return typeof settings !== "string" && (settingOf(settings, "persourcepenalties") ?? "no") !== "no";
}

/** A pattern list of sshd_config(5), or "none". */
function exemptionsOf({ settings }: ServerFacts): string[] {
  const list = typeof settings === "string" ? undefined : settingOf(settings, "persourcepenaltyexemptlist");
  return list === undefined || list === "none" ? [] : list.split(",");
}

function penaltyNotes(
  facts: readonly ServerFacts[],
  penalties: readonly Penalty[],
  from: string | undefined,
): string[] {
  if (from !== undefined || !facts.some(punishes) || penalties.length === 0) return [];
  const whom = firstFew(penalties.map(({ address, reason }) => `${address} (${reason})`));
  return [`PerSourcePenalties: within the last ten minutes sshd has refused whoever came from ${whom}`];
}

async function readSubject(
  account: Account,
  { from, shadow }: Supposed,
  penalties: readonly Penalty[],
  host: Machine,
): Promise<Subject> {
  const { files } = host;
  const gids = await groupIds(account, host);
  const groups = await Promise.all(gids.map(async (gid) => findGroup(String(gid), host)));
  const penalty = penalties.find(({ address }) => address === from);
  return {
    account,
    isLocal: localAccounts(host).some(({ name }) => name === account.name),
    shadow: shadow ?? (await readShadow(account.name, host)),
    groups: groups.flatMap((group) => group?.name ?? []),
    allGroups: await listGroups(host),
    shellFault: await shellFaultOf(account, host),
    wrapperLines: findWrapperLines(files),
    hasNologin: isPresent(files.facts("/etc/nologin")),
    penalty:
      penalty &&
      `depends on PerSourcePenalties: sshd has refused ${penalty.address} within the last ten minutes (${penalty.reason})`,
    from,
    today: dayOf(host.now()),
  };
}

/** allowed_user() in auth.c: a regular file that somebody may execute. */
async function shellFaultOf({ shell }: Account, { programs }: Machine): Promise<string | undefined> {
  const limitMs = 5000;
  const isThere = async (test: string) => (await programs.run("test", [test, shell], limitMs))?.exitCode === 0;
  if (!(await isThere("-f"))) return `shell ${shell} does not exist`;
  return (await isThere("-x")) ? undefined : `shell ${shell} is not executable`;
}

function unreadFile({ path, reason }: UnreadFile): Means["unread"][number] {
  return { path, problem: describeUnread(reason) };
}

function remoteHome({ home }: Account): Means["unread"][number] {
  return { path: home, problem: "it is on a network file system" };
}

async function judgeServer(
  facts: ServerFacts,
  subject: Subject,
  files: Omit<Means, "pam">,
  supposed: Supposed,
  host: Machine,
): Promise<ServerAccess> {
  const { name, settings, daemon } = facts;
  const said = { name, kind: daemon.server };
  if (typeof settings === "string") {
    const checks = checksOf(facts, undefined, subject);
    return { ...said, answer: "unknown", because: checks[0]?.text ?? "", checks, ways: [] };
  }
  // Up to 9.7 the service is called as the program is: SSHD_PAM_SERVICE in auth-pam.c.
  const service = settingOf(settings, "pamservicename") ?? executableName(daemon.program);
  const ask = (phase: "auth" | "account") =>
    usesPam(settings) ? judgePam(service, phase, pamUserOf(subject), host.files) : undefined;
  const byFiles = ask("account");
  const account = byFiles && (await askedFurther(byFiles, service, subject, supposed, host));
  const checks = checksOf(facts, account, subject);
  const ways = waysOf(settings, facts, { ...files, pam: ask("auth") }, subject);
  return { ...said, ...judge(settings, checks, ways), checks, ways };
}

/** What PAM's files do not decide, PAM itself may: of the account as it is, and not as it is supposed to be. */
async function askedFurther(
  judgement: PamJudgement,
  service: string,
  { account }: Subject,
  { from, shadow }: Supposed,
  host: Machine,
): Promise<PamJudgement> {
  if (judgement.answer !== "unknown" || shadow !== undefined) return judgement;
  const told = await askAccountPhase(service, account.name, from, host);
  if (told === undefined) return judgement;
  const { isAllowed, tool, text } = told;
  const says = isAllowed ? "PAM lets the account in" : "PAM refuses the account";
  return {
    ...judgement,
    answer: isAllowed ? "yes" : "no",
    text: `${says}, by its account phase alone: ${text} (${tool})`,
  };
}

function pamUserOf({ account, isLocal, shadow, today }: Subject): PamUser {
  return { account, isLocal, isShadowed: isLocal, shadow, today };
}

/** dropbear has options instead of a configuration, and they are not followed here. */
function dropbear(daemon: Daemon, { keys }: Pick<Means, "keys">): ServerAccess {
  const because = "dropbear reads neither sshd_config nor, as most are built, PAM: its options decide";
  const text =
    keys.length === 0 ? "no key in ~/.ssh/authorized_keys was found" : `it reads ~/.ssh/authorized_keys, too`;
  return {
    name: nameOf(daemon),
    kind: "dropbear",
    answer: "unknown",
    because,
    checks: [],
    ways: [{ method: "publickey", answer: "unknown", text, places: [], depends: [] }],
  };
}
