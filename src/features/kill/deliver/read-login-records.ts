import type { LoginRecords } from "../plan/login-records.ts";
import type { Session } from "../../../domain/session.ts";
import type { Clock } from "../../../host/processes/clock.ts";
import { isPresent, type Files } from "../../../host/files/files.ts";
import type { Programs } from "../../../host/programs/run.ts";
import { loginctlLimitMs, readSessionProperty } from "../../../system/systemd/logind.ts";

/**
 * Asks logind and utmp about sessions that have ended, a few calls for all of them. logind hears of an end a moment after
 * the kernel, so it gets some time.
 */
export async function readLoginRecords(
  sessions: readonly Session[],
  { files, programs, clock }: { files: Files; programs: Programs; clock: Clock },
): Promise<LoginRecords[]> {
  const untilMs = clock.now() + settleMs;
  for (;;) {
    const records = await readOnce(sessions, files, programs);
    const isSettled = records.every(({ isOpenForLogind }) => isOpenForLogind !== true);
    if (isSettled || clock.now() > untilMs) return records;
    await clock.pause(100);
  }
}

const settleMs = 3000;

async function readOnce(sessions: readonly Session[], files: Files, programs: Programs): Promise<LoginRecords[]> {
  const states = await readLogindStates(sessions, programs);
  const users = readUtmp(files);
  return sessions.map(({ logindSession, user, ttys, container }) => ({
    isOpenForLogind:
      states === undefined || logindSession === undefined || container
        ? undefined
        : open.has(states.get(logindSession) ?? "closed"),
    staleTtys: container ? [] : ttys.filter((tty) => user !== undefined && users.get(tty) === user),
  }));
}

/** "closing" is a login that is over and has left processes behind: org.freedesktop.login1(5). */
const open: ReadonlySet<string> = new Set(["active", "online"]);

/** @returns undefined where there is no logind. A session that it does not know any more is not in the answer. */
async function readLogindStates(
  sessions: readonly Session[],
  programs: Programs,
): Promise<Map<string, string> | undefined> {
  const asked = new Set(sessions.flatMap(({ logindSession }) => logindSession ?? []));
  if (asked.size === 0) return undefined;
  const list = await programs.run("loginctl", ["list-sessions", "--no-legend", "--no-pager"], loginctlLimitMs);
  if (list?.exitCode !== 0) return undefined;
  const left = list.stdout
    .split("\n")
    .flatMap((line) => line.trim().split(/\s+/, 1))
    .filter((id) => asked.has(id));
  if (left.length === 0) return new Map();
  return readSessionProperty(left, "State", programs);
}

/** Who is logged in on which terminal, by utmp(5); empty where there is none, as on Debian since 13. */
function readUtmp(files: Files): Map<string, string> {
  const bytes = files.bytes("/run/utmp");
  return isPresent(bytes) ? parseUtmp(bytes) : new Map();
}

/**
 * Records of 384 bytes on every 64-bit Linux with glibc, utmp(5): type (a short at 0), line (32 bytes at 8), user (32 bytes
 * at 44). Type 7, USER_PROCESS, is somebody who is logged in.
 */
export function parseUtmp(bytes: Buffer): Map<string, string> {
  const users = new Map<string, string>();
  for (let start = 0; start + recordBytes <= bytes.length; start += recordBytes) {
    const text = (offset: number) => bytes.toString("utf8", start + offset, start + offset + 32).replace(/\0.*$/s, "");
    if (bytes.readInt16LE(start) === userProcess) users.set(text(8), text(44));
  }
  return users;
}

const recordBytes = 384;
const userProcess = 7;
