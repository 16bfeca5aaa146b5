/** Names and addresses that stand for real ones: the same for the same, everywhere in one recording. */
import { isIPv6 } from "node:net";
import { canonicalAddress } from "../../src/domain/address.ts";

export interface Pseudonyms {
  user: (name: string) => string;
  /** Of an address in its canonical form; loopback and "any" stand for themselves. */
  address: (address: string) => string;
}

export function createPseudonyms(): Pseudonyms {
  const users = numbered((index) => `user${String(index + 1)}`);
  const addresses4 = numbered(documentationAddress);
  const addresses6 = numbered((index) => `2001:db8::${(index + 1).toString(16)}`);
  return {
    user: (name) => (publicNames.has(name) ? name : users(name)),
    address: (text) => {
      const address = canonicalAddress(text) ?? text;
      if (/^(127\.|0\.0\.0\.0$|::1?$)/.test(address)) return address;
      return isIPv6(address) ? addresses6(address) : addresses4(address);
    },
  };
}

/** Of every machine; "unknown" is what sshd calls accounts that do not exist. */
const publicNames: ReadonlySet<string> = new Set(["root", "sshd", "unknown"]);

/** The three networks for documentation: RFC 5737. */
function documentationAddress(index: number): string {
  const network = ["192.0.2", "198.51.100", "203.0.113"][Math.floor(index / 254)];
  if (network === undefined)
    throw new Error("this host has more than 762 IPv4 connections: record it at a quieter time");
  return `${network}.${String((index % 254) + 1)}`;
}

function numbered(nameOf: (index: number) => string): (original: string) => string {
  const names = new Map<string, string>();
  return (original) => {
    const name = names.get(original) ?? nameOf(names.size);
    names.set(original, name);
    return name;
  };
}
