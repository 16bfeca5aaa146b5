import { addressOfBytes } from "../../domain/address.ts";
import { orUndefined, type Files } from "../../host/files/files.ts";

/**
 * The addresses of this machine, in its network namespace: /proc/net/fib_trie (each local address stands in a line before one with
 * "host LOCAL", fib_trie.c) and /proc/net/if_inet6 (proc(5)).
 */
export function readLocalAddresses(files: Files): ReadonlySet<string> {
  const trie = orUndefined(files.read("/proc/net/fib_trie")) ?? "";
  const table = orUndefined(files.read("/proc/net/if_inet6")) ?? "";
  const four = [...trie.matchAll(/\|-- (\d+\.\d+\.\d+\.\d+)\n\s+\/32 host LOCAL/g)].flatMap(
    ([, address]) => address ?? [],
  );
  const six = [...table.matchAll(/^([0-9a-f]{32}) /gm)].map(([, hex = ""]) => addressOfBytes(Buffer.from(hex, "hex")));
  return new Set([...four, ...six]);
}
