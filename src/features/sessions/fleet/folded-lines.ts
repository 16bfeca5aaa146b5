import { groupBy } from "../../../domain/group-by.ts";
import { foldNames } from "../../../fleet/names/fold-names.ts";
import { visible } from "../../../text/visible.ts";
import { textWidth } from "../../../text/width.ts";
import { hangingIndent } from "../../../text/wrap.ts";

/** What is to be said of one host; the host may have chosen the words. */
export interface HostTexts {
  name: string;
  texts: readonly string[];
}

/** A label that is longer stands in a line of its own. */
const mostPlace = 40;

/** "  web[1-20]  no, the account has expired": hosts of which the same is to be said once, in a form that --on takes. */
export function foldedLines(hosts: readonly HostTexts[], width: number | undefined): string[] {
  const groups = [...groupBy(hosts, ({ texts }) => JSON.stringify(texts)).values()].map((alike) => ({
    names: foldNames(alike.map(({ name }) => name)),
    texts: alike[0]?.texts ?? [],
  }));
  const place = Math.min(mostPlace, Math.max(0, ...groups.map(({ names }) => names.length))) + 4;
  const indent = " ".repeat(place);
  return groups.flatMap(({ names, texts }) => {
    const label = `  ${names}`;
    const isLong = label.length + 2 > place;
    const lines = texts.flatMap((text, index) =>
      hangingIndent(index > 0 || isLong ? indent : label.padEnd(place), place, visible(text), width, textWidth),
    );
    return isLong || texts.length === 0 ? [label, ...lines] : lines;
  });
}
