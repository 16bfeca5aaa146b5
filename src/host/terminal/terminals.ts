import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import { errorCode } from "../files/error-code.ts";

/** "blocked": its user has stopped the output (Ctrl-S); "refused": it is somebody else's, or there is none. */
export type Told = "told" | "blocked" | "refused";

export interface Terminals {
  /**
   * Writes to a terminal without waiting for anything.
   *
   * @param tty - without /dev/.
   * @param owner - the uid that must own it at this moment.
   */
  tell: (tty: string, owner: number, text: string) => Told;
}

export const terminals: Terminals = {
  tell: (tty, owner, text) => {
    try {
      // A terminal that is opened without O_NOCTTY may become our own, and one whose output is stopped makes us wait.
      const fd = openSync(
        `/dev/${tty}`,
        constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK | constants.O_NOFOLLOW,
      );
      try {
        const stats = fstatSync(fd);
        if (!stats.isCharacterDevice() || stats.uid !== owner) return "refused";
        writeSync(fd, text);
        return "told";
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      return errorCode(error) === "EAGAIN" ? "blocked" : "refused";
    }
  },
};
