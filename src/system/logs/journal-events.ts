/**
 * What the journal tells of connections, of all boots that it holds.
 *
 * Everybody can write lines with sshd's name and any message. What nobody can choose are the fields that journald adds, with a leading
 * underscore (systemd.journal-fields(7)). Lines of a process that ends at once may lack _EXE and _COMM, so these only exclude:
 * what is believed is _UID=0.
 */
import type { Facts } from "../../host/host.ts";
import type { LogEvent } from "../../domain/log-event.ts";
import { attemptBeginnings, type AttemptLine } from "../../domain/attempt-message.ts";
import { ExportReader, type Fields } from "./export-entries.ts";
import { parseAttemptLine, parseJournalEvent } from "./parse-journal-event.ts";

/** A part of a journal. */
export interface JournalPart {
  /** A folder with journal files; undefined for the machine's own. */
  folder: string | undefined;
  /** Milliseconds since the epoch, both. */
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
}

type Source = Pick<Facts, "programLines">;

/** A journal is kept as long as there is space for it; a damaged one must not hang us. */
const limitMs = 120_000;

/**
 * MESSAGE_IDs, sd-messages.h: logind's own are found by its unit. Those of journald are SD_MESSAGE_JOURNAL_START, _STOP and _DROPPED;
 * those of systemd are _UNIT_STOPPING, which it writes for whatever it stops, and _UNIT_STOPPED.
 */
const bootMatches = [
  "MESSAGE_ID=f77379a8490b408bbe5f6940505a777b",
  "MESSAGE_ID=d93fb3c9c24d451a97cea615ce59c00b",
  "+",
  "MESSAGE_ID=9d1aaa27d60140bd96365438aad20286",
  "UNIT=multi-user.target",
];

const sessionMatches = [
  "_SYSTEMD_UNIT=systemd-logind.service",
  "+",
  "MESSAGE_ID=de5b426a63be47a7b6ac3eaac82e2f6f",
  "MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e",
  "+",
  "SYSLOG_IDENTIFIER=sshctl",
];

const servers = ["SYSLOG_IDENTIFIER=sshd", "SYSLOG_IDENTIFIER=sshd-session", "SYSLOG_IDENTIFIER=dropbear"];

/** svr-authpubkey.c, svr-authpasswd.c, svr-authpam.c. */
const dropbearLogin = "(?:Pubkey|Password|PAM password) auth succeeded for ";

/**
 * What lines of SSH servers tell something; all others are not even handed over. "Received disconnect" is followed by "Disconnected from
 * user" (sshpkt_vfatal() in packet.c), and most of those there are were written for strangers, before a login.
 */
const tellingLines = beginning([
  "Accepted ",
  "Partial ",
  "pam_unix\\(sshd:session\\): session ",
  "(?:error: )?mm_reap: ",
  "Disconnected from user ",
  "Connection (?:closed|reset) by \\S+ port \\d+$",
  "Timeout, client not responding ",
  "terminating inactive connection ",
  "Read error from remote host \\S",
  dropbearLogin,
  "Exit \\(",
]);

const attemptLines = beginning(["Accepted ", ...attemptBeginnings, dropbearLogin]);

/** What may stand anywhere in a line takes a third more time to find. */
function beginning(texts: readonly string[]): string {
  return `^(?:${texts.join("|")})`;
}

/** What an entry is read by; all of them are written once. */
const momentFields = ["__REALTIME_TIMESTAMP", "__MONOTONIC_TIMESTAMP", "_BOOT_ID"];
const serverFields = ["MESSAGE", "SYSLOG_IDENTIFIER", "_PID", "_UID", "_EXE", "_SOURCE_REALTIME_TIMESTAMP"];
const sessionFields =
  "MESSAGE MESSAGE_ID SYSLOG_IDENTIFIER _PID _UID _SYSTEMD_UNIT _SOURCE_REALTIME_TIMESTAMP SESSION_ID LEADER UNIT".split(
    " ",
  );
const allFields = [...new Set([...serverFields, ...sessionFields, "_MACHINE_ID"])];

/** When the machine was started and shut down: a few lines for each boot, found by index. */
export async function readBootEvents(
  source: Source,
  part: JournalPart,
  take: (event: LogEvent) => void,
): Promise<void> {
  await readEvents(source, [...argumentsFor(part, allFields), ...bootMatches], take);
}

/** What logind, systemd and sshctl itself tell of sessions; found by index. */
export async function readSessionEvents(
  source: Source,
  part: JournalPart,
  take: (event: LogEvent) => void,
): Promise<void> {
  await readEvents(source, [...argumentsFor(part, sessionFields), ...sessionMatches], take);
}

