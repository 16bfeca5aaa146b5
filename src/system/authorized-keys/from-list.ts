/** from="PATTERN,…": match_host_and_ip() in OpenSSH's match.c, addr_match_list() in addrmatch.c. */
import { canonicalAddress } from "../../domain/address.ts";
import { sshPattern } from "../sshd/pattern.ts";
import { readInteger } from "./integer.ts";
import { isSince, type LineRules } from "./line-rules.ts";

/**
 * One entry that sshd cannot make sense of spoils the list. Whom the others let in is not judged, only whether they let anybody in.
 *
 * @returns why nobody can use the key, wherever the connection comes from.
 */
export function fromProblem(list: string, rules: LineRules): string | undefined {
  const entries = list.split(",").map((entry) => ({ isNegated: entry.startsWith("!"), text: entry.replace(/^!/, "") }));
  if (entries.some(({ text }) => text === "")) return "from has an empty entry";
  const parsed = entries.map(({ isNegated, text }) => ({ isNegated, text, kind: kindOf(text, rules) }));
  const wrong = parsed.find(({ kind }) => kind === "inconsistent");
  if (wrong !== undefined)
    return `from names ${wrong.text.slice(0, longestAddress)}, whose mask does not match its address`;
  const letsIn = parsed.some(({ isNegated, kind, text }) => !isNegated && (kind === "network" || mayFit(text, rules)));
  return letsIn ? undefined : "from allows no address";
}

/**
 * Whether a connection from that address fits the list, match_host_and_ip(). A name of the address is not looked up.
 *
 * @returns undefined where such a name decides.
 */
export function fitsAddress(list: string, address: string, rules: LineRules): boolean | undefined {
  const entries = list.split(",").map((entry) => ({ isNegated: entry.startsWith("!"), text: entry.replace(/^!/, "") }));
  if (entries.some(({ text }) => kindOf(text, rules) === "inconsistent")) return false;
  const fitting = entries.filter(({ text }) => fitsEntry(text, address, rules));
  if (fitting.some(({ isNegated }) => isNegated)) return false;
  const mayBeName = ({ text }: { text: string }) => rules.usesNames && kindOf(text, rules) === "pattern";
  const others = entries.filter((entry) => !fitting.includes(entry) && mayBeName(entry));
  if (others.some(({ isNegated }) => isNegated === fitting.length > 0)) return undefined;
  return fitting.length > 0;
}

/** The network, or the pattern, of one entry. */
function fitsEntry(text: string, address: string, rules: LineRules): boolean {
  if (kindOf(text, rules) === "pattern") return sshPattern(text, "i").test(address);
  const [, network = "", mask] = /^([^/]*)(?:\/(.*))?$/s.exec(text) ?? [];
  const [wanted, own] = [bitsOf(network) ?? "", bitsOf(address) ?? ""];
  const length = mask === undefined ? wanted.length : (readMask(mask, rules) ?? wanted.length);
  return wanted.length === own.length && own.startsWith(wanted.slice(0, length));
}

/** With UseDNS off, sshd compares patterns with the address. */
function mayFit(pattern: string, { usesNames }: LineRules): boolean {
  return usesNames || /^[0-9a-f:.*?]*(?:%.*)?$/i.test(pattern);
}

/** `addrbuf` in addr_pton_cidr(), without its NUL. */
const longestAddress = 63;

/** Masks of more than 128 bits made a pattern of the entry up to 9.2; 10.0 takes them for a mistake in the list. */
const maskVersion = 903;

/** Where the number of 10.0 ends. */
const largestMask = 0x7f_ff_ff_ff;

/** addr_pton_cidr() in OpenSSH's addr.c. */
function kindOf(text: string, rules: LineRules): "network" | "inconsistent" | "pattern" {
  if (Buffer.byteLength(text) > longestAddress) return "pattern";
  const [, addressText = "", maskText] = /^([^/]*)(?:\/(.*))?$/s.exec(text) ?? [];
  const address = bitsOf(addressText);
  const mask = maskText === undefined ? address?.length : readMask(maskText, rules);
  const most = isSince(rules, maskVersion) ? largestMask : 128;
  if (address === undefined || mask === undefined || mask < 0 || mask > most) return "pattern";
  return mask > address.length || address.slice(mask).includes("1") ? "inconsistent" : "network";
}

/** Up to 8.4 and from 10.0 on, a sign or white space may stand before the number; 9.2 wants a digit. */
const digitVersion = 805;

function readMask(text: string, rules: LineRules): number | undefined {
  const wantsDigit = isSince(rules, digitVersion) && !isSince(rules, maskVersion);
  return wantsDigit && !/^\d/.test(text) ? undefined : readInteger(text);
}

/** The bits of an address as getaddrinfo(3) reads one. Every zone is taken for the name of an interface that is there. */
function bitsOf(text: string): string | undefined {
  const zoneless = text.replace(/%.+$/s, "");
  const isIPv6 = zoneless.includes(":") && canonicalAddress(zoneless) !== undefined;
  return isIPv6 ? bitsOfIPv6(zoneless) : bitsOfIPv4(text);
}

function bitsOfIPv6(text: string): string {
  const dotted = /[^:]*\..*$/.exec(text)?.[0];
  const bits = dotted === undefined ? "" : (bitsOfIPv4(dotted) ?? "");
  const [before = "", after = ""] = text.slice(0, text.length - (dotted?.length ?? 0)).split("::");
  const groups = (part: string) =>
    part
      .split(":")
      .filter((group) => group !== "")
      .map((group) => parseInt(group, 16).toString(2).padStart(16, "0"))
      .join("");
  const [head, tail] = [groups(before), groups(after) + bits];
  return head + tail.padStart(128 - head.length, "0");
}

/** inet_aton(3): up to four numbers, the last of which fills what is left; octal with a 0 in front, hexadecimal with 0x. */
function bitsOfIPv4(text: string): string | undefined {
  const parts = text.split(".");
  if (parts.length > 4 || !parts.every((part) => /^(?:0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.test(part))) return undefined;
  const numbers = parts.map((part) => (/^0\d/.test(part) ? parseInt(part, 8) : Number(part)));
  const widths = numbers.map((_, index) => (index < numbers.length - 1 ? 8 : 32 - 8 * index));
  if (numbers.some((number, index) => number >= 2 ** (widths[index] ?? 0))) return undefined;
  return numbers.map((number, index) => number.toString(2).padStart(widths[index] ?? 0, "0")).join("");
}
