/** Limits that sshd keeps: ChannelTimeout and UnusedConnectionTimeout, in a file of our own. */
import { readOpensshVersion } from "../../../system/sshd/version.ts";
import { FatalError, NothingDoneError } from "../../../errors.ts";
import { findGroup, localAccounts } from "../../../system/accounts.ts";
import { fromByteText, toByteText } from "../../../text/byte-text.ts";
import { today, type TimeoutHost } from "../machine.ts";
import { type Channel, type Mechanism, type Plan, type Scope, type SetRequest } from "../limits/mechanism.ts";
import { findConfigLines, includesDropIns } from "../../../system/sshd/config-lines.ts";
import {
  commandLineOf,
  foreignLine,
  matchLine,
  readSections,
  renderDropIn,
  renderSection,
  settingsOf,
  sshdDropIn,
  type DropInSection,
} from "./drop-in.ts";
import { askSshd } from "../../../system/sshd/settings.ts";
import { appliesInMatch, knowsChannelTimeout } from "./effective.ts";
import { findSshdUnit, testConfiguration } from "../../../system/sshd/service.ts";

const root = { uid: 0, gid: 0 };

export function sshdLimit(scope: Scope): Mechanism {
  return {
    activation: "sshd",
    planSet: async (request, host) => planSet(scope, request, host),
    planUnset: async (host) => Promise.resolve(planUnset(scope, host)),
    confirm: async (host) => confirm(scope, host),
  };
}

async function planSet(scope: Scope, request: SetRequest, host: TimeoutHost): Promise<Plan> {
  await rejectUnsupported(scope, host);
  const match = matchOf(scope);
  const before = host.ownedFiles.read(sshdDropIn, root);
  const sections = readOwnSections(host);
  const old = sections.find((section) => section.match === match);
  const section = renderSection(match, request, today(host));
  const isSame = old !== undefined && settingsOf(old).join(";") === settingsOf(section).join(";");
  const after = renderDropIn([...sections.filter((each) => each !== old), section]);
  const edit = { path: sshdDropIn, owner: root, before, after: after === undefined ? after : toByteText(after) };
  return {
    edits: isSame ? [] : [edit],
    notes: isSame ? [`sshd has this limit already, by ${sshdDropIn}.`] : [takesEffect, ...notesFor(request)],
    warnings: isSame ? [] : [...endings(request), ...overruled(host)],
    undo: (old && commandLineOf(old)) ?? `sshctl timeout unset ${scopeWords(scope)}--via sshd`,
  };
}

function planUnset(scope: Scope, host: TimeoutHost): Plan {
  const before = host.ownedFiles.read(sshdDropIn, root);
  const sections = readOwnSections(host);
  const old = sections.find(({ match }) => match === matchOf(scope));
  const rest = renderDropIn(sections.filter((each) => each !== old));
  const edit = { path: sshdDropIn, owner: root, before, after: rest === undefined ? rest : toByteText(rest) };
  return {
    edits: old === undefined ? [] : [edit],
    notes: [takesEffect],
    warnings: [],
    undo: old && commandLineOf(old),
  };
}