/** What SSH servers tell of connections over which somebody was logged in. */
export async function readServerEvents(
  source: Source,
  part: JournalPart,
  take: (event: LogEvent) => void,
): Promise<void> {
  await readServerLines(source, part, tellingLines, takeEvents(take));
}

/** What they tell of logins and of failed ones. */
export async function readAttempts(
  source: Source,
  part: JournalPart,
  take: (line: AttemptLine) => void,
): Promise<void> {
  await readServerLines(source, part, attemptLines, (read) => {
    const attempt = parseAttemptLine(read);
    if (attempt !== undefined) take(attempt);
  });
}

/** Not every journalctl can search by text, and one that finds nothing fails in the same way. */
async function readServerLines(
  source: Source,
  part: JournalPart,
  telling: string,
  take: (read: Fields) => void,
): Promise<void> {
  const args = [...argumentsFor(part, serverFields), ...servers];
  const { exitCode, entries } = await readEntries(source, [...args, `--grep=${telling}`], take);
  if (exitCode !== 0 && entries === 0) await readEntries(source, args, take);
}

/** One command line takes 128 KiB at the least (execve(2)); a match takes up to 15 bytes, and there are two. */
const pidsPerCall = 1500;

/** Everything about connections of one boot, by their connection processes; found by index. */
export async function readConnectionEvents(
  source: Source,
  part: JournalPart,
  boot: string,
  pids: readonly number[],
  take: (event: LogEvent) => void,
): Promise<void> {
  for (let start = 0; start < pids.length; start += pidsPerCall) {
    const some = pids.slice(start, start + pidsPerCall);
    const ofBoot = `_BOOT_ID=${boot}`;
    const matches = [
      ofBoot,
      ...servers,
      ...some.map((pid) => `_PID=${String(pid)}`),
      "+",
      ofBoot,
      ...some.map((pid) => `LEADER=${String(pid)}`),
    ];
    await readEvents(source, [...argumentsFor(part, allFields), ...matches], take);
  }
}

/** @returns the time of the last line of a boot, in milliseconds since the epoch. */
export async function lastOfBoot(source: Source, part: JournalPart, boot: string): Promise<number | undefined> {
  return timeOfFirst(source, [...rangeOf(part), "--reverse", `_BOOT_ID=${boot}`]);
}

/**
 * Of what root's daemons wrote: users have journals of their own, which are kept for another time.
 *
 * @returns milliseconds since the epoch; undefined where no journal can be read.
 */
export async function firstOfJournal(source: Source, part: JournalPart): Promise<number | undefined> {
  return timeOfFirst(source, [...rangeOf(part), "_UID=0"]);
}

async function timeOfFirst({ programLines }: Source, args: readonly string[]): Promise<number | undefined> {
  let timeMs: number | undefined;
  const form = ["--output=json", "--output-fields=_UID"];
  await programLines.each("journalctl", [...form, ...args], limitMs, (line) => {
    const microseconds = /"__REALTIME_TIMESTAMP" *: *"(\d+)"/.exec(line)?.[1];
    timeMs = microseconds === undefined ? undefined : Number(microseconds) / 1000;
    return false;
  });
  return timeMs;
}

function argumentsFor(part: JournalPart, fields: readonly string[]): string[] {
  return [...rangeOf(part), "--output=export", `--output-fields=${fields.join(",")}`];
}

function rangeOf({ folder, sinceMs, untilMs }: JournalPart): string[] {
  const seconds = (timeMs: number) => `@${(timeMs / 1000).toFixed(3)}`;
  return [
    "--quiet",
    "--no-pager",
    ...(folder === undefined ? [] : [`--directory=${folder}`]),
    ...(sinceMs === undefined ? [] : [`--since=${seconds(sinceMs)}`]),
    ...(untilMs === undefined ? [] : [`--until=${seconds(untilMs)}`]),
  ];
}

async function readEvents(source: Source, args: readonly string[], take: (event: LogEvent) => void): Promise<void> {
  await readEntries(source, args, takeEvents(take));
}

function takeEvents(take: (event: LogEvent) => void): (read: Fields) => void {
  return (read) => {
    const event = parseJournalEvent(read);
    if (event !== undefined) take(event);
  };
}

async function readEntries(
  { programLines }: Source,
  args: readonly string[],
  take: (read: Fields) => void,
): Promise<{ exitCode: number | undefined; entries: number }> {
  let entries = 0;
  const reader = new ExportReader([...momentFields, ...allFields], (read) => {
    entries += 1;
    take(read);
  });
  const exitCode = await programLines.pieces("journalctl", args, limitMs, (bytes) => {
    reader.push(bytes);
  });
  return { exitCode, entries };
}
