/** Loaded only once somebody names an address: it brings all of Node's streams, and the kernel's tables do without. */
function net() {
  return process.getBuiltinModule("node:net");
}

/** One end of a TCP connection. The address is in its canonical text form, never an IPv4-mapped one. */
export interface Endpoint {
  address: string;
  port: number;
}

/** "10.0.2.52:43474", "[2001:db8::1]:22": the form users may also type as a target. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return address.includes(":") ? `[${address}]:${String(port)}` : `${address}:${String(port)}`;
}

/** Whether an address leads back to the machine itself. */
export function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}

export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && a.address === b.address;
}

/**
 * The address as everybody writes it: a dual-stack socket shows IPv4 peers as ::ffff:192.0.2.1, sshd's log and the
 * administrator say 192.0.2.1. sshd's log names the zone of a link-local address, fe80::1%eth0 (getnameinfo(3)), which the kernel's
 * tables do not: it is left out. Undefined when the text is not an address.
 */
export function canonicalAddress(text: string): string | undefined {
  const family = net().isIP(text);
  if (family === 4) return text;
  const [address = "", zone] = text.split("%");
  if (family !== 6 || (zone !== undefined && !linkLocal.test(address))) return undefined;
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  return unmapped(canonical) ?? canonical;
}

/** fe80::/10, RFC 4291, section 2.5.6. */
const linkLocal = /^fe[89ab][0-9a-f]:/i;

/** URL writes mapped addresses in hexadecimal: ::ffff:c000:201. */
function unmapped(address: string): string | undefined {
  const match = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (match === null) return undefined;
  const [high, low] = [parseInt(match[1] ?? "", 16), parseInt(match[2] ?? "", 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** The same form, from the 4 or 16 bytes of an address in network order. */
export function addressOfBytes(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0));
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped ? bytes.slice(12).join(".") : compressed(groups.map((group) => group.toString(16)));
}

/** RFC 5952: the first of the longest runs of two or more zero groups becomes "::". */
function compressed(groups: readonly string[]): string {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < groups.length; start += 1) {
    const end = groups.findIndex((group, index) => index >= start && group !== "0");
    const length = (end < 0 ? groups.length : end) - start;
    if (length > best.length) best = { start, length };
  }
  if (best.length === 1) return groups.join(":");
  return `${groups.slice(0, best.start).join(":")}::${groups.slice(best.start + best.length).join(":")}`;
}

/** A text by which addresses sort as numbers do: 10.0.0.2 before 10.0.0.10, and IPv4 before IPv6. */
export function orderOfAddress(address: string): string {
  if (!address.includes(":")) return `4${address.replace(/\d+/g, (part) => part.padStart(3, "0"))}`;
  const [before = "", after = ""] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const zeros = Array.from({ length: 8 - groups(before).length - groups(after).length }, () => "0");
  return `6${[...groups(before), ...zeros, ...groups(after)].map((group) => group.padStart(4, "0")).join("")}`;
}

/** A set of addresses of one family: a single one or a CIDR block. */
export interface Network {
  /** As the user wrote it, for messages. */
  text: string;
  includes(address: string): boolean;
}

/** Reads "10.0.0.7", "10.0.0.0/8" or "2001:db8::/32"; undefined when it is none of them. */
export function parseNetwork(text: string): Network | undefined {
  const [, bracketed] = /^\[([^[\]]+)\]$/.exec(text) ?? [];
  const [addressText = "", prefixText, ...rest] = (bracketed ?? text).split("/");
  const address = canonicalAddress(addressText);
  const hasZone = addressText.includes("%");
  if (address === undefined || rest.length > 0 || (hasZone && prefixText !== undefined)) return undefined;
  const { BlockList, isIPv6 } = net();
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const bits = isIPv6(addressText) ? 128 : 32;
  // Of a mapped network, only the bits behind ::ffff: are left in its canonical form.
  const dropped = bits === 128 && family === "ipv4" ? 96 : 0;
  const prefix = (prefixText === undefined ? bits : parsePrefix(prefixText, bits)) - dropped;
  if (!(prefix >= 0)) return undefined;
  const block = new BlockList();
  block.addSubnet(address, prefix, family);
  return {
    text,
    includes: (candidate) => (isIPv6(candidate) ? "ipv6" : "ipv4") === family && block.check(candidate, family),
  };
}

/** NaN for what is no prefix length. */
function parsePrefix(text: string, bits: number): number {
  const prefix = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  return prefix <= bits ? prefix : Number.NaN;
}
