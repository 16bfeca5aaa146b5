/** Our file in sshd_config.d that names locked accounts: for each a comment with the id of the lock, and the line that locks. */

/** What sshd reads first counts, and DenyUsers of all files adds up. */
export const denyPath = "/etc/ssh/sshd_config.d/00-0-sshctl-lock.conf";

const header = '# Written by sshctl. "sshctl unlock USER" takes a line out, and proves it.\n';

export interface Denial extends Mark {
  pattern: string;
}

/** What the comment says: which lock, and whose. */
interface Mark {
  id: string;
  uid: number;
}

/**
 * The name as a pattern that means it with every version of OpenSSH: an `@` would begin a host, and backslashes and quotes are read
 * differently. `?` stands for any one character, so others may fit, too.
 */
export function patternOf(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/gu, "?");
}

/** @param text - of the file; undefined where there is none. */
export function withDenials(text: string | undefined, denials: readonly Denial[]): string {
  const lines = denials.map(({ pattern, ...mark }) => `${markOf(mark)}\nDenyUsers ${pattern}\n`);
  const before = text === undefined || text === "" || text.endsWith("\n") ? text : `${text}\n`;
  return (before ?? header) + lines.join("");
}

/** @returns undefined where nothing but our own header is left, and the file can go. */
export function withoutDenial(text: string, mark: Mark): string | undefined {
  const lines = text.split("\n");
  const at = lines.indexOf(markOf(mark));
  if (at < 0) return text;
  const left = [...lines.slice(0, at), ...lines.slice(at + 2)].join("\n");
  return left === header || left.trim() === "" ? undefined : left;
}

/** The pattern by which the file locks the account under this id; undefined where it has none. */
export function denialIn(text: string, mark: Mark): string | undefined {
  const lines = text.split("\n");
  const at = lines.indexOf(markOf(mark));
  return at < 0 ? undefined : /^DenyUsers (\S+)$/.exec(lines[at + 1] ?? "")?.[1];
}

function markOf({ id, uid }: Mark): string {
  return `# lock ${id} uid ${String(uid)}`;
}
