import { readOpensshVersion } from "../../../system/sshd/version.ts";
import { parseDuration } from "../../../domain/duration.ts";
import { localGroupNames, type Account } from "../../../system/accounts.ts";
import type { TimeoutHost } from "../machine.ts";
import type { Limit, LimitSetting } from "../limits/limit-report.ts";
import { findConfigLines, type ConfigLine } from "../../../system/sshd/config-lines.ts";
import { commonSettings, effectiveSettings, type SshdSettings } from "../../../system/sshd/ask.ts";
import { configOf, findOpensshDaemons, nameOf, type Daemon } from "../../../system/sshd/daemons.ts";
import { sshdDropIn } from "./drop-in.ts";
import { appliesInMatch, channelSeconds, knowsBareSession, knowsChannelTimeout, unusedSeconds } from "./effective.ts";

export interface SshdLimits {
  limits: Limit[];
  notes: string[];
}

/** What sshd itself ends of a user's, as each sshd says; those that differ are named. */
export async function sshdLimits(account: Account, host: TimeoutHost): Promise<SshdLimits> {
  const daemons = await findOpensshDaemons(host);
  const told = await Promise.all(
    daemons.map(async (daemon) => ({ daemon, ...(await limitsOf(daemon, account, host)) })),
  );
  const [first, ...others] = told;
  if (first === undefined) return { limits: [], notes: [] };
  if (others.every((each) => sameLimits(each, first))) return { limits: first.limits, notes: first.notes };
  const named = ({ daemon, limits }: (typeof told)[number]) =>
    limits.map((limit): Limit => ({ ...limit, describe: `${nameOf(daemon)}: ${limit.describe}` }));
  return { limits: told.flatMap(named), notes: [...new Set(told.flatMap(({ notes }) => notes))] };
}

function sameLimits(one: SshdLimits, other: SshdLimits): boolean {
  return JSON.stringify([one.limits, one.notes]) === JSON.stringify([other.limits, other.notes]);
}

async function limitsOf(daemon: Daemon, account: Account, host: TimeoutHost): Promise<SshdLimits> {
  const version = (await readOpensshVersion(host, daemon.program))?.number ?? 0;
  const person = { user: account.name, groups: localGroupNames(account, host) };
  const linesOf = (keyword: string) => findConfigLines(new Set([keyword]), host.files, configOf(daemon));
  const [channelLines, unusedLines] = [linesOf("channeltimeout"), linesOf("unusedconnectiontimeout")];
  const settings =
    (await effectiveSettings({ user: account.name }, daemon, host)) ??
    (await settingsForEverybody([...channelLines, ...unusedLines], daemon, host));
  if (settings === undefined)
    return unknownLimits(settingsOf(channelLines, undefined, person), settingsOf(unusedLines, undefined, person));
  if (!knowsChannelTimeout(settings)) return tooOld(settings);
  // Where Match blocks do not count, what counts is what somebody has whom none of them means.
  const counting =
    version >= appliesInMatch ? settings : ((await effectiveSettings({ user: "nobody" }, daemon, host)) ?? settings);
  const counted = version >= appliesInMatch ? channelLines : channelLines.filter(({ match }) => match === undefined);
  return {
    limits: [
      channelLimit(counting, version, settingsOf(counted, counting.get("channeltimeout"), person)),
      unusedLimit(settings, settingsOf(unusedLines, settings.get("unusedconnectiontimeout"), person)),
    ],
    notes: [
      ...channelLines.filter((line) => !counted.includes(line)).map(deadLine),
      ...deadPatterns(counting, version),
      ...keepalive(settings),
    ],
  };
}

/** Without root sshd tells of nobody in particular: that is enough where no Match makes a difference. */
async function settingsForEverybody(
  lines: readonly ConfigLine[],
  daemon: Daemon,
  host: TimeoutHost,
): Promise<SshdSettings | undefined> {
  return lines.every(({ match }) => match === undefined) ? commonSettings(daemon, host) : undefined;
}

function unusedLimit(settings: SshdSettings, lines: readonly LimitSetting[]): Limit {
  const seconds = unusedSeconds(settings);
  return {
    means: "sshd-unused",
    seconds,
    describe:
      seconds === undefined
        ? "connections that carry nothing are not ended"
        : "a connection that carries nothing is ended",
    settings: lines,
    remarks: seconds === undefined ? [] : ["A listening -R forward does not count: such tunnels are ended."],
  };
}

function deadLine({ path, line, text }: ConfigLine): string {
  return `${path}:${String(line)} (${text}) is in a Match block, where ChannelTimeout ends nothing before OpenSSH 10.5, whatever sshd -T says.`;
}

