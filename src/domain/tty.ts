/** A terminal as users name it, without /dev/: "pts/3", "tty1". */
export type Tty = string;

/** Reads a terminal's name, with or without /dev/; undefined when no terminal can be called so. */
export function parseTty(text: string): Tty | undefined {
  return /^(?:\/dev\/)?(pts\/\d{1,7}|tty[A-Za-z]{0,4}\d{1,4}|console|hvc\d{1,3})$/.exec(text)?.[1];
}

/**
 * The name behind a device number as /proc/PID/stat has it (field 7, tty_nr, proc(5)): minor in the bits 31-20 and 7-0,
 * major in 15-8. Majors: Linux Documentation/admin-guide/devices.txt. Undefined for "no terminal".
 */
export function ttyOfDevice(device: number): Tty | undefined {
  if (device === 0) return undefined;
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  if (major === 136) return `pts/${String(minor)}`;
  if (major === 4) return minor < 64 ? `tty${String(minor)}` : `ttyS${String(minor - 64)}`;
  if (major === 229) return `hvc${String(minor)}`;
  return `${String(major)}:${String(minor)}`;
}

/** When somebody last typed on a terminal and when something was last printed there. */
export interface TerminalActivity {
  /** Milliseconds since the epoch, from the access time; the kernel keeps it to 8 s (drivers/tty/tty_io.c). */
  lastInputMs: number;
  /** Milliseconds since the epoch, from the modification time; the same. */
  lastOutputMs: number;
}
