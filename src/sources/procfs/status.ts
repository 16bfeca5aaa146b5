export interface Credentials {
  /** The real uid. */
  uid: number;
  /** How many PID namespaces below the observer's the process lives in; 0 is the same one. */
  pidNamespaceDepth: number;
}

/** Reads what only /proc/PID/status tells, proc(5). NSpid is absent before Linux 4.1. */
export function parseStatus(text: string): Credentials {
  const uid = /^Uid:\t(\d+)/m.exec(text)?.[1];
  if (uid === undefined) throw new Error(`/proc/PID/status has no Uid line: ${text}`);
  const pids = /^NSpid:\t(.*)$/m.exec(text)?.[1]?.split("\t") ?? [""];
  return { uid: Number(uid), pidNamespaceDepth: pids.length - 1 };
}