const sessionTypes = {
  shell: "session:shell",
  command: "session:command",
  sftp: "session:subsystem:sftp",
};

function channelLimit(settings: SshdSettings, version: number, lines: readonly LimitSetting[]): Limit {
  const times = Object.entries(sessionTypes).map(([name, type]) => ({
    name,
    seconds: channelSeconds(settings, type, version),
  }));
  const ended = times.filter(({ seconds }) => seconds !== undefined);
  const spared = times.filter(({ seconds }) => seconds === undefined).map(({ name }) => name);
  const list = ended.map(({ name, seconds }) => `${name} after ${String(seconds)} s`).join(", ");
  return {
    means: "sshd",
    seconds: times[0]?.seconds,
    describe: ended.length === 0 ? "no channel is closed" : `closed if there is no input or output: ${list}`,
    settings: lines,
    remarks:
      ended.length === 0
        ? []
        : [
            "Output counts as activity: top, tail -f and a tmux with a clock are never idle.",
            "A silent job in the foreground of a shell is ended with it.",
            ...(spared.length > 0 ? [`Channels without a limit: ${spared.join(", ")}.`] : []),
            "Closing a channel does not end its connection, and multiplexed connections keep their other channels.",
          ],
  };
}

/** sshd tells what counts, and not from where: the first line of that value that may be meant is taken for it. */
function settingsOf(lines: readonly ConfigLine[], value: string | undefined, groups: Person): LimitSetting[] {
  let isFound = false;
  return lines.map(({ path, line, text, match }) => {
    const given = text.replace(/^\S+?(?:\s*=\s*|\s+)/, "");
    const isSame = given === value || (parseDuration(given) ?? -1) === parseDuration(value ?? "");
    const counts = isSame && !isFound && isMeant(match, groups);
    isFound ||= counts;
    return {
      path,
      line,
      text: match === undefined ? text : `${text} (Match ${match})`,
      seconds: undefined,
      ours: path === sshdDropIn,
      outcome: !isMeant(match, groups) ? "skipped" : value === undefined ? "unknown" : counts ? "applies" : "replaced",
    };
  });
}

interface Person {
  user: string;
  groups: readonly string[];
}

/** Told by the plain forms only: of any other Match it is not known. */
function isMeant(match: string | undefined, { user, groups }: Person): boolean {
  const [, kind = "", names = ""] = /^(user|group)\s+([\w.@+$,-]+)$/i.exec(match ?? "") ?? [];
  if (kind === "") return true;
  const own = kind.toLowerCase() === "user" ? [user] : groups;
  return names.split(",").some((name) => own.includes(name));
}

function unknownLimits(channelLines: readonly LimitSetting[], unusedLines: readonly LimitSetting[]): SshdLimits {
  const unknown = (means: Limit["means"], settings: readonly LimitSetting[]): Limit => ({
    means,
    seconds: "unknown",
    describe: "sshd does not report it: without root, it does so only since OpenSSH 9.3, and if no Match sets it",
    settings,
    remarks: [],
  });
  return { limits: [unknown("sshd", channelLines), unknown("sshd-unused", unusedLines)], notes: [] };
}

function tooOld(settings: SshdSettings): SshdLimits {
  const none = (means: Limit["means"]): Limit => ({
    means,
    seconds: undefined,
    describe: "this sshd has no such limit, which was added in OpenSSH 9.2",
    settings: [],
    remarks: [],
  });
  return { limits: [none("sshd"), none("sshd-unused")], notes: keepalive(settings) };
}

/** Settings that look like a limit, and that sshd -t accepts, and that end nothing. */
function deadPatterns(settings: SshdSettings, version: number): string[] {
  const value = settings.get("channeltimeout") ?? "";
  return version < knowsBareSession && /(?:^|\s)session=/.test(value)
    ? [
        "ChannelTimeout session= ends nothing before OpenSSH 10.6: channels are called session:shell and the like. session:*= works.",
      ]
    : [];
}

/** ClientAliveInterval is taken for an idle limit by many, and was one by accident. */
function keepalive(settings: SshdSettings): string[] {
  const interval = Number(settings.get("clientaliveinterval") ?? 0);
  const count = Number(settings.get("clientalivecountmax") ?? 0);
  if (interval === 0) return [];
  const what =
    count === 0
      ? "with ClientAliveCountMax 0 ends nothing since OpenSSH 8.2; before, it ended silent clients after that time"
      : `and ClientAliveCountMax ${String(count)} end connections whose client does not answer, after about ${String(interval * (count + 1))} s`;
  return [
    `ClientAliveInterval ${String(interval)} ${what}. That is not an idle limit: the client of an idle user still answers.`,
  ];
}
