/** How long an account and its password are good for: shadow(5). Only root may read it. */
import type { Programs } from "../host/programs/run.ts";

export interface ShadowEntry {
  /** As it is stored: hashed, empty, or something that no password fits. */
  password: string;
  /** Days since the epoch, and numbers of days; undefined where the field is empty. */
  changedOn: number | undefined;
  mostDays: number | undefined;
  inactiveDays: number | undefined;
  expiresOn: number | undefined;
}

/** A directory server that is dead must not hang the command. */
const limitMs = 5000;

/** @returns undefined where no database has it. */
export async function readShadow(name: string, { programs }: { programs: Programs }): Promise<ShadowEntry | undefined> {
  const output = await programs.run("getent", ["shadow", "--", name], limitMs);
  return output?.exitCode === 0 ? parseShadow(output.stdout, name) : undefined;
}

/** @param text - lines of shadow(5). Of several with one name the first counts. */
export function parseShadow(text: string, name: string): ShadowEntry | undefined {
  const fields = text
    .split("\n")
    .map((line) => line.split(":"))
    .find(([first]) => first === name);
  if (fields === undefined) return undefined;
  const [, password = "", changedOn, , mostDays, , inactiveDays, expiresOn] = fields;
  return {
    password,
    changedOn: readNumber(changedOn),
    mostDays: readNumber(mostDays),
    inactiveDays: readNumber(inactiveDays),
    expiresOn: readNumber(expiresOn),
  };
}

/** -1 stands for an empty field: getspnam(3). */
function readNumber(text = ""): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

const dayMs = 24 * 60 * 60 * 1000;

/** The day of shadow(5) that this moment is in. */
export function dayOf(ms: number): number {
  return Math.floor(ms / dayMs);
}

/** The moment when that day begins. */
export function startOfDay(day: number): number {
  return day * dayMs;
}

/** What pam_unix makes of an account: check_shadow_expiry() in passverify.c of Linux-PAM. */
export type AccountState = "valid" | "expired" | "password-inactive" | "password-expired";

export function accountState(entry: ShadowEntry, today: number): AccountState {
  const { changedOn, mostDays, inactiveDays, expiresOn } = entry;
  if (expiresOn !== undefined && today >= expiresOn) return "expired";
  if (changedOn === 0) return "password-expired";
  const age = changedOn === undefined ? 0 : today - changedOn;
  if (mostDays === undefined || age <= mostDays) return "valid";
  return inactiveDays !== undefined && age > mostDays + inactiveDays ? "password-inactive" : "password-expired";
}

/** Whether some password fits: crypt(5). */
export function hasPassword({ password }: ShadowEntry): boolean {
  return /^(?:\$|_|[./0-9A-Za-z]{13}$)/.test(password);
}
