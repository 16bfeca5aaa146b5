import { closeSync, fstatSync, openSync } from "node:fs";
import { isatty } from "node:tty";

/** Terminals are character devices of other major numbers than /dev/null and its like: admin-guide/devices.txt. */
const memoryDevices = 1;

/**
 * Node gives its terminals back their attributes when it ends, and aborts where one of them is gone: ResetStdio in its src/node.cc. It
 * passes over a standard stream that is another file by then.
 */
export function letGoOfLostTerminals(): void {
  for (const fd of [0, 1, 2]) {
    const stats = fstatSync(fd);
    if (!stats.isCharacterDevice() || stats.rdev >> 8 === memoryDevices || isatty(fd)) continue;
    closeSync(fd);
    // The lowest number that is free is the one that has just become so: open(2).
    openSync("/dev/null", "r+");
  }
}
