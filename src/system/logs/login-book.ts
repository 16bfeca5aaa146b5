/** What the books of a machine (wtmp, wtmp.db, the audit log) say of one login over SSH: one line of them, not one connection. */
import type { Tty } from "../../domain/tty.ts";

export interface BookEntry {
  /** The path of the file that it stands in. */
  source: string;
  /** Whether nobody but root can have written it. */
  isVerified: boolean;
  /** The connection process; undefined where the book does not keep it. */
  pid: number | undefined;
  user: string;
  uid: number | undefined;
  address: string | undefined;
  tty: Tty | undefined;
  logindSession: string | undefined;
  /** Milliseconds since the epoch. */
  loginMs: number;
  /** Undefined where no logout is written down. */
  logoutMs: number | undefined;
  /** Without a logout: the machine was started again by then, so it was over. */
  overByMs: number | undefined;
}
