/** The options that say how sessions are ended; what they mean together is checked here. */
import { durationForm, parseDuration } from "../../domain/duration.ts";
import { endingSignals, isStoppingSignal, parseSignal, signalForm, type EndingSignal } from "./plan/signal.ts";
import { UsageError } from "../../errors.ts";
import { backendNames, type BackendName } from "./deliver/backends/backend.ts";
import { evidenceOptions, parseEvidence, type EvidenceOrder } from "../evidence/take-evidence.ts";
import { evenProtectedOption } from "../sessions/even-protected-option.ts";
import { consentOptions } from "../../cli/consent.ts";
import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import { oneOf, single } from "../../cli/values.ts";
import type { SessionsLayout } from "../sessions/text/sessions-text.ts";
import { colorOption, formatOptions, outputGroup, parseFormat } from "../sessions/output-options.ts";

/** How sessions are to be ended, and what goes with it. */
export interface KillOptions {
  signal: EndingSignal;
  backend: BackendName;
  graceMs: number;
  escalate: boolean;
  includeSelf: boolean;
  /** Lines of the file of those who are protected that do not count this once. */
  evenProtected: readonly string[] | "all";
  /** End what the sessions have started, too. */
  everything: boolean;
  includeListener: boolean;
  restartListener: boolean;
  /** One terminal is to end, and its connection to stay. */
  onlyThis: boolean;
  /** That there is no such session is as good as having ended it. */
  okIfNone: boolean;
  /** Look again in the end, and end what has come meanwhile. */
  untilNone: boolean;
  warnSeconds: number | undefined;
  message: string | undefined;
  reason: string | undefined;
  /** What is kept of the sessions before they end. */
  evidence: EvidenceOrder | undefined;
  dryRun: boolean;
  yes: boolean;
}

const killFormats = ["table", "wide", "json"] as const;

const method = "Method";
const safety = "Safety and records";

export const killOptions: OptionTable = {
  signal: {
    group: method,
    alias: "s",
    value: "SIGNAL",
    offer: endingSignals,
    describe: `${signalForm}; also as -9 or -KILL`,
  },
  grace: { group: method, value: "TIME", describe: "wait this long before KILL (default 5s)" },
  "no-escalate": { group: method, describe: "do not send KILL to sessions that do not end in time" },
  backend: {
    group: method,
    value: "NAME",
    offer: backendNames,
    describe: `${backendNames.join(", ")}: the program or call that sends the signals`,
  },
  everything: { group: method, describe: "also end what the sessions leave behind: nohup, tmux, background jobs" },
  "include-self": { group: safety, describe: "include your own session, and those that may be yours" },
  ...evenProtectedOption,
  ...consentOptions,
  "ok-if-none": { group: safety, describe: "end with 0 if there is no such session: for scripts" },
  warn: { group: safety, value: "TIME", describe: "warn the users on their terminals, this long before" },
  message: { group: safety, value: "TEXT", describe: "text to add to the warning" },
  reason: { group: safety, value: "TEXT", describe: "reason to record in the system log" },
  ...evidenceOptions,
  ...formatOptions(killFormats),
  "full-command": { group: outputGroup, describe: "show commands with their arguments, which may contain secrets" },
  "no-trunc": { group: outputGroup, describe: "do not cut columns to the width of the terminal" },
  ...colorOption,
  root: {
    group: outputGroup,
    value: "DIR",
    describe: "refused: sessions of a recording cannot be ended",
    hidden: "refused",
  },
};

/** Options of kill-all alone. */
export const killAllOptions: OptionTable = {
  "until-none": { group: method, describe: "continue while new sessions match" },
  "include-listener": { group: method, describe: "end the listener too: nobody can log in any more" },
  "restart-listener": {
    group: method,
    describe: "check the listener's configuration and restart it, as after an upgrade",
  },
};

