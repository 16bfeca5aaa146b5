/** The floor plan of src/, as a table; floors.test.ts holds every import against it. docs/architecture.md says what each room is for. */

/** From the roof to the ground: a file imports from its own room, and from floors below. */
export const floors = [
  "main.ts",
  "commands.ts",
  "features",
  "cli",
  "fleet",
  "report",
  "changes",
  "system",
  "domain",
  "host",
  "text",
  "errors.ts",
] as const;

/** Features import from those in a later line, and never from their neighbours. */
export const featureOrder = [
  ["completion"],
  ["changes", "doctor", "metrics"],
  ["lock"],
  ["access"],
  ["keys", "watch", "message"],
  ["timeout"],
  ["policy"],
  ["freeze"],
  ["kill", "history"],
  ["evidence"],
  ["sessions"],
] as const;

/** The files by which features of an earlier line enter a feature; `sessions` is open to all. */
export const doors: Readonly<Record<string, readonly string[]>> = {
  kill: ["kill/end-sessions.ts", "kill/fleet/end-elsewhere.ts"],
  evidence: ["evidence/take-evidence.ts"],
  // What a prompt waits for loads as little as it can.
  freeze: ["freeze/freeze-session.ts"],
  keys: ["keys/keys-of-account.ts", "keys/count-findings.ts", "keys/inventory/completion-keys.ts"],
  changes: ["changes/records.ts"],
  policy: ["policy/rules-of-user.ts", "policy/standing.ts"],
  access: ["access/read-access.ts"],
  lock: ["lock/unlock-records.ts", "lock/open-locks.ts"],
};

/** What a room may import from outside of src/; what is not named here imports nothing. */
export const outside: Readonly<Record<string, readonly string[]>> = {
  cli: ["yargs/helpers", "@clack/core", "node:fs", "node:readline", "node:tty"],
  "fleet/engine": ["p-limit"],
  // A nonce is random.
  "fleet/collect": ["node:crypto"],
  // Fingerprints are hashes, and tables can be painted: nothing of it reaches the machine.
  "features/keys": ["node:crypto"],
  "features/policy": ["smol-toml"],
  "features/evidence": ["node:crypto"],
  "features/watch": ["chalk"],
  "report/thread": ["node:worker_threads", "node:events", "ajv/dist/2020.js"],
  // What numbers of this processor look like, and what the kernel calls signals and errors.
  system: ["node:os", "node:crypto"],
  changes: ["node:crypto", "node:path"],
  domain: ["node:net"],
  host: ["execa", "node:"],
  text: ["chalk", "cli-table3", "diff", "diff/lib/patch/create.js", "string-width"],
};
