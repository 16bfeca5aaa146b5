/** What people type who come from other tools, and the command that does it here. */
export const habits: ReadonlyMap<string, string> = new Map([
  ["who", "list"],
  ["w", "list"],
  ["users", "list"],
  ["ps", "list"],
  ["ss", "list"],
  ["pgrep", "count"],
  ["top", "watch"],
  ["pkill", "kill-all"],
  ["revoke", "keys revoke"],
  ["tmout", "timeout"],
]);
