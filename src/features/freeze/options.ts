/** The options of freeze and thaw; what they mean together is checked here. */
import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import { consentOptions } from "../../cli/consent.ts";
import { oneOf, single } from "../../cli/values.ts";
import { durationForm, parseDuration } from "../../domain/duration.ts";
import { UsageError } from "../../errors.ts";
import { endings, type Ending } from "../../system/frozen/record.ts";
import { evidenceOptions, parseEvidence, type EvidenceOrder } from "../evidence/take-evidence.ts";
import { evenProtectedOption } from "../sessions/even-protected-option.ts";
import { colorOption, formatOptions, textFormats } from "../sessions/output-options.ts";

const method = "Method";
const safety = "Safety and records";

const reasonOption: OptionTable = {
  reason: { group: safety, value: "TEXT", describe: "reason to record in the system log" },
};

const freezeEvidence: OptionTable = {
  ...evidenceOptions,
  evidence: {
    group: safety,
    value: "DIR",
    offer: "folders",
    describe:
      "once it is frozen, keep evidence of it in a new directory, readable only by you; - writes a tar to standard output",
  },
};

export const freezeOptions: OptionTable = {
  for: {
    group: method,
    value: "TIME",
    describe: "end the freeze after this long, by a timer of systemd (default 10m)",
  },
  // Nobody awaits a table of options.
  // oxlint-disable-next-line unicorn/no-thenable
  then: {
    group: method,
    value: "WHAT",
    offer: endings,
    describe: "what the timer does: thaw the session, or kill it with everything in it",
  },
  "even-dangerous": {
    group: safety,
    describe: "even if others may wait for what is frozen: ports, locks, other users, critical programs",
  },
  ...evenProtectedOption,
  ...consentOptions,
  ...freezeEvidence,
  ...reasonOption,
  ...formatOptions(textFormats),
  ...colorOption,
};

export const thawOptions: OptionTable = {
  "dry-run": consentOptions["dry-run"],
  ...reasonOption,
  ...formatOptions(textFormats),
  ...colorOption,
};

export interface FreezeWishes {
  forSeconds: number;
  /** Undefined where it is to be asked. */
  ending: Ending | undefined;
  evenDangerous: boolean;
  evenProtected: readonly string[];
  reason: string | undefined;
  /** What is kept of the session once it stands still. */
  evidence: EvidenceOrder | undefined;
  dryRun: boolean;
  yes: boolean;
}

const usualSeconds = 600;
/** Below it the guard might be over before the freeze has begun. */
const leastSeconds = 5;
/** A week: who waits longer for a frozen session has forgotten it. */
const mostSeconds = 604_800;

/** @throws UsageError */
export function parseWishes(given: GivenOptions): FreezeWishes {
  const forSeconds = single(given, "for", { read: parseDuration, allowed: durationForm }) ?? usualSeconds;
  if (forSeconds < leastSeconds || forSeconds > mostSeconds)
    throw new UsageError("--for takes from 5 seconds to a week. Nothing was done.", "Freeze again to keep it frozen.");
  return {
    forSeconds,
    ending: single(given, "then", oneOf(endings)),
    evenDangerous: given.flag("even-dangerous"),
    evenProtected: given.texts("even-protected"),
    reason: given.texts("reason").at(-1),
    evidence: parseEvidence(given),
    dryRun: given.flag("dry-run"),
    yes: given.flag("yes"),
  };
}

/** What is done where nothing else is asked for, and nobody is asked what comes then. */
export const usualWishes: FreezeWishes = {
  forSeconds: usualSeconds,
  ending: "thaw",
  evenDangerous: false,
  evenProtected: [],
  reason: undefined,
  evidence: undefined,
  dryRun: false,
  yes: false,
};
