/** Signals that end a session, signal(7). */

/** What a process of sshd does not survive, the gentlest first. KILL alone cannot be held back. */
export const endingSignals = ["TERM", "HUP", "INT", "QUIT", "KILL"] as const;
export type EndingSignal = (typeof endingSignals)[number];

/** Their numbers are the same on every architecture of Linux. */
const numbers: Readonly<Record<EndingSignal, number>> = { TERM: 15, HUP: 1, INT: 2, QUIT: 3, KILL: 9 };

/** Signals that only freeze: names, and their numbers where Node runs (x86, ARM and most others). */
const stopping: ReadonlySet<string> = new Set(["STOP", "TSTP", "TTIN", "TTOU", "19", "20", "21", "22"]);

/** What is allowed, for messages: "TERM (15), HUP (1), …". */
export const signalForm = endingSignals.map((name) => `${name} (${String(numbers[name])})`).join(", ");

/** Reads "TERM", "SIGTERM", "term" or "15"; undefined when it is none of the signals that end a session. */
export function parseSignal(text: string): EndingSignal | undefined {
  const name = bareName(text);
  return endingSignals.find((signal) => signal === name || String(numbers[signal]) === name);
}

/** Whether the text names a signal that stops a process without ending it. */
export function isStoppingSignal(text: string): boolean {
  return stopping.has(bareName(text));
}

function bareName(text: string): string {
  return text.toUpperCase().replace(/^SIG/, "");
}
