/** What is wrong with keys, and what to do about it. */
import { firstFew } from "../../../domain/first-few.ts";
import { isUnused, type KeyRow } from "./key-rows.ts";
import type { Inventory, ListedKey } from "./inventory.ts";

/** From advice to danger. */
export const severities = ["info", "low", "medium", "high"] as const;
export type Severity = (typeof severities)[number];

export const findingIds = [
  "weak-dsa",
  "weak-rsa",
  "rsa-below-3072",
  "shared",
  "root-unrestricted",
  "no-comment",
  "expired",
  "expires-soon",
  "untrusted-file",
  "revoked-listed",
  "unused",
  "not-taken",
  "broken-line",
  "unread-file",
  "revoked-keys-unusable",
] as const;
export type FindingId = (typeof findingIds)[number];

export interface Finding {
  /** Never changes its meaning. */
  id: FindingId;
  severity: Severity;
  user: string;
  path: string;
  /** Counted from 1; undefined where it is about the whole file. */
  line: number | undefined;
  fingerprint: string | undefined;
  reason: string;
  remedy: string;
}

type Judgement = Pick<Finding, "id" | "severity" | "reason" | "remedy">;

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
      const isReadable = settings.every(({ revokedKeys }) => revoked.get(revokedKeys ?? "")?.problem === undefined);
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

export function worstFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
}

export function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least);
}

function weakness({ key, state }: ListedKey): Judgement[] {
  const remedy = "Replace it with an ed25519 key, and revoke this one.";
  const severity = state === "accepted" ? "high" : "low";
  if (key.type === "ssh-dss") return [{ id: "weak-dsa", severity, reason: "DSA keys can be forged", remedy }];
  if (!key.name.startsWith("RSA") || key.bits === undefined) return [];
  const reason = `RSA with ${String(key.bits)} bits`;
  if (key.bits < 2048) return [{ id: "weak-rsa", severity, reason: `${reason} is too short`, remedy }];
  return key.bits < 3072
    ? [{ id: "rsa-below-3072", severity: "info", reason: `${reason}; 3072 or more are recommended`, remedy }]
    : [];
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
  return {
    id: "shared",
    severity: "medium",
    reason: `the same key opens ${String(names.length)} accounts: ${firstFew(names)}`,
    remedy: "Give each account its own key, so that each can be revoked separately.",
  };
}

function freedomOfRoot({ account, options, state }: ListedKey): Judgement[] {
  const isRestricted =
    options.from !== undefined || options.command !== undefined || options.names.includes("restrict");
  if (account.uid !== 0 || state !== "accepted" || isRestricted) return [];
  return [
    {
      id: "root-unrestricted",
      severity: "medium",
      reason: "it opens a root shell from anywhere",
      remedy: 'Put from="ADDRESSES", restrict or command="…" before it, or log in as another user and use sudo.',
    },
  ];
}

const withoutComment: Judgement = {
  id: "no-comment",
  severity: "info",
  reason: "no comment says whose key it is",
  remedy: "Add a comment that says who has it and where.",
};

const soonMs = 30 * 86_400_000;

function expiry({ options, state }: ListedKey, nowMs: number): Judgement[] {
  const { expiresAtMs } = options;
  if (expiresAtMs === undefined) return [];
  const day = new Date(expiresAtMs).toISOString().slice(0, 10);
  if (expiresAtMs <= nowMs)
    return [{ id: "expired", severity: "low", reason: `it expired on ${day}`, remedy: "Remove the line." }];
  return expiresAtMs - nowMs < soonMs && state === "accepted"
    ? [{ id: "expires-soon", severity: "low", reason: `it expires on ${day}`, remedy: "Replace it before then." }]
    : [];
}

function distrust({ distrust, account }: ListedKey, strictModes: boolean): Judgement[] {
  if (distrust === undefined) return [];
  const { path, why } = distrust;
  return [
    {
      id: "untrusted-file",
      severity: strictModes ? "medium" : "high",
      reason: `${path} ${why}${strictModes ? ", so sshd accepts no key from the file" : ", and StrictModes is off"}`,
      remedy: `Run chown ${account.name} and chmod go-w on the file and on the folders above it, up to the home.`,
    },
  ];
}

/** @param isReadable - whether RevokedKeys tells one key from another. */
function uselessness({ state, key, options }: ListedKey, isReadable: boolean): Judgement[] {
  switch (state) {
    case "revoked":
      if (!isReadable) return [];
      return [
        {
          id: "revoked-listed",
          severity: "low",
          reason: "it is revoked but still listed",
          remedy: "Remove the line.",
        },
      ];
    case "type":
      return [notTaken(`sshd does not accept keys of the type ${key.type}`)];
    case "short":
      return [notTaken("sshd does not accept RSA keys this short")];
    case "certificate":
      return [notTaken("it is a certificate, and sshd expects a plain key")];
    case "disabled":
      return [notTaken("PubkeyAuthentication is off")];
    case "root":
      return [notTaken("PermitRootLogin does not allow it")];
    case "options":
      return [
        {
          id: "broken-line",
          severity: "low",
          reason: `sshd ignores the line: ${options.problem ?? ""}`,
          remedy: "Correct the line or remove it.",
        },
      ];
    case "accepted":
    case "expired":
    case "modes":
      return [];
  }
}

function notTaken(reason: string): Judgement {
  return {
    id: "not-taken",
    severity: "low",
    reason,
    remedy: "Remove the line, or replace it with a key that sshd accepts.",
  };
}

function disuse(row: KeyRow, { unusedSeconds, reachMs, nowMs }: Rules): Judgement[] {
  if (unusedSeconds === undefined || isUnused(row, unusedSeconds, reachMs, nowMs) !== true) return [];
  const last = row.use.last;
  return [
    {
      id: "unused",
      severity: "medium",
      reason: last === undefined ? "no login with it since the logs begin" : "no login with it for that long",
      remedy: "Ask its owner, then revoke it.",
    },
  ];
}
