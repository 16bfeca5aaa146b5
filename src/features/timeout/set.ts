import { machineOf } from "../../host/host.ts";
import { notice } from "../sessions/notes.ts";
import { durationForm, durationInWords, parseDuration } from "../../domain/duration.ts";
import { UsageError, type ExitCode } from "../../errors.ts";
import { quoteWord } from "../../domain/command-line.ts";
import { plural } from "../../text/words.ts";
import type { TimeoutHost } from "./machine.ts";
import { membersOf } from "./shell/exceptions.ts";
import { meansFleet } from "../sessions/fleet/options.ts";
import { throughSshctlOptions } from "../sessions/fleet/through/options.ts";
import { channels, type Mechanism, type Scope, type SetRequest } from "./limits/mechanism.ts";
import type { Command, GivenOptions, OptionTable } from "../../cli/command.ts";
import { list, oneOf, single } from "../../cli/values.ts";
import { change, changeOptions } from "./change.ts";
import {
  accountOf,
  findScope,
  groupOf,
  parseScope,
  scopeName,
  scopeOptions,
  scopeWords,
  type GivenScope,
  type MechanismName,
} from "./scope.ts";

const method = "Method";
const select = "Select";

const shellOptions = {
  "except-user": { group: select, value: "NAMES", offer: "accounts", describe: "with --global: not these users" },
  "except-group": {
    group: select,
    value: "NAMES",
    offer: "groups",
    describe: "with --global: not the members of these groups",
  },
  "ssh-only": { group: method, describe: "only shells that came over SSH, no consoles" },
  "no-export": { group: method, describe: "do not hand TMOUT down to nested shells and scripts" },
  adopt: { group: method, describe: "comment out a TMOUT that was set by hand; unset brings it back" },
} satisfies OptionTable;

const sshdOptions = {
  channels: {
    group: method,
    value: "LIST",
    offer: channels,
    describe: `with --via sshd: what is closed, of ${channels.join(", ")}; only shells if not given`,
  },
  unused: {
    group: method,
    value: "TIME",
    describe: "with --via sshd: also end connections that carry nothing for this long",
  },
} satisfies OptionTable;

export const timeoutSet: Command = {
  name: "timeout set",
  summary: "End shells that have been idle for some time",
  acts: true,
  examples: [
    ["sshctl timeout set 180", "my own, after three minutes at the prompt"],
    ["sshctl timeout set 15m --global --except-user root --ssh-only", "all users except root, consoles left alone"],
    ["sshctl timeout set 15m --via sshd --global", "by the server, whatever their shell is"],
    ["sshctl timeout set 15m --global --on @web", "on other servers, by the sshctl that is installed there"],
    ["sshctl timeout set 3m --user alice --dry-run", "what would be written for alice"],
  ],
  words: { name: "TIME", describe: durationForm, most: 1, numbers: true },
  options: { ...scopeOptions, ...shellOptions, ...changeOptions, ...sshdOptions, ...throughSshctlOptions },
  run: async (given, context): Promise<ExitCode> => {
    const seconds = parseSeconds(given.words);
    const scope = parseScope(given);
    rejectContradictions(given, scope);
    if (meansFleet(given)) {
      const wish = { doing: `limit idle time to ${durationInWords(seconds)}`, words: [String(seconds)] };
      return (await import("./fleet/change-on.ts")).changeLimitOn(timeoutSet, wish, given, context);
    }
    const host = await machineOf(await context.host());
    const found = await findScope(scope, host, given.flag("dry-run"));
    const request = await requestOf(given, seconds, scope.via, found, host);
    if (seconds < shortSeconds) notice(shortText(given.words, seconds), context.err);
    const planBy = async (mechanism: Mechanism) => mechanism.planSet(request, host);
    const command = request.commandLine + (request.adopt ? " --adopt" : "");
    const question = `Limit the idle time of ${scopeName(found)} to ${durationInWords(seconds)}?`;
    return change(found, scope.via, { act: "timeout set", command, planBy, question }, given, context, host);
  },
};

/** So short a limit logs people out while they read the screen. */
const shortSeconds = 60;

/** A number alone is seconds, as in TMOUT; many who type it mean minutes. */
function shortText([word = ""]: readonly string[], seconds: number): string {
  const minutes = /^\d+$/.test(word) ? `; for ${plural(seconds, "minute")}, give ${String(seconds)}m` : "";
  return `${plural(seconds, "second")} is short: users are logged out while they read the screen${minutes}`;
}

const limitReader = {
  read: (text: string) => parseDuration(text) || undefined,
  allowed: `${durationForm}; at least 1 s, at most 2147483647 s`,
};

function parseSeconds([word]: readonly string[]): number {
  if (word === undefined) throw new UsageError("timeout set needs a time.", `Give ${durationForm}.`);
  const seconds = limitReader.read(word);
  if (seconds === undefined) throw new UsageError(`"${word}" is not a limit.`, `Allowed: ${limitReader.allowed}.`);
  return seconds;
}

function rejectContradictions(given: GivenOptions, { global, via }: GivenScope): void {
  for (const option of ["except-user", "except-group"])
    if (!global && given.texts(option).length > 0)
      throw new UsageError(`--${option} works only with --global.`, "Add --global, or leave it out.");
  for (const option of Object.keys(sshdOptions))
    if (via === "shell" && given.texts(option).length > 0)
      throw new UsageError(`--${option} works only with --via sshd.`, "Add --via sshd, or leave it out.");
  const used = Object.keys(shellOptions).filter((option) => given.flag(option) || given.texts(option).length > 0);
  if (via === "sshd" && used.length > 0)
    throw new UsageError(`--${used[0] ?? ""} is for shells, not for --via sshd.`, "Leave one of them out.");
}

/** @throws UsageError, NothingFoundError */
async function requestOf(
  given: GivenOptions,
  seconds: number,
  via: MechanismName,
  scope: Scope,
  host: TimeoutHost,
): Promise<SetRequest> {
  const names = { read: (text: string) => text, allowed: "names or numbers" };
  const users = list(given, "except-user", names);
  const groups = list(given, "except-group", names);
  const exempt = {
    users: await Promise.all(users.map(async (name) => accountOf(name, host))),
    groups: await Promise.all(groups.map(async (name) => groupOf(name, host))),
  };
  const closed = list(given, "channels", oneOf(channels));
  const unused = single(given, "unused", limitReader);
  const words = [
    String(seconds),
    ...scopeWords(scope),
    ...users.flatMap((name) => ["--except-user", name]),
    ...groups.flatMap((name) => ["--except-group", name]),
    ...(via === "sshd" ? ["--via", "sshd"] : []),
    ...(closed.length > 0 ? ["--channels", closed.join(",")] : []),
    ...(unused === undefined ? [] : ["--unused", String(unused)]),
    ...["ssh-only", "no-export"].filter((option) => given.flag(option)).map((option) => `--${option}`),
  ];
  return {
    seconds,
    adopt: given.flag("adopt"),
    exported: !given.flag("no-export"),
    sshOnly: given.flag("ssh-only"),
    exemptUids: exempt.users.map(({ uid }) => uid),
    exemptGids: exempt.groups.map(({ gid }) => gid),
    exempted: [...exempt.users.map(({ name }) => name), ...exempt.groups.map(({ name }) => membersOf(name))],
    channels: closed.length > 0 ? closed : ["shell"],
    unusedSeconds: unused,
    commandLine: `sshctl timeout set ${words.map(quoteWord).join(" ")}`,
  };
}
