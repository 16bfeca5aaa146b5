/**
 * Which files a recording may hold, and what their texts may look like. Nothing else of another machine is read, so nothing
 * else is let in: no other path, no text that is longer than the kernel's, no number that is larger.
 */
import { quoted } from "../../text/quoted.ts";

interface Shape {
  /** Characters of the longest text. */
  longest: number;
  form?: RegExp;
}

const table: Shape = { longest: Infinity };
const noText: Shape = { longest: 0 };

/** The number of a process, a file descriptor or a terminal is "#". */
const shapes: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["/etc/passwd", table],
  ["/proc/uptime", { longest: 256, form: /^\d{1,10}(?:\.\d{1,10})?(?:\s|$)/ }],
  ["/proc/stat", { longest: 256, form: /^btime \d{1,11}\n?$/ }],
  ["/proc/sys/kernel/random/boot_id", { longest: 64, form: /^[\da-f-]{36}\n?$/ }],
  ["/proc/net/tcp", table],
  ["/proc/net/tcp6", table],
  ["/proc/net/unix", { longest: 4 << 20 }],
  ["/proc/self/ns/net", noText],
  ["/proc/self/ns/pid", noText],
  ["/proc/#", noText],
  [
    "/proc/#/stat",
    { longest: 4096, form: /^\d{1,10} \(.{0,64}\) [A-Za-z] (?:-?\d{1,10} ){5}(?:\S{1,20} ){13}\d{1,18}(?: |\n|$)/s },
  ],
  ["/proc/#/status", { longest: 4096, form: /^(?![^]*\d{17})(?:[^]*\n)?Uid:\t\d{1,10}[\t\n]/ }],
  ["/proc/#/cgroup", { longest: 64 << 10 }],
  ["/proc/#/cmdline", { longest: 256 << 10 }],
  ["/proc/#/exe", noText],
  ["/proc/#/ns/net", noText],
  ["/proc/#/net/tcp", table],
  ["/proc/#/net/tcp6", table],
  ["/proc/#/fd", noText],
  ["/proc/#/fd/#", noText],
  ["/dev/pts", noText],
  ["/dev/pts/#", noText],
  ["/run/systemd/sessions/#", { longest: 4096 }],
]);

/** logind numbers sessions, those that it has to number itself with a "c" in front: logind-dbus.c. */
const logindSession = /^\/run\/systemd\/sessions\/c?\d{1,10}$/;

/** One spelling of a number, so that a file has one path. */
const number = /\/(?:0|[1-9]\d{0,9})(?=\/|$)/g;

function shapeOf(path: string): Shape | undefined {
  if (path.length > longestPath || path.includes("#")) return undefined;
  return (
    shapes.get(path) ?? shapes.get(logindSession.test(path) ? "/run/systemd/sessions/#" : path.replace(number, "/#"))
  );
}

const longestPath = 64;

export function isKnownPath(path: string): boolean {
  return shapeOf(path) !== undefined;
}

/** @throws Error that says what is wrong with the text of a known path. */
export function checkText(path: string, text: string): void {
  const { longest = 0, form } = shapeOf(path) ?? {};
  if (text.length > longest) throw new Error(`the text of ${path} is longer than ${String(longest)} characters`);
  if (form?.test(text) === false) throw new Error(`${path} has an unknown form: ${quoted(text)}`);
  if (path.endsWith("/stat") && path !== "/proc/stat" && !path.startsWith(`/proc/${Number.parseInt(text, 10)}/`))
    throw new Error(`${path} is of another process: ${quoted(text)}`);
}
