/**
 * Where accounts are named that DenyUsers locks: in our file of sshd_config.d, for each a comment with the id of the lock, and the line
 * that locks. In a configuration that does not include that folder, both stand in a block of their own above all else: there, no Match
 * can be open.
 */
import { toByteText } from "../../text/byte-text.ts";
import { denyPath } from "../../system/locks/record.ts";

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
 * differently. `?` stands for any one byte, so others may fit, too.
 */
export function patternOf(name: string): string {
  return toByteText(name).replace(/[^A-Za-z0-9._-]/g, "?");
}

/** @param text - of the file at this path; undefined where there is none. */
export function withDenial(path: string, text: string | undefined, denial: Denial): string {
  return path === denyPath ? withLines(text, denial) : `${blockOf(denial)}${text ?? ""}`;
}

/** @returns undefined where the file can go. */
export function withoutDenial(path: string, text: string, mark: Mark): string | undefined {
  if (path === denyPath) return withoutLines(text, mark);
  const pattern = denialIn(path, text, mark);
  return pattern === undefined ? text : text.replace(blockOf({ ...mark, pattern }), "");
}

/** The pattern by which the file locks the account under this id; undefined where it has none. */
export function denialIn(path: string, text: string, mark: Mark): string | undefined {
  const lines = text.split("\n");
  const at = lines.indexOf(markOf(mark));
  const isWhole = path === denyPath || (lines[at - 1] === firstMark && lines[at + 2] === lastMark);
  return at < 0 || !isWhole ? undefined : /^DenyUsers (\S+)$/.exec(lines[at + 1] ?? "")?.[1];
}

/** Whether anything of the lock is there, as it was written or not. */
export function hasMark(text: string, mark: Mark): boolean {
  return text.split("\n").includes(markOf(mark));
}

const firstMark = "# >>> sshctl lock >>>";
const lastMark = "# <<< sshctl lock <<<";

function blockOf(denial: Denial): string {
  return `${firstMark}\n${linesOf(denial)}${lastMark}\n`;
}

function linesOf({ pattern, ...mark }: Denial): string {
  return `${markOf(mark)}\nDenyUsers ${pattern}\n`;
}

function withLines(text: string | undefined, denial: Denial): string {
  const before = text === undefined || text === "" || text.endsWith("\n") ? text : `${text}\n`;
  return (before ?? header) + linesOf(denial);
}

/** Where nothing but our own header is left, the file can go. */
function withoutLines(text: string, mark: Mark): string | undefined {
  const lines = text.split("\n");
  const at = lines.indexOf(markOf(mark));
  if (at < 0) return text;
  const left = [...lines.slice(0, at), ...lines.slice(at + 2)].join("\n");
  return left === header || left.trim() === "" ? undefined : left;
}

function markOf({ id, uid }: Mark): string {
  return `# lock ${id} uid ${String(uid)}`;
}