function textOf(host: TimeoutHost): string {
  return fromByteText(host.ownedFiles.read(sshdDropIn, root) ?? "");
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

const takesEffect =
  "sshd has read its configuration again: this holds for new connections. Open ones keep what they have.";

function matchOf(scope: Scope): string {
  const match = matchLine(scope);
  if (match !== undefined) return match;
  throw new NothingDoneError(
    "sshd's Match takes this name for a pattern or for several words: it cannot be meant alone.",
  );
}

function scopeWords(scope: Scope): string {
  if (scope.kind === "global") return "";
  return scope.kind === "user" ? `--user ${scope.account.name} ` : `--group ${scope.group.name} `;
}

async function rejectUnsupported(scope: Scope, host: TimeoutHost): Promise<void> {
  await testConfiguration(host);
  const settings = await askSshd("nobody", host);
  if (settings === undefined) throw new FatalError("sshd -T does not tell its configuration.");
  if (!knowsChannelTimeout(settings))
    throw new NothingDoneError(
      "This sshd has no ChannelTimeout: OpenSSH 9.2 was the first.",
      "--via shell works without.",
    );
  if (scope.kind !== "global" && ((await readOpensshVersion(host))?.number ?? 0) < appliesInMatch)
    throw new NothingDoneError(
      "Before OpenSSH 10.5 sshd does not apply ChannelTimeout to single users and groups: it would say so, and end nothing.",
      "Without --user and --group it is for everybody; --via shell works for a user.",
    );
  if (!includesDropIns(host.files))
    throw new NothingDoneError(
      "/etc/ssh/sshd_config does not include /etc/ssh/sshd_config.d/*.conf for everybody, and sshctl does not edit that file.",
      'Put "Include /etc/ssh/sshd_config.d/*.conf" into its first line.',
    );
  await findSshdUnit(host);
}

const ended: Readonly<Record<Channel, string>> = {
  shell: "shells, with whatever is silent in their foreground: an editor left open, a build or a copy without output",
  command: "commands without output, such as a silent backup or rsync over ssh",
  sftp: "idle sftp and scp transfers, mounts by sshfs included",
};

/** Told before it is done: sshd does not ask what it interrupts. */
function endings({ channels, seconds, unusedSeconds }: SetRequest): string[] {
  return [
    ...channels.map((channel) => `after ${String(seconds)} s without input and output sshd ends ${ended[channel]}`),
    ...(unusedSeconds === undefined
      ? []
      : [
          `after ${String(unusedSeconds)} s it ends connections that carry nothing: ssh -N, and -N -R tunnels that nobody uses just then`,
        ]),
  ];
}

/** One ChannelTimeout replaces another as a whole. */
function overruled({ files }: TimeoutHost): string[] {
  return findConfigLines(new Set(["channeltimeout", "unusedconnectiontimeout"]), files)
    .filter(({ path, match }) => path !== sshdDropIn && match === undefined)
    .map(({ path, line, text }) => `${path}:${String(line)} (${text}) does not count any more where this limit does`);
}

function notesFor({ channels }: SetRequest): string[] {
  const spared = channels.includes("command") ? [] : ["Commands, transfers and tunnels are not ended."];
  return [
    ...spared,
    "A program that writes now and then (top, tail -f) is never idle. A command that is cut off may run on.",
  ];
}

/** What the file says for this scope must be what sshd has made of it. */
async function confirm(scope: Scope, host: TimeoutHost): Promise<void> {
  const section = readSections(textOf(host)).find(({ match }) => match === matchLine(scope));
  if (section === undefined) return;
  const user = section.match === "" ? "nobody" : await personIn(section.match, host);
  if (user === undefined) return;
  const settings = await askSshd(user, host);
  for (const [keyword, value] of settingsOf(section)) {
    if (settings?.get(keyword) === value) continue;
    // A limit for everybody gives way to one for a user or a group, ours or not.
    const rivals = findConfigLines(new Set([keyword]), host.files).filter(({ path }) => path !== sshdDropIn);
    const where = rivals.map(({ path, line, text }) => ` ${path}:${String(line)} (${text})`).join(",");
    throw new NothingDoneError(
      `sshd does not take ${keyword} ${value} for ${user}: it has ${settings?.get(keyword) ?? "nothing"}.${where && ` Others set it:${where}.`} All is as it was before.`,
    );
  }
}

/** Somebody whom a Match line means. Undefined for a group without members: then there is nobody to ask about. */
async function personIn(match: string, host: TimeoutHost): Promise<string | undefined> {
  const [, kind = "", name = ""] = match.split(" ");
  if (kind === "User") return name;
  const group = await findGroup(name, host);
  return group?.members[0] ?? localAccounts(host).find(({ gid }) => gid === group?.gid)?.name;
}
