/** What is wrong with keys, and what to do about it. */
import type { Fault } from "./faults.ts";
import { isUnused, type KeyRow } from "./key-rows.ts";
import type { Inventory, ListedKey } from "./inventory.ts";

/** From advice to danger. */
export const severities = ["info", "low", "medium", "high"] as const;
export type Severity = (typeof severities)[number];

export interface Finding {
  fault: Fault;
  severity: Severity;
  user: string;
  path: string;
  /** Counted from 1; undefined where it is about the whole file. */
  line: number | undefined;
  fingerprint: string | undefined;
}

/** What is wrong, and how much it matters. */
type Judgement = Pick<Finding, "severity" | "fault">;

export interface Rules {
  /** Keys that were not seen for so long are findings. */
  unusedSeconds: number | undefined;
  /** How far back the logs reach. */
  reachMs: number | undefined;
  nowMs: number;
}

/** The findings about keys, each with its row. */
export function judgeKeys(
  rows: readonly KeyRow[],
  { settingsOf, revoked }: Inventory,
  rules: Rules,
): Map<KeyRow, Finding[]> {
  const shared = sharedKeys(rows);
  return new Map(
    rows.map((row) => {
      const { listed } = row;
      const settings = settingsOf(listed.account);
      const isStrict = settings.some(({ strictModes }) => strictModes);
      const isReadable = settings.every(({ revokedKeys }) => revoked.get(revokedKeys ?? "")?.fault === undefined);
      const judgements = [
        ...weakness(listed),
        // An authority is there to be trusted by many.
        ...(listed.options.certAuthority ? [] : [shared.get(listed.key.sha256) ?? []].flat()),
        ...freedomOfRoot(listed),
        ...(listed.comment === undefined ? [withoutComment] : []),
        ...expiry(listed, rules.nowMs),
        ...distrust(listed, isStrict),
        ...uselessness(listed, isReadable),
        ...disuse(row, rules),
      ];
      const { account, path, line, key } = listed;
      return [row, judgements.map((each) => ({ ...each, user: account.name, path, line, fingerprint: key.sha256 }))];
    }),
  );
}

export function worstFirst<T extends Pick<Finding, "severity">>(findings: readonly T[]): T[] {
  return findings.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
}

export function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least);
}

function weakness({ key, state }: ListedKey): Judgement[] {
  const severity = state === "accepted" ? "high" : "low";
  if (key.type === "ssh-dss") return [{ severity, fault: { id: "weak-dsa" } }];
  const { name, bits } = key;
  if (!name.startsWith("RSA") || bits === undefined) return [];
  if (bits < 2048) return [{ severity, fault: { id: "weak-rsa", bits } }];
  return bits < 3072 ? [{ severity: "info", fault: { id: "rsa-below-3072", bits } }] : [];
}

/** By fingerprint. */
function sharedKeys(rows: readonly KeyRow[]): ReadonlyMap<string, Judgement> {
  const shared = new Map<string, Judgement>();
  for (const [sha256, holders] of holdersByKey(rows))
    if (holders.size > 1) shared.set(sha256, sharing([...holders.values()]));
  return shared;
}

function holdersByKey(rows: readonly KeyRow[]): ReadonlyMap<string, ReadonlyMap<number, string>> {
  const holders = new Map<string, Map<number, string>>();
  for (const { listed } of rows) {
    const { uid, name } = listed.account;
    const names = holders.get(listed.key.sha256) ?? new Map<number, string>();
    holders.set(listed.key.sha256, names.set(uid, names.get(uid) ?? name));
  }
  return holders;
}

function sharing(names: readonly string[]): Judgement {
  return { severity: "medium", fault: { id: "shared", names } };
}

function freedomOfRoot({ account, options, state }: ListedKey): Judgement[] {
  const isRestricted =
    options.from !== undefined || options.command !== undefined || options.names.includes("restrict");
  if (account.uid !== 0 || state !== "accepted" || isRestricted) return [];
  return [{ severity: "medium", fault: { id: "root-unrestricted" } }];
}

const withoutComment: Judgement = { severity: "info", fault: { id: "no-comment" } };

const soonMs = 30 * 86_400_000;

function expiry({ options, state }: ListedKey, nowMs: number): Judgement[] {
  const { expiresAtMs } = options;
  if (expiresAtMs === undefined) return [];
  const day = new Date(expiresAtMs).toISOString().slice(0, 10);
  if (expiresAtMs <= nowMs) return [{ severity: "low", fault: { id: "expired", day } }];
  return expiresAtMs - nowMs < soonMs && state === "accepted"
    ? [{ severity: "low", fault: { id: "expires-soon", day } }]
    : [];
}

function distrust({ distrust, account }: ListedKey, isStrict: boolean): Judgement[] {
  if (distrust === undefined) return [];
  const { path, changers } = distrust;
  const fault = { id: "untrusted-file", file: path, changers, account: account.name, isStrict } as const;
  return [{ severity: isStrict ? "medium" : "high", fault }];
}

/** @param isReadable - whether RevokedKeys tells one key from another. */
function uselessness({ state, key, options }: ListedKey, isReadable: boolean): Judgement[] {
  switch (state) {
    case "revoked":
      return isReadable ? [{ severity: "low", fault: { id: "revoked-listed" } }] : [];
    case "type":
    case "short":
    case "certificate":
    case "disabled":
    case "root":
      return [{ severity: "low", fault: { id: "not-taken", state, type: key.type } }];
    case "options":
      return [{ severity: "low", fault: { id: "broken-line", problem: options.problem ?? "", isIgnored: true } }];
    case "accepted":
    case "expired":
    case "modes":
      return [];
  }
}

function disuse(row: KeyRow, { unusedSeconds, reachMs, nowMs }: Rules): Judgement[] {
  if (unusedSeconds === undefined || isUnused(row, unusedSeconds, reachMs, nowMs) !== true) return [];
  return [{ severity: "medium", fault: { id: "unused", isEver: row.use.last === undefined } }];
}
