/** Our file in sshd_config.d: a section for everybody, then one for each user, then one for each group. */
import type { Channel, Scope, SetRequest } from "../limits/mechanism.ts";

/** The first value that sshd reads wins, so the name comes before those that administrators and cloud images choose. */
export const sshdDropIn = "/etc/ssh/sshd_config.d/00-0-sshctl-timeout.conf";

const header = '# Written by sshctl. Change or remove it with "sshctl timeout ... --via sshd".\n';

/** What sshd calls the channels. `session=` alone fits none of them before OpenSSH 10.6. */
export const channelTypes: Readonly<Record<Channel, string>> = {
  shell: "session:shell",
  command: "session:command",
  sftp: "session:subsystem:sftp",
};

export interface DropInSection {
  /** "" for everybody, else the line that begins with Match. */
  match: string;
  /** Its lines, with that one. */
  text: string;
}

/** @returns undefined for a name that Match would take for a pattern, or for several words. */
export function matchLine(scope: Scope): string | undefined {
  if (scope.kind === "global") return "";
  const [kind, name] = scope.kind === "user" ? ["User", scope.account.name] : ["Group", scope.group.name];
  return /^[\w.@+$-]+$/.test(name) ? `Match ${kind} ${name}` : undefined;
}

export function renderSection(match: string, request: SetRequest, today: string): DropInSection {
  const { channels, seconds, unusedSeconds, commandLine } = request;
  const patterns = channels.map((channel) => `${channelTypes[channel]}=${String(seconds)}`);
  const lines = [
    `# ${today}: ${commandLine}`,
    ...(match === "" ? [] : [match]),
    `ChannelTimeout ${patterns.join(" ")}`,
    ...(unusedSeconds === undefined ? [] : [`UnusedConnectionTimeout ${String(unusedSeconds)}`]),
  ];
  return { match, text: `${lines.join("\n")}\n` };
}

export function readSections(text: string): DropInSection[] {
  return text.split(/^(?=# \d{4}-\d\d-\d\d: )/m).flatMap((part) => {
    if (!/^# \d{4}-\d\d-\d\d: /.test(part)) return [];
    return { match: /^Match .*$/m.exec(part)?.[0] ?? "", text: part };
  });
}

const ownLine =
  /^(?:# Written by sshctl.*|# \d{4}-\d\d-\d\d: sshctl .*|Match (?:User|Group) \S+|ChannelTimeout .*|UnusedConnectionTimeout \d+|)$/;

/** @returns the number of the first line that nobody here has written. */
export function foreignLine(text: string): number | undefined {
  const index = text.split("\n").findIndex((line) => !ownLine.test(line));
  return index < 0 ? undefined : index + 1;
}

/** @returns the text of the file with these sections; undefined without any. */
export function renderDropIn(sections: readonly DropInSection[]): string | undefined {
  const rank = ({ match }: DropInSection) => (match === "" ? 0 : match.startsWith("Match User") ? 1 : 2);
  const sorted = sections.toSorted((a, b) => rank(a) - rank(b));
  return sorted.length === 0 ? undefined : header + sorted.map(({ text }) => text).join("");
}

/** What a section sets, as sshd -T prints it, by keyword in lower case. */
export function settingsOf({ text }: DropInSection): [keyword: string, value: string][] {
  return [...text.matchAll(/^(ChannelTimeout|UnusedConnectionTimeout) (.*)$/gm)].map(([, keyword = "", value = ""]) => [
    keyword.toLowerCase(),
    value,
  ]);
}
