/** Lines that sshctl has written into a startup file, where nobody has changed them since. */
import { fromByteText, toByteText } from "../../../../text/byte-text.ts";
import { appliesTo, auditedLimitLines, limitLines, readLimit } from "../tmout-text.ts";
import type { LoginShell } from "./walk.ts";

export interface OwnLines {
  before: string;
  after: string;
  /** That of the first assignment. */
  line: number;
  lineAfter: number;
  seconds: number;
  exported: boolean;
  /** They are for this user. */
  applies: boolean;
}

const firstLine = /^# (\d{4}-\d\d-\d\d): sshctl timeout set /m;

export function findOwnLines(source: string, { uid, gids }: LoginShell): OwnLines | undefined {
  const text = toByteText(source);
  const found = firstLine.exec(text);
  const [, day = ""] = found ?? [];
  const rest = text.slice(found?.index);
  const limit = found === null ? undefined : readLimit(rest);
  if (limit === undefined) return undefined;
  const lines = [auditedLimitLines(limit, day), limitLines(limit, day)].find((each) => rest.startsWith(each));
  if (lines === undefined) return undefined;
  const before = text.slice(0, found?.index);
  const linesIn = (part: string) => part.split("\n").length - 1;
  return {
    before: fromByteText(before),
    after: fromByteText(rest.slice(lines.length)),
    line: linesIn(before) + linesIn(lines.slice(0, lines.search(/TMOUT=\d/))) + 1,
    lineAfter: linesIn(before) + linesIn(lines) + 1,
    seconds: limit.seconds,
    exported: limit.exported,
    applies: appliesTo(limit, { uid, gids }),
  };
}
