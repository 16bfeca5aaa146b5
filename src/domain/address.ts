import { BlockList, isIP, isIPv6 } from "node:net";

/** One end of a TCP connection. The address is in its canonical text form, never an IPv4-mapped one. */
export interface Endpoint {
  address: string;
  port: number;
}

/** "10.0.2.52:43474", "[2001:db8::1]:22": the form users may also type as a target. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return isIPv6(address) ? `[${address}]:${String(port)}` : `${address}:${String(port)}`;
}

export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && a.address === b.address;
}

/**
 * The address as everybody writes it: a dual-stack socket shows IPv4 peers as ::ffff:192.0.2.1, sshd's log and the
 * administrator say 192.0.2.1. Undefined when the text is not an address.
 */
export function canonicalAddress(text: string): string | undefined {
  if (isIP(text) === 4) return text;
  if (isIP(text) !== 6 || text.includes("%")) return undefined;
  const canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  return unmapped(canonical) ?? canonical;
}

/** URL writes mapped addresses in hexadecimal: ::ffff:c000:201. */
function unmapped(address: string): string | undefined {
  const match = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (match === null) return undefined;
  const [high, low] = [parseInt(match[1] ?? "", 16), parseInt(match[2] ?? "", 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** A set of addresses of one family: a single one or a CIDR block. */
export interface Network {
  /** As the user wrote it, for messages. */
  text: string;
  includes(address: string): boolean;
}

/** Reads "10.0.0.7", "10.0.0.0/8" or "2001:db8::/32"; undefined when it is none of them. */
export function parseNetwork(text: string): Network | undefined {
  const [addressText = "", prefixText, ...rest] = text.split("/");
  const address = canonicalAddress(addressText);
  if (address === undefined || rest.length > 0) return undefined;
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const bits = family === "ipv6" ? 128 : 32;
  const prefix = prefixText === undefined ? bits : parsePrefix(prefixText, bits);
  if (prefix === undefined) return undefined;
  const block = new BlockList();
  block.addSubnet(address, prefix, family);
  return {
    text,
    includes: (candidate) => (isIPv6(candidate) ? "ipv6" : "ipv4") === family && block.check(candidate, family),
  };
}

function parsePrefix(text: string, bits: number): number | undefined {
  const prefix = /^\d{1,3}$/.test(text) ? Number(text) : bits + 1;
  return prefix <= bits ? prefix : undefined;
}
