/** What people type in the place of a command who come from other tools, and the command that does it here. */
export const foreignNames: ReadonlyMap<string, string> = new Map([
  ["who", "list"],
  ["w", "list"],
  ["users", "list"],
  ["sessions", "list"],
  ["ps", "list"],
  ["ss", "list"],
  ["last", "history"],
  ["wtmpdb", "history"],
  ["pgrep", "count"],
  ["top", "watch"],
  ["info", "show"],
  ["end", "kill"],
  ["disconnect", "kill"],
  ["logout", "kill"],
  ["pkill", "kill-all"],
  ["revoke", "keys revoke"],
  ["tmout", "timeout"],
  ["unrevoke", "undo"],
  ["restore", "undo"],
  ["revert", "undo"],
]);

const undoing = ["sshctl changes", "sshctl undo ID"];

/** What people type behind the name of a group, and the commands that do it here, one after the other. */
export const foreignCommands: ReadonlyMap<string, readonly string[]> = new Map(
  ["undo", "restore", "unrevoke", "revert"].map((word) => [`keys ${word}`, undoing]),
);

interface ForeignOption {
  /** Options that it may mean; it is explained only where the command has one of them. */
  near: readonly string[];
  /** What to say instead of naming them. */
  says?: string;
}

const ports: ForeignOption = { near: ["local-port", "peer-port", "forward-port"] };
const address: ForeignOption = { near: ["from"] };
const live: ForeignOption = { near: ["source"], says: 'To follow what happens, use "sshctl watch".' };

/** The same of options. */
export const foreignOptions: ReadonlyMap<string, ForeignOption> = new Map<string, ForeignOption>([
  ["--port", ports],
  ["-p", ports],
  ["--address", address],
  ["--ip", address],
  ["--client", address],
  [
    "--host",
    {
      near: ["from"],
      says: "For connections from there, use --from. To look at another machine, use --on HOST.",
    },
  ],
  ["--group", { near: ["not-user"], says: 'For the members of a group: --user "$(getent group NAME | cut -d: -f4)".' }],
  ["--watch", live],
  ["--follow", live],
  ["-f", live],
  ["--pid", { near: ["from"], says: 'For one session, use "sshctl show PID" or "sshctl kill PID".' }],
  ["--name", { near: ["user"] }],
  ["--login", { near: ["user"] }],
  ["--pts", { near: ["tty"] }],
  ["--terminal", { near: ["tty"] }],
  ["--fingerprint", { near: ["key"] }],
  ["--type", { near: ["kind"] }],
  ["--state", { near: ["phase"] }],
  ["--since", { near: ["older-than"] }],
  ["--all", { near: ["phase"], says: "All open sessions are shown; --phase any and --containers add more." }],
  ["-a", { near: ["phase"], says: "All open sessions are shown; --phase any and --containers add more." }],
  ["--long", { near: ["quiet"], says: "For more columns, use -o wide." }],
  ["-l", { near: ["quiet"], says: "For more columns, use -o wide." }],
  ["--force", { near: ["signal"], says: "To be asked nothing, use --yes; to end at once, --signal KILL." }],
  ["--format", { near: ["output"] }],
]);