/** An option of kill alone. */
export const onlyThisOption: OptionTable = {
  "only-this": {
    group: method,
    describe: "end this terminal alone (by HUP), and leave what shares its connection",
  },
};

/** What is done where nothing else is asked for. */
export const usualOptions: KillOptions = {
  signal: "TERM",
  backend: "kill",
  graceMs: 5000,
  escalate: true,
  includeSelf: false,
  evenProtected: [],
  everything: false,
  includeListener: false,
  restartListener: false,
  onlyThis: false,
  okIfNone: false,
  untilNone: false,
  warnSeconds: undefined,
  message: undefined,
  reason: undefined,
  evidence: undefined,
  dryRun: false,
  yes: false,
};

export const usualLayout: SessionsLayout = {
  format: "table",
  columns: undefined,
  sort: [],
  headers: true,
  truncate: true,
  fullCommand: false,
};

/** @param onlyThis - whether one terminal is to end, which the kernel tells by HUP. */
export function parseKillOptions(given: GivenOptions, onlyThis = false): KillOptions {
  if (given.texts("root").length > 0)
    throw new UsageError("Sessions of a recorded host cannot be ended.", "Omit --root.");
  const warnSeconds = single(given, "warn", duration);
  const message = given.texts("message").at(-1);
  if (message !== undefined && warnSeconds === undefined)
    throw new UsageError("--message needs --warn: it is part of the warning.", "Add --warn TIME, or omit it.");
  const graceSeconds = single(given, "grace", duration);
  const options: KillOptions = {
    ...usualOptions,
    signal: parseSignalOption(given) ?? (onlyThis ? "HUP" : usualOptions.signal),
    backend: single(given, "backend", oneOf(backendNames)) ?? usualOptions.backend,
    graceMs: graceSeconds === undefined ? usualOptions.graceMs : graceSeconds * 1000,
    escalate: !given.flag("no-escalate"),
    includeSelf: given.flag("include-self"),
    evenProtected: given.texts("even-protected"),
    everything: given.flag("everything"),
    onlyThis,
    okIfNone: given.flag("ok-if-none"),
    warnSeconds,
    message,
    reason: given.texts("reason").at(-1),
    evidence: parseEvidence(given),
    dryRun: given.flag("dry-run"),
    yes: given.flag("yes"),
  };
  if (warnSeconds === 0) throw new UsageError("--warn 0 leaves no time to read the warning.", "Give at least 1s.");
  if (options.graceMs === 0)
    throw new UsageError("--grace 0 leaves no time to end.", "Use --signal KILL to end sessions at once.");
  return options;
}

export function parseKillAllOptions(given: GivenOptions): KillOptions {
  return {
    ...parseKillOptions(given),
    includeListener: given.flag("include-listener"),
    restartListener: given.flag("restart-listener"),
    untilNone: given.flag("until-none"),
  };
}

export function parseKillLayout(given: GivenOptions): SessionsLayout {
  return {
    ...usualLayout,
    format: parseFormat(given, killFormats),
    truncate: !given.flag("no-trunc"),
    fullCommand: given.flag("full-command"),
  };
}

const duration = { read: parseDuration, allowed: durationForm };

/** @throws UsageError for signals that would not end a session. */
function parseSignalOption(given: GivenOptions): EndingSignal | undefined {
  for (const text of given.texts("signal").filter(isStoppingSignal)) {
    throw new UsageError(
      `--signal ${text} would only stop the session: it stays connected, and goes on when it is continued.`,
      `Allowed: ${signalForm}.`,
    );
  }
  return single(given, "signal", { read: parseSignal, allowed: signalForm });
}

/** `-9`, `-KILL`, `-SIGHUP`: what kill(1) takes. */
export function signalHabit(arg: string): string | undefined {
  return /^-(?:\d+|[A-Z][A-Z0-9]{2,})$/.test(arg) ? `--signal=${arg.slice(1)}` : undefined;
}
