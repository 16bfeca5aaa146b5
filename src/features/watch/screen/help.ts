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
  "s             change the order of the rows",
  "space         mark or unmark a session",
  "enter         show everything about a session",
  "x             end the marked sessions, or this one; shows",
  "              what will happen and asks first, like kill",
  "f             freeze this session for 10 minutes, or thaw it;",
  "              shows what will stand still and asks first",
  "p             pause: the rows do not change",
  "Esc           clear filter, marks and notices",
  "Ctrl-L        redraw the screen",
  "Ctrl-Z        suspend; fg continues",
  "q, Ctrl-C     quit, from here too; Ctrl-C also while you type",
  "",
  "The second line counts logins and logouts since watch began,",
  "and draws how many sessions it found, a bar for each look.",
  "",
  "> the current row           # marked",
  "+ has just opened           - has just closed",
  "* your own session          ? perhaps your own",
];
