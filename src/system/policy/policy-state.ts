/**
 * What the service of `policy run` tells of itself, for every other command: /var/lib/sshctl/policy/status.json. Only the service
 * writes it, after each look.
 */
import type { Facts } from "../../host/host.ts";
import { orUndefined } from "../../host/files/files.ts";
import { policyStatusPath } from "../../host/files/policy-path.ts";
import { readBootId } from "../procfs/boot-id.ts";
import { isObject, parseObject, textIn, timeIn } from "../../text/json-object.ts";
import { isoTime } from "../../text/time.ts";

export interface PolicyState {
  /** Of the boot in which it runs. */
  bootId: string;
  pid: number;
  mode: "observe" | "act";
  intervalSeconds: number;
  /** Milliseconds since the epoch. */
  startedAtMs: number;
  lookedAtMs: number;
  /** How long the last look took. */
  lookSeconds: number;
  /** How many looks there were since it was started. */
  looks: number;
  rules: readonly PolicyStateRule[];
  /** Why the last look did nothing. */
  problem: string | undefined;
  /** What is wrong with the files, while the rules that were read before apply. */
  fault: string | undefined;
  fuse: PolicyStateFuse | undefined;
  coming: readonly Coming[];
  /** Since the service was started. */
  counts: Readonly<Record<CountName, number>>;
}

export const countNames = ["warned", "ended", "failed", "wouldWarn", "wouldEnd"] as const;
export type CountName = (typeof countNames)[number];

export interface PolicyStateRule {
  name: string;
  /** In words. */
  text: string;
}

export interface PolicyStateFuse {
  id: string;
  /** Milliseconds since the epoch. */
  atMs: number;
  /** How many sessions were to end in one pass, and how many may. */
  count: number;
  allowed: number;
}

/** A session that a rule means. */
export interface Coming {
  /** Its identity. */
  session: string;
  pid: number;
  user: string | undefined;
  rule: string;
  /** "kill": what the rule does. */
  action: string;
  /** Milliseconds since the epoch: when it ends, or would; undefined where no warning has been given. */
  endsAtMs: number | undefined;
  /** Why it is left alone. */
  exempt: string | undefined;
}

const schema = "sshctl.policy-state/1";

export function renderPolicyState(state: PolicyState): string {
  const { startedAtMs, lookedAtMs, problem, fault, fuse, coming, ...others } = state;
  return `${JSON.stringify({
    schema,
    ...others,
    startedAt: isoTime(startedAtMs),
    lookedAt: isoTime(lookedAtMs),
    problem: problem ?? null,
    fault: fault ?? null,
    fuse: fuse === undefined ? null : { ...fuse, atMs: undefined, at: isoTime(fuse.atMs) },
    coming: coming.map(({ endsAtMs, user, exempt, ...each }) => ({
      ...each,
      user: user ?? null,
      endsAt: endsAtMs === undefined ? null : isoTime(endsAtMs),
      exempt: exempt ?? null,
    })),
  })}\n`;
}

/** @returns undefined for anything that this program has not written. */
export function parsePolicyState(text: string): PolicyState | undefined {
  const fields = parseObject(text);
  if (fields?.["schema"] !== schema) return undefined;
  const { bootId, pid, mode, intervalSeconds, lookSeconds, looks, problem, fault } = fields;
  const startedAtMs = timeIn(fields["startedAt"]);
  const lookedAtMs = timeIn(fields["lookedAt"]);
  if (typeof bootId !== "string" || typeof pid !== "number" || (mode !== "observe" && mode !== "act")) return undefined;
  if (typeof intervalSeconds !== "number" || typeof lookSeconds !== "number" || typeof looks !== "number")
    return undefined;
  if (startedAtMs === undefined || lookedAtMs === undefined) return undefined;
  return {
    bootId,
    pid,
    mode,
    intervalSeconds,
    startedAtMs,
    lookedAtMs,
    lookSeconds,
    looks,
    rules: listIn(fields["rules"]).flatMap(ruleIn),
    problem: textIn(problem),
    fault: textIn(fault),
    fuse: fuseIn(fields["fuse"]),
    coming: listIn(fields["coming"]).flatMap(comingIn),
    counts: countsIn(fields["counts"]),
  };
}

function ruleIn(value: unknown): PolicyStateRule[] {
  if (!isObject(value)) return [];
  const { name, text } = value;
  return typeof name === "string" && typeof text === "string" ? [{ name, text }] : [];
}

function fuseIn(value: unknown): PolicyStateFuse | undefined {
  if (!isObject(value)) return undefined;
  const { id, count, allowed } = value;
  const atMs = timeIn(value["at"]);
  if (typeof id !== "string" || typeof count !== "number" || typeof allowed !== "number") return undefined;
  return atMs === undefined ? undefined : { id, atMs, count, allowed };
}

function comingIn(value: unknown): Coming[] {
  if (!isObject(value)) return [];
  const { session, pid, user, rule, action, endsAt, exempt } = value;
  if (typeof session !== "string" || typeof pid !== "number") return [];
  if (typeof rule !== "string" || typeof action !== "string") return [];
  return [{ session, pid, user: textIn(user), rule, action, endsAtMs: timeIn(endsAt), exempt: textIn(exempt) }];
}

function countsIn(value: unknown): PolicyState["counts"] {
  const count = (name: CountName) => {
    const number = isObject(value) ? value[name] : undefined;
    return typeof number === "number" ? number : 0;
  };
  return {
    warned: count("warned"),
    ended: count("ended"),
    failed: count("failed"),
    wouldWarn: count("wouldWarn"),
    wouldEnd: count("wouldEnd"),
  };
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Larger is none of ours. */
const mostBytes = 4_194_304;

/** @returns undefined where the service has never run, or only root may know. */
export function readPolicyState({ files }: Pick<Facts, "files">): PolicyState | undefined {
  const start = orUndefined(files.start(policyStatusPath, mostBytes));
  return start === undefined || start.isCut ? undefined : parsePolicyState(start.text);
}

/** Whether the service that wrote it still looks: it runs in this boot, and has not missed several looks. */
export function isRunning(
  { bootId, lookedAtMs, intervalSeconds, pid }: PolicyState,
  { files, now }: Pick<Facts, "files" | "now">,
): boolean {
  const isThisBoot = readBootId(files) === bootId;
  const isThere = orUndefined(files.read(`/proc/${String(pid)}/comm`)) !== undefined;
  return isThisBoot && isThere && now() - lookedAtMs < (3 * intervalSeconds + 120) * 1000;
}
