import type { StateFolder } from "../../src/host/files/state-folder.ts";

export interface MemoryState extends StateFolder {
  /** By name, as byte texts. */
  texts: Map<string, string>;
}

/** A state folder in memory. */
export function memoryState(texts = new Map<string, string>()): MemoryState {
  let tokens = 0;
  return {
    texts,
    path: "/var/lib/sshctl/changes",
    token: () => {
      tokens += 1;
      return String(tokens).padStart(4, "0");
    },
    write: (name, text) => {
      texts.set(name, text);
    },
    read: (name) => texts.get(name),
    names: () => [...texts.keys()],
    remove: (name) => {
      texts.delete(name);
    },
  };
}
