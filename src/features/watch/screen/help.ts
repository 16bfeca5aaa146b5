import { textWidth } from "../../../text/width.ts";
import { wrapWords } from "../../../text/wrap.ts";

/** What `?` shows: the keys, and a notice that the line above the rows may have cut short. */
export function helpLines(notice: string | undefined): readonly string[] {
  return notice === undefined ? keyLines : [...keyLines, "", ...wrapWords(notice, narrowestScreen, textWidth)];
}

const narrowestScreen = 60;

const keyLines: readonly string[] = [
  "j, k, arrows  up and down; PgUp, PgDn, Home, End, g, G",
  "/             filter as you type, by words",
  "              (Enter keeps the filter, Esc clears it)",
  "s             another order of the rows",
  "space         mark or unmark a session",
  "enter         everything about a session, like show",
  "x             end the marked sessions, or this one; tells",
  "              what will happen and asks first, like kill",
  "p             pause: the rows stand still",
  "Esc           forget filter, marks and notices",
  "Ctrl-L        draw everything again",
  "Ctrl-Z        stop for now; fg goes on",
  "q, Ctrl-C     quit",
  "",
  "> the row that keys mean    # marked",
  "+ has just opened           - has just closed",
  "* your own session          ? perhaps your own",
];
