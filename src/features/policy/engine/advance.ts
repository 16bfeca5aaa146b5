/** What a look asks for: two looks in a row have to agree before anything is done, and one more after a warning. */
import { sessionId, type Session } from "../../../domain/session.ts";
import { isEnding, mostAtOnce, type Fuse, type Rule } from "../rules/rule.ts";
import type { Verdict } from "./judge.ts";
import type { Memory, Pending, Tripped } from "./memory.ts";

/** Something to be done to one session. */
export interface Step {
  /** Warn of the end; write a message, which is all; end; take a warning back. */
  kind: "warn" | "tell" | "end" | "relieve";
  session: Session;
  id: string;
  rule: Rule;
}

/** Whose warning was for nothing: the rule may be gone. */
export interface Relief {
  session: Session;
  rule: string;
}

export interface Advance {
  memory: Memory;
  steps: readonly Step[];
  reliefs: readonly Relief[];
}

/** So many looks in a row. */
const agreement = 2;

/** A session that does not end in so many attempts needs a person. */
const mostTries = 3;

/**
 * @param verdicts - of this look; nothing where nobody is to be touched, as in a pause.
 * @param sessions - all that are there.
 * @param isBaseline - the first look of a service: nothing is counted by it.
 */
export function advance(
  memory: Memory,
  verdicts: ReadonlyMap<Session, Verdict>,
  sessions: readonly Session[],
  isBaseline: boolean,
): Advance {
  const pending = new Map<string, Pending>();
  const steps: Step[] = [];
  const reliefs: Relief[] = [];
  for (const session of sessions) {
    const id = sessionId(session.identity);
    const verdict = verdicts.get(session);
    const known = memory.pending.get(id);
    const rule = verdict?.kind === "matched" ? verdict.rule : undefined;
    if (known?.warning !== undefined && known.rule !== rule?.name) reliefs.push({ session, rule: known.rule });
    if (rule === undefined) continue;
    const seen = seenAgain(known?.rule === rule.name ? known : undefined, rule, isBaseline);
    pending.set(id, seen);
    const kind = nextStep(seen, rule, memory.ticks.uptimeSeconds);
    if (kind !== undefined) steps.push({ kind, session, id, rule });
  }
  return { memory: { ...memory, pending }, steps, reliefs };
}

function seenAgain(known: Pending | undefined, { name }: Rule, isBaseline: boolean): Pending {
  if (known === undefined)
    return { rule: name, looks: isBaseline ? 0 : 1, warning: undefined, isDone: false, tries: 0, exempt: undefined };
  return { ...known, looks: isBaseline ? 0 : known.looks + 1 };
}

function nextStep(
  { looks, warning, isDone, tries, exempt }: Pending,
  rule: Rule,
  uptimeSeconds: number,
): "warn" | "tell" | "end" | undefined {
  if (looks < agreement || isDone || tries >= mostTries) return undefined;
  if (exempt !== undefined && uptimeSeconds < exempt.until) return undefined;
  if (!isEnding(rule)) return "tell";
  if (rule.warnSeconds === undefined) return "end";
  if (warning === undefined) return "warn";
  return uptimeSeconds >= warning.end ? "end" : undefined;
}

/** How long nobody asks again why a session is left alone. */
const exemptSeconds = 300;

export interface Settled {
  memory: Memory;
  /** Who was warned, and is left alone now. */
  reliefs: readonly Relief[];
  /** Those of the steps that are to be done. */
  steps: readonly Step[];
  /** That too many were to end. */
  trip: Omit<Tripped, "id"> | undefined;
}

/**
 * Takes out who is left alone, and asks the fuse.
 *
 * @param exempt - why, by the identities of sessions.
 * @param open - how many sessions are open.
 */
export function settle(
  memory: Memory,
  steps: readonly Step[],
  exempt: ReadonlyMap<string, string>,
  fuse: Fuse,
  open: number,
): Settled {
  const { nowMs, uptimeSeconds } = memory.ticks;
  const pending = new Map(memory.pending);
  const reliefs: Relief[] = [];
  for (const { id, session } of steps) {
    const known = pending.get(id);
    const why = exempt.get(id);
    if (known === undefined) continue;
    if (why === undefined) pending.set(id, { ...known, exempt: undefined });
    // Where it applies again, there is a new warning.
    else pending.set(id, { ...known, warning: undefined, exempt: { why, until: uptimeSeconds + exemptSeconds } });
    if (why !== undefined && known.warning !== undefined) reliefs.push({ session, rule: known.rule });
  }
  const left = steps.filter(({ id }) => !exempt.has(id));
  const count = left.filter(({ kind }) => kind === "end").length;
  const allowed = mostAtOnce(fuse, open);
  const trip = count > allowed ? { atMs: nowMs, count, allowed } : undefined;
  return { memory: { ...memory, pending }, reliefs, steps: left, trip };
}

/** The identities of all that are to go, soon or now: what a rule means that ends, and nothing exempts. */
export function going(memory: Memory, rules: readonly Rule[]): Set<string> {
  const ending = new Set(rules.filter(isEnding).map(({ name }) => name));
  return new Set(
    [...memory.pending].flatMap(([id, { rule, exempt }]) => (ending.has(rule) && exempt === undefined ? id : [])),
  );
}

/** After a warning. */
export function warned(memory: Memory, { id, rule }: Step): Memory {
  const at = memory.ticks.uptimeSeconds;
  return withPending(memory, id, { warning: { at, end: at + (rule.warnSeconds ?? 0) } });
}

/** After something that is done once. */
export function done(memory: Memory, { id }: Step): Memory {
  return withPending(memory, id, { isDone: true });
}

/** After an end was tried: whoever is gone is forgotten with the next look. */
export function tried(memory: Memory, { id }: Step): Memory {
  return withPending(memory, id, { tries: (memory.pending.get(id)?.tries ?? 0) + 1 });
}

function withPending(memory: Memory, id: string, change: Partial<Pending>): Memory {
  const known = memory.pending.get(id);
  return known === undefined
    ? memory
    : { ...memory, pending: new Map(memory.pending).set(id, { ...known, ...change }) };
}
