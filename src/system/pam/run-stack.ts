/**
 * This room reads PAM's stacks and follows them without running a module: read-stack.ts reads the files, account-modules.ts tells what
 * modules may answer, and this file what the stack then comes to, as _pam_dispatch_aux() in pam_dispatch.c of Linux-PAM does.
 */
import type { PamModule, PamRule } from "./read-stack.ts";

/** PAM's own names, without PAM_ and in lower case, as a control has them. */
export type PamAnswer =
  | "success"
  | "new_authtok_reqd"
  | "ignore"
  | "acct_expired"
  | "authtok_expired"
  | "auth_err"
  | "authinfo_unavail"
  | "perm_denied"
  | "user_unknown"
  | "module_unknown";

/** All that a module may answer; one where it is known. */
export type AskModule = (rule: PamModule) => readonly PamAnswer[];

/** `change`: let in, after a new password. */
export type PamResult = "allowed" | "change" | "refused";

export interface PamOutcome {
  result: PamResult;
  /** The module whose answer decided; undefined where none did. */
  by: PamModule | undefined;
  /** Modules whose answer had to be guessed on the way to it. */
  guessed: readonly PamModule[];
}

interface State {
  impression: "none" | "positive" | "negative";
  status: PamAnswer;
  by: PamModule | undefined;
  guessed: readonly PamModule[];
  /** Lines that are still to be skipped. */
  skip: number;
  /** A `done` or `die` has been met. */
  isOver: boolean;
}

/** What PAM answers where nothing else was said. */
const mustFail: PamAnswer = "perm_denied";

const fresh: State = { impression: "none", status: mustFail, by: undefined, guessed: [], skip: 0, isOver: false };

/** Where more is guessed than so many outcomes, nothing is certain any more. */
const mostStates = 4096;

/** @returns every outcome that is possible; undefined where there are too many to tell. */
export function runStack(rules: readonly PamRule[], ask: AskModule): PamOutcome[] | undefined {
  const states = follow(rules, fresh, ask);
  return states?.map((state) => ({ result: resultOf(state), by: state.by, guessed: state.guessed }));
}

/** A jump beyond the end is a failure. */
function resultOf({ impression, status, skip }: State): PamResult {
  if (impression !== "positive" || skip > 0) return "refused";
  if (status === "new_authtok_reqd") return "change";
  return status === "success" ? "allowed" : "refused";
}

function follow(rules: readonly PamRule[], from: State, ask: AskModule): State[] | undefined {
  let states = [from];
  for (const rule of rules) {
    const next: State[] = [];
    for (const state of states) {
      const following = pass(rule, state, ask);
      if (following === undefined) return undefined;
      next.push(...following);
    }
    if (next.length > mostStates) return undefined;
    states = next;
  }
  return states;
}

function pass(rule: PamRule, state: State, ask: AskModule): State[] | undefined {
  if (state.isOver) return [state];
  if (state.skip > 0) return [{ ...state, skip: state.skip - 1 }];
  if (rule.kind === "module") return ask(rule).map((answer, _, all) => step(state, rule, answer, all.length > 1));
  // What ends a substack does not end the stack that it stands in.
  return follow(rule.rules, state, ask)?.map((each) =>
    each.skip > 0 ? { ...each, impression: "negative", skip: 0 } : { ...each, isOver: false },
  );
}

function step(state: State, rule: PamModule, answer: PamAnswer, isGuess: boolean): State {
  const guessed = isGuess ? [...state.guessed, rule] : state.guessed;
  const action = rule.control.get(answer) ?? rule.control.get("default") ?? "bad";
  const isOpen = state.impression === "none" || (state.impression === "positive" && state.status === "success");
  const good: State =
    isOpen && answer !== "ignore"
      ? { ...state, guessed, impression: "positive", status: answer, by: rule }
      : { ...state, guessed };
  const bad: State =
    state.impression === "negative"
      ? { ...state, guessed }
      : { ...state, guessed, impression: "negative", status: answer === "ignore" ? mustFail : answer, by: rule };
  switch (action) {
    case "ignore":
      return { ...state, guessed };
    case "ok":
      return good;
    case "done":
      return { ...good, isOver: good.impression === "positive" };
    case "die":
      return { ...bad, isOver: true };
    case "reset":
      return { ...fresh, guessed };
    default:
      return /^\d+$/.test(action) ? { ...state, guessed, skip: Number(action) } : bad;
  }
}
