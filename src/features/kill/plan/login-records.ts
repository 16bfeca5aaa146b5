import type { Tty } from "../../../domain/tty.ts";

/** What the machine's own books say about a session that has ended. */
export interface LoginRecords {
  /** Whether logind still calls the login open: nobody has closed the PAM session. Undefined where logind was not asked. */
  isOpenForLogind: boolean | undefined;
  /** Terminals on which utmp, and so who(1), still names the user. */
  staleTtys: readonly Tty[];
}

export const noRecords: LoginRecords = { isOpenForLogind: undefined, staleTtys: [] };
