export const serverKinds = ["openssh", "dropbear"] as const;
/** The SSH servers whose sessions are listed. */
export type ServerKind = (typeof serverKinds)[number];

/**
 * Names of their executables: /usr/sbin/sshd, sshd-session (since 9.8), sshd-auth (since 10.0), distributions' variants
 * such as Alpine's sshd.pam and builds installed beside each other (sshd-9.9). In one expression, which every process of the
 * machine is held against.
 */
const executable = /^(?:(?:hpn)?sshd(?:[-.][\w.-]+)?|(dropbear)(?:multi)?)$/;

/** @param name - an executable's file name, or a process's comm, which the kernel cuts at 15 characters. */
export function serverOfName(name: string): ServerKind | undefined {
  const found = executable.exec(name);
  if (found === null) return undefined;
  return found[1] === undefined ? "openssh" : "dropbear";
}

/** The executable's file name, of a link such as "/usr/sbin/sshd (deleted)", which an upgrade leaves behind. */
export function executableName(link: string): string {
  const path = isReplaced(link) ? link.slice(0, -deletedMark.length) : link;
  return path.slice(path.lastIndexOf("/") + 1);
}

/** What the kernel says of an executable that an upgrade has removed: proc(5), /proc/PID/exe. */
export function isReplaced(link: string): boolean {
  return link.endsWith(deletedMark);
}

const deletedMark = " (deleted)";
