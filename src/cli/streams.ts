import { fstatSync, writeSync } from "node:fs";
import type { WriteStream } from "node:tty";
import type { Output } from "./context.ts";
import { errorCode } from "../host/files/error-code.ts";

/**
 * A standard stream. To pipes and files it writes by system calls, as Node's own streams do on Linux: those would bring all of
 * node:stream and node:net with them, a twelfth of the time that a short command takes.
 *
 * @param open - Node's stream, for a terminal.
 * @param onTrouble - is told the error's code where something cannot be written: EPIPE, EIO, ENOSPC.
 */
export function standardStream(fd: number, open: () => WriteStream, onTrouble: (code: string) => void): Output {
  let opened: WriteStream | undefined;
  const fail = (error: unknown) => {
    onTrouble(errorCode(error));
  };
  const stream = () => (opened ??= open().on("error", fail));
  let isPlain: boolean | undefined;
  const isDirect = () => opened === undefined && (isPlain ??= !mayBeTerminal(fd));
  return {
    write: (text) => {
      if (!isDirect()) stream().write(text);
      else {
        const left = writeNow(fd, text, fail);
        if (left !== undefined) stream().write(left);
      }
    },
    get isTerminal() {
      return !isDirect() && stream().isTTY;
    },
    get width() {
      return (isDirect() ? 0 : stream().columns) || 80;
    },
  };
}

/** @returns what does not fit into a pipe whose owner does not let us wait for it (O_NONBLOCK). */
function writeNow(fd: number, text: string, fail: (error: unknown) => void): Uint8Array | undefined {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(fd, bytes, written);
  } catch (error) {
    if (errorCode(error) === "EAGAIN") return bytes.subarray(written);
    fail(error);
  }
  return undefined;
}

/** Terminals are character devices, and so are /dev/null and its like, of the major number 1: admin-guide/devices.txt. */
function mayBeTerminal(fd: number): boolean {
  const stats = fstatSync(fd);
  return stats.isCharacterDevice() && stats.rdev >> 8 !== 1;
}
