/**
 * This room has the limits that sshd keeps itself, ChannelTimeout and UnusedConnectionTimeout of sshd_config(5), in a drop-in of our own.
 * This file plans the edits and confirms that they hold; effective.ts reads the limits in force.
 */
import { readOpensshVersion } from "../../../system/sshd/version.ts";
import { FatalError, NothingDoneError } from "../../../errors.ts";
import { findGroup, localAccounts } from "../../../system/accounts.ts";
import { durationInWords } from "../../../domain/duration.ts";
import { fromByteText, toByteText } from "../../../text/byte-text.ts";
import { today, type TimeoutHost } from "../machine.ts";
import { type Channel, type Mechanism, type Plan, type Scope, type SetRequest } from "../limits/mechanism.ts";
import { effectiveSettings } from "../../../system/sshd/ask.ts";
import { findConfigLines } from "../../../system/sshd/config-lines.ts";
import { configOf, nameOf, type Daemon } from "../../../system/sshd/daemons.ts";
import { findReach, testAll, type Reach } from "../../../system/sshd/reach.ts";
import {
  foreignLine,
  matchLine,
  readSections,
  renderDropIn,
  renderSection,
  settingsOf,
  sshdDropIn,
  type DropInSection,
} from "./drop-in.ts";
import { appliesInMatch, knowsChannelTimeout } from "./effective.ts";

const root = { uid: 0, gid: 0 };

export function sshdLimit(scope: Scope): Mechanism {
  return {
    activation: "sshd",
    planSet: async (request, host) => planSet(scope, request, host),
    planUnset: async (host) => planUnset(scope, host),
    confirm: async (host) => confirm(scope, host),
  };
}

async function planSet(scope: Scope, request: SetRequest, host: TimeoutHost): Promise<Plan> {
  const reach = await findReach(host);
  await rejectUnsupported(scope, reach, host);
  const match = matchOf(scope);
  const before = host.replaceFiles.read(sshdDropIn, root);
  const sections = readOwnSections(host);
  const old = sections.find((section) => section.match === match);
  const section = renderSection(match, request, today(host));
  const isSame = old !== undefined && settingsOf(old).join(";") === settingsOf(section).join(";");
  const after = renderDropIn([...sections.filter((each) => each !== old), section]);
  const edit = { path: sshdDropIn, owner: root, before, after: after === undefined ? after : toByteText(after) };
  return {
    edits: isSame ? [] : [edit],
    ...(isSame ? { notes: [`sshd already has this limit, set in ${sshdDropIn}.`] } : told(notesFor(request))),
    warnings: isSame ? [] : [...endings(request), ...overruled(reach, host), ...reach.warnings],
  };
}

async function planUnset(scope: Scope, host: TimeoutHost): Promise<Plan> {
  const before = host.replaceFiles.read(sshdDropIn, root);
  const sections = readOwnSections(host);
  const old = sections.find(({ match }) => match === matchOf(scope));
  const rest = renderDropIn(sections.filter((each) => each !== old));
  const edit = { path: sshdDropIn, owner: root, before, after: rest === undefined ? rest : toByteText(rest) };
  return {
    edits: old === undefined ? [] : [edit],
    ...told([]),
    warnings: old === undefined ? [] : (await findReach(host)).warnings,
  };
}

function textOf(host: TimeoutHost): string {
  return fromByteText(host.replaceFiles.read(sshdDropIn, root) ?? "");
}

/** @throws NothingDoneError for lines that are not ours: they would get lost. */
function readOwnSections(host: TimeoutHost): DropInSection[] {
  const line = foreignLine(textOf(host));
  if (line === undefined) return readSections(textOf(host));
  throw new NothingDoneError(
    `${sshdDropIn}:${String(line)} was not written by sshctl. Nothing is changed.`,
    "Move that line to a file of its own.",
  );
}

/** Before and after sshd has read it. */
function told(notes: readonly string[]): Pick<Plan, "notes" | "results"> {
  const takesEffect = "the change applies to new connections. Open connections keep what they have.";
  return {
    notes: [`sshd will be reloaded; then ${takesEffect}`, ...notes],
    results: [`sshd has been reloaded: ${takesEffect}`, ...notes],
  };
}

function matchOf(scope: Scope): string {
  const match = matchLine(scope);
  if (match !== undefined) return match;
  throw new NothingDoneError(
    "sshd's Match would read this name as a pattern or as several words, so it cannot be given a limit alone.",
  );
}

