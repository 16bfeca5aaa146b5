/**
 * Makes a recording that can be shown to others: names of users become user1, user2 …, addresses such for documentation,
 * the host is called "host", and arguments are dropped but for the options that tell what a command is.
 */
import type { Recording } from "../../src/system/recorded/parse-recording.ts";
import { serverOfName } from "../../src/domain/ssh-server.ts";
import type { Process } from "../../src/domain/process.ts";
import { parseStat } from "../../src/system/procfs/stat.ts";
import { parseTcpTable } from "../../src/system/procfs/tcp-table.ts";
import { argumentList, processList } from "../../src/system/tools/ps.ts";
import type { Tool } from "../../src/system/tools/run-tool.ts";
import { socketList } from "../../src/system/tools/ss.ts";
import { anonymousArguments, anonymousTitle } from "./anonymous-arguments.ts";
import { anonymousSocketList, anonymousTcpTable } from "./anonymous-sockets.ts";
import { createPseudonyms, type Pseudonyms } from "./pseudonyms.ts";

/** What of a machine's processes is needed to hide the others. */
interface Cast {
  servers: ReadonlySet<number>;
  /** Servers, what they have started, and what that has started: their names tell what a session is. */
  named: ReadonlySet<number>;
}

export function anonymise(recording: Recording): Recording {
  const pseudonyms = createPseudonyms();
  const cast = castOf(recording);
  return {
    ...recording,
    host: "host",
    journal: undefined,
    texts: mapEntries(recording.texts, (text, path) => anonymousText(path, text, cast, pseudonyms)),
    links: mapEntries(recording.links, anonymousLink),
    outputs: mapEntries(recording.outputs, (text, command) => anonymousOutput(command, text, cast, pseudonyms)),
  };
}

function castOf({ texts }: Recording): Cast {
  const processes = [...texts].flatMap(([path, text]) =>
    /^\/proc\/\d+\/stat$/.test(path) ? (parseStat(text) ?? []) : [],
  );
  const servers = new Set(processes.filter(({ comm }) => serverOfName(comm) !== undefined).map(({ pid }) => pid));
  const recorded = new Set([...texts.keys()].map(pidOfCommandLine).filter((pid) => pid !== undefined));
  const isNamed = ({ pid, ppid }: Process) => pid === 1 || recorded.has(pid) || recorded.has(ppid);
  return { servers, named: new Set(processes.filter(isNamed).map(({ pid }) => pid)) };
}

function pidOfCommandLine(path: string): number | undefined {
  const pid = /^\/proc\/(\d+)\/cmdline$/.exec(path)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

function anonymousText(path: string, text: string, cast: Cast, pseudonyms: Pseudonyms): string {
  const pid = Number(/^\/proc\/(\d+)\//.exec(path)?.[1]);
  const file = path.slice(path.lastIndexOf("/") + 1);
  if (path === "/etc/passwd") return anonymousAccounts(text, pseudonyms);
  if (path === "/proc/net/unix") return text.replace(/ \/.*$/gm, anonymousSocketPath);
  if (file === "stat") return cast.named.has(pid) ? text : text.replace(/\(.*\)/s, "(process)");
  if (file === "tcp" || file === "tcp6") return anonymousTcpTable(text, parseTcpTable, pseudonyms);
  if (file === "cgroup")
    return text.replace(/:\/(?:.*(\/session-[^/\n]+\.scope))?.*$/gm, (_, scope = "/") => `:${String(scope)}`);
  if (file !== "cmdline") return text;
  const [title = "", ...others] = text.replace(/\0+$/, "").split("\0");
  if (cast.servers.has(pid)) return `${anonymousTitle(title, pseudonyms)}\0`;
  return text === ""
    ? ""
    : anonymousArguments([title, ...others])
        .map((argument) => `${argument}\0`)
        .join("");
}

/** passwd(5): names and uids are all that is read. Of the accounts of daemons only sshd's own counts. */
function anonymousAccounts(passwd: string, pseudonyms: Pseudonyms): string {
  const accounts = passwd.split("\n").map((line) => line.split(":"));
  return accounts
    .filter(([name, , uid]) => uid === "0" || name === "sshd" || Number(uid) >= firstUser)
    .map(([name = "", , uid = "", gid = ""]) => `${pseudonyms.user(name)}:x:${uid}:${gid}:::\n`)
    .join("");
}

/** UID_MIN of login.defs(5) in all current distributions. */
const firstUser = 1000;

/** Forwarded agents are told by the form of their paths. */
function anonymousSocketPath(path: string): string {
  const agent = /\/agent\.\d+$/.exec(path)?.[0];
  if (agent !== undefined) return ` /tmp/ssh-XXXXXXXXXX${agent}`;
  return path.includes("/.ssh/agent/") ? " /home/user/.ssh/agent/s.XXXXXXXXXX" : " /run/socket";
}

function anonymousLink(target: string): string {
  return /^(?:(?:socket|pipe|net|pid|anon_inode):|\/dev\/|\/usr\/|\/s?bin\/)/.test(target)
    ? target
    : `/elsewhere/${target.slice(target.lastIndexOf("/") + 1)}`;
}

function anonymousOutput(command: string, text: string, { servers, named }: Cast, pseudonyms: Pseudonyms): string {
  if (command === commandOf(socketList)) return anonymousSocketList(text, named, pseudonyms);
  if (command === commandOf(argumentList)) {
    return text.replace(/^( *(\d+) )(.*)$/gm, (_, start: string, pid: string, args: string) =>
      servers.has(Number(pid))
        ? start + anonymousTitle(args, pseudonyms)
        : start + anonymousArguments(args.split(" ")).join(" "),
    );
  }
  if (command !== commandOf(processList)) return "";
  return text.replace(/^( *(\d+)(?: +\S+){11} +)(.*)$/gm, (_, start: string, pid: string, comm: string) =>
    named.has(Number(pid)) ? start + comm : `${start}process`,
  );
}

function commandOf({ name, args }: Tool): string {
  return [name, ...args].join(" ");
}

function mapEntries(
  table: ReadonlyMap<string, string>,
  change: (value: string, key: string) => string,
): ReadonlyMap<string, string> {
  return new Map([...table].map(([key, value]) => [key, change(value, key)]));
}
