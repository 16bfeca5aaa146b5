/**
 * Names of hosts as node sets, in the syntax of ClusterShell (clustershell.readthedocs.io, "Node sets"): `web[1-20]`,
 * `web[01-20]`, `web[1-9/2]`, `r[1-2]n[1,3]`, joined by commas or spaces. Operators and groups are ClusterShell's own business:
 * clustershell.ts.
 */
import { canonicalAddress } from "../../domain/address.ts";
import { UsageError } from "../../errors.ts";
import { quoted } from "../../text/quoted.ts";

/** More would take a quarter of an hour, and [1-1000000] is a typing error. */
export const mostHosts = 10_000;

/** Whether only ClusterShell can tell what this means: groups, wildcards, intersections, differences. */
export function isForClusterShell(text: string): boolean {
  return /[@&!^*?]/.test(text);
}

/**
 * @returns the names, in the order of the text; one that is named twice comes once.
 * @throws UsageError
 */
export function expandNodeSet(text: string): string[] {
  const names = new Set<string>();
  for (const part of parts(text)) {
    for (const name of expandPart(part, text)) names.add(name);
    rejectTooMany(names.size, text);
  }
  return [...names];
}

/** @throws UsageError where a name could not be that of a host. */
export function checkHostName(name: string): string {
  if (hostName.test(name) || (addressForm.test(name) && canonicalAddress(name) !== undefined)) return name;
  throw new UsageError(`${quoted(name)} is not a host name.`, whatIsAllowed(name));
}

/** What no shell and no ssh(1) could take for anything else. RFC 1035: 253 characters. */
const hostName = /^(?!-)[\w.-]{1,253}$/;

/** IPv6, with a zone where there is one: fe80::1%eth0. */
const addressForm = /^[\da-fA-F:.]{2,45}(?:%[\w.-]{1,32})?$/;

function whatIsAllowed(name: string): string {
  if (name.includes("@")) return "Give the user with --login, or in ssh_config.";
  if (/^[^:]+:\d+$/.test(name)) return "Give the port in ssh_config.";
  return whatIsUnderstood;
}

const whatIsUnderstood = "Allowed: names and addresses, web[1-20], web[01-20/2], and @group.";

/** Cuts at commas and spaces outside brackets. */
function parts(text: string): string[] {
  const outside = text.replaceAll(/\[[^\]]*\]/g, (brackets) => brackets.replaceAll(/\s/g, "").replaceAll(",", "\0"));
  const found = outside.trim().split(/\s*,\s*|\s+/);
  if (found.includes("")) throw misread(text, text.trim() === "" ? "it is empty" : "a name is missing next to a comma");
  return found.map((part) => part.replaceAll("\0", ","));
}

/** "r[1-2]n3" is the texts "r" and "n3", and between them a choice of numbers. */
function expandPart(part: string, whole: string): string[] {
  if (canonicalAddress(part.slice(1, -1)) !== undefined && part.startsWith("["))
    throw new UsageError(
      `${quoted(part)} is not a host name.`,
      `Write the address without brackets: ${part.slice(1, -1)}`,
    );
  const pieces = part.split(/(\[[^\]]*\])/);
  if (pieces.some((piece, index) => index % 2 === 0 && /[[\]]/.test(piece)))
    throw misread(whole, "its brackets do not match");
  if (pieces.some((piece, index) => index % 2 === 0 && index > 0 && index < pieces.length - 1 && piece === ""))
    throw misread(whole, "there is nothing between two pairs of brackets");
  let names = [""];
  for (const [index, piece] of pieces.entries()) {
    const choices = index % 2 === 0 ? [piece] : numbersIn(piece.slice(1, -1), besides(pieces, index), whole);
    rejectTooMany(names.length * choices.length, whole);
    names = names.flatMap((name) => choices.map((choice) => name + choice));
  }
  return names.map(checkHostName);
}

/** Whether a digit stands directly before or after the brackets. */
function besides(pieces: readonly string[], index: number): boolean {
  return /\d$/.test(pieces[index - 1] ?? "") || /^\d/.test(pieces[index + 1] ?? "");
}

function numbersIn(ranges: string, hasDigitBeside: boolean, whole: string): string[] {
  const numbers = ranges.split(",").map((range) => numbersOf(range, hasDigitBeside, whole));
  rejectTooMany(
    numbers.reduce((sum, { count }) => sum + count, 0),
    whole,
  );
  return numbers.flatMap(({ all }) => all());
}

interface Numbers {
  count: number;
  all: () => string[];
}

/** "7", "1-20", "01-20", "1-20/2": zeros in front mean that all have so many digits. */
function numbersOf(range: string, hasDigitBeside: boolean, whole: string): Numbers {
  const [, first, last = first, step = "1"] = /^(\d{1,15})(?:-(\d{1,15})(?:\/(\d{1,15}))?)?$/.exec(range) ?? [];
  if (first === undefined || last === undefined) throw misread(whole, `${quoted(range)} is not a range of numbers`);
  const isPadded = [first, last].some((number) => /^0\d/.test(number));
  if (isPadded && first.length !== last.length)
    throw misread(whole, `the numbers of ${quoted(range)} have leading zeros and different lengths`);
  // ClusterShell takes the digits of both for one number there: "n1[9-10]" is n19 to n110.
  if (hasDigitBeside && first.length !== last.length)
    throw misread(whole, `a digit next to ${quoted(`[${range}]`)} could be read in two ways`);
  const [from, to, by] = [Number(first), Number(last), Number(step)];
  if (from > to || by < 1) throw misread(whole, `${quoted(range)} is not a range of numbers`);
  const count = Math.floor((to - from) / by) + 1;
  const width = isPadded ? first.length : 0;
  return {
    count,
    all: () => Array.from({ length: count }, (_, index) => String(from + index * by).padStart(width, "0")),
  };
}

/** @throws UsageError */
export function rejectTooMany(count: number, text: string): void {
  if (count > mostHosts)
    throw new UsageError(
      `${quoted(text)} names more than ${String(mostHosts)} hosts.`,
      "Name fewer of them, and run sshctl several times.",
    );
}

function misread(text: string, why: string): UsageError {
  return new UsageError(`${quoted(text)} is not understood: ${why}.`, whatIsUnderstood);
}