async function rejectUnsupported(scope: Scope, { reached }: Reach, host: TimeoutHost): Promise<void> {
  await testAll(reached, host);
  for (const daemon of reached) {
    const settings = await effectiveSettings({ user: "nobody" }, daemon, host);
    if (settings === undefined) throw new FatalError(`sshd -T does not report the configuration of ${nameOf(daemon)}.`);
    if (!knowsChannelTimeout(settings))
      throw new NothingDoneError(
        "This sshd has no ChannelTimeout, which was added in OpenSSH 9.2.",
        "--via shell works without it.",
      );
    if (scope.kind !== "global" && ((await readOpensshVersion(host, daemon.program))?.number ?? 0) < appliesInMatch)
      throw new NothingDoneError(
        "Before OpenSSH 10.5, sshd does not apply ChannelTimeout to single users and groups: it would report the limit, and end nothing.",
        "Without --user and --group, the limit applies to all users; --via shell works for one user.",
      );
  }
}

const ended: Readonly<Record<Channel, string>> = {
  shell: "shells, with any silent program in their foreground: an editor left open, a build or a copy without output",
  command: "commands without output, such as a silent backup or rsync over ssh",
  sftp: "idle sftp and scp transfers, mounts by sshfs included",
};

/** Told before it is done: sshd does not ask what it interrupts. */
function endings({ channels, seconds, unusedSeconds }: SetRequest): string[] {
  return [
    ...channels.map(
      (channel) => `after ${durationInWords(seconds)} without input or output, sshd ends ${ended[channel]}`,
    ),
    ...(unusedSeconds === undefined
      ? []
      : [
          `after ${durationInWords(unusedSeconds)}, it ends connections that carry nothing: ssh -N, and -N -R tunnels that are not in use at the time`,
        ]),
  ];
}

/** One ChannelTimeout replaces another as a whole. */
function overruled({ reached }: Reach, { files }: TimeoutHost): string[] {
  const configs = [...new Set(reached.map(configOf))];
  const lines = configs
    .flatMap((config) => findConfigLines(limitKeywords, files, config))
    .filter(({ path, match }) => path !== sshdDropIn && match === undefined)
    .map(({ path, line, text }) => `${path}:${String(line)} (${text}) no longer counts where this limit applies`);
  return [...new Set(lines)];
}

const limitKeywords: ReadonlySet<string> = new Set(["channeltimeout", "unusedconnectiontimeout"]);

function notesFor({ channels }: SetRequest): string[] {
  const spared = channels.includes("command") ? [] : ["Commands, transfers and tunnels are not ended."];
  return [
    ...spared,
    "A program that writes now and then (top, tail -f) is never idle. A command that is cut off may keep running.",
  ];
}

/** What the file says for this scope must be what each sshd makes of it. */
async function confirm(scope: Scope, host: TimeoutHost): Promise<void> {
  const section = readSections(textOf(host)).find(({ match }) => match === matchLine(scope));
  if (section === undefined) return;
  const user = section.match === "" ? "nobody" : await personIn(section.match, host);
  if (user === undefined) return;
  const { reached } = await findReach(host);
  for (const daemon of reached) await confirmOne(daemon, user, section, host);
}

async function confirmOne(daemon: Daemon, user: string, section: DropInSection, host: TimeoutHost): Promise<void> {
  const settings = await effectiveSettings({ user }, daemon, host);
  for (const [keyword, value] of settingsOf(section)) {
    if (settings?.get(keyword) === value) continue;
    const rivals = rivalsOf(keyword, daemon, host);
    throw new NothingDoneError(
      `${nameOf(daemon)} does not apply ${keyword} ${value} to ${user}: it has ${settings?.get(keyword) ?? "nothing"}.${rivals.length === 0 ? "" : ` It is also set by ${rivals.join(", ")}.`} Everything is as it was before.`,
    );
  }
}

/** A limit for everybody gives way to one for a user or a group, ours or not, and each of them to the daemon's command line. */
function rivalsOf(keyword: string, daemon: Daemon, { files }: TimeoutHost): string[] {
  const given = daemon.options.filter((option) => option.toLowerCase().startsWith(keyword));
  const lines = findConfigLines(new Set([keyword]), files, configOf(daemon)).filter(({ path }) => path !== sshdDropIn);
  return [
    ...given.map((option) => `-o ${option}`),
    ...lines.map(({ path, line, text }) => `${path}:${String(line)} (${text})`),
  ];
}

/** Somebody whom a Match line means. Undefined for a group without members: then there is nobody to ask about. */
async function personIn(match: string, host: TimeoutHost): Promise<string | undefined> {
  const [, kind = "", name = ""] = match.split(" ");
  if (kind === "User") return name;
  const group = await findGroup(name, host);
  return group?.members[0] ?? localAccounts(host).find(({ gid }) => gid === group?.gid)?.name;
}
