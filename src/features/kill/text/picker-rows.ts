import type { Session } from "../../../domain/session.ts";
import { alignLine, fitLines } from "../../../text/grid.ts";
import { textWidth } from "../../../text/width.ts";
import type { ColumnName, View } from "../../sessions/text/columns.ts";
import { gridOf } from "../../sessions/text/sessions-text.ts";

/** The rows of `watch`, to choose from: a line for each session, safe to print, and the titles above them. */
export function pickerRows(
  sessions: readonly Session[],
  view: View,
  width: number,
): { titles: string; labels: readonly string[] } {
  const layout = { headers: true, truncate: true };
  const { lines, columns, widths } = fitLines(gridOf(sessions, shown, view), layout, width - gutter, textWidth);
  const [titles = "", ...labels] = lines.map(({ texts }) => alignLine(texts, columns, widths, textWidth));
  return { titles, labels };
}

const shown: readonly ColumnName[] = ["user", "kind", "tty", "from", "pid", "login", "idle", "command"];

/** In front of each row: the cursor, the mark, and a space. */
const gutter = 3;
