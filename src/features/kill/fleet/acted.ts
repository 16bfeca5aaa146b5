/** What collector/act.sh says of each session of its plan. A host may say anything: it is believed only together with a recording. */
import { endingSignals, type EndingSignal } from "../plan/signal.ts";

/** What became of one session, in the words of the script. */
export type ActedRow =
  | { kind: "ended"; signal: EndingSignal; seconds: number }
  | { kind: "gone" | "changed" | "own" | "foreign" | "refused" }
  | { kind: "survived"; pid: string; state: string }
  | { kind: "logged-in"; pid: string };

export interface Acted {
  /** By the ids of the plan. */
  rows: ReadonlyMap<string, ActedRow>;
  isOtherBoot: boolean;
  /** Whether the log there did not take all records. */
  isUnrecorded: boolean;
  /** Whether it has come to its end. */
  isWhole: boolean;
}

/** @returns undefined where the script has not begun. */
export function findActed(stdout: Buffer, nonce: string): Acted | undefined {
  const begin = lineIn(stdout, `acting ${nonce}\n`, 0);
  if (begin === undefined) return undefined;
  const end = lineIn(stdout, `acted ${nonce}\n`, begin);
  const lines = stdout
    .toString("latin1", begin, end ?? stdout.length)
    .split("\n")
    .slice(1, mostLines);
  return {
    rows: new Map(lines.flatMap((line) => rowIn(line))),
    isOtherBoot: lines.includes("other-boot"),
    isUnrecorded: lines.some((line) => line.startsWith("not-recorded ")),
    isWhole: end !== undefined,
  };
}

/** A host has a few hundred sessions, each with two lines at most. */
const mostLines = 20_000;

/** Where a whole line begins. */
function lineIn(stdout: Buffer, line: string, from: number): number | undefined {
  for (let at = stdout.indexOf(line, from); at >= 0; at = stdout.indexOf(line, at + 1))
    if (at === 0 || stdout[at - 1] === 0x0a) return at;
  return undefined;
}

function rowIn(line: string): [string, ActedRow][] {
  const [, kind = "", id = "", first, second] = rowForm.exec(line) ?? [];
  const row = rowOf(kind, first, second);
  return row === undefined ? [] : [[id, row]];
}

const rowForm = /^([a-z-]{3,10}) (\d{1,10}:\d{1,20})(?: (\w{1,10}))?(?: (\w{1,10}))?$/;

function rowOf(kind: string, first: string | undefined, second: string | undefined): ActedRow | undefined {
  switch (kind) {
    case "ended": {
      const signal = endingSignals.find((each) => each === first);
      const isTime = second !== undefined && /^\d{1,8}$/.test(second);
      return signal !== undefined && isTime ? { kind, signal, seconds: Number(second) / 100 } : undefined;
    }
    case "gone":
    case "changed":
    case "own":
    case "foreign":
    case "refused":
      return { kind };
    case "survived":
      return { kind, pid: pidIn(first), state: /^[A-Za-z]$/.test(second ?? "") ? (second ?? "") : "" };
    case "logged-in":
      return { kind, pid: pidIn(first) };
    default:
      return undefined;
  }
}

function pidIn(word: string | undefined): string {
  return word !== undefined && /^\d{1,10}$/.test(word) ? word : "?";
}
