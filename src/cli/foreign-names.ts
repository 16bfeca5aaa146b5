/** What people type who come from other tools, and the command that does it here. */
export const foreignNames: ReadonlyMap<string, string> = new Map([
  ["who", "list"],
  ["w", "list"],
  ["users", "list"],
  ["sessions", "list"],
  ["ls", "list"],
  ["ps", "list"],
  ["ss", "list"],
  ["pgrep", "count"],
  ["top", "watch"],
  ["info", "show"],
  ["end", "kill"],
  ["disconnect", "kill"],
  ["logout", "kill"],
  ["pkill", "kill-all"],
  ["revoke", "keys revoke"],
  ["tmout", "timeout"],
]);
