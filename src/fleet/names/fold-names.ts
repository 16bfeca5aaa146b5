/** The reverse of expanding: many names as a few node sets, for people to read and to paste again. */
import { groupBy } from "../../domain/group-by.ts";

/** A name, cut around its numbers: "r1n02" is ["r", "1", "n", "02", ""]. */
interface CutName {
  texts: readonly string[];
  numbers: readonly string[];
}

/** "db2,web[1-3,7]": what `--on` expands to exactly these names. */
export function foldNames(names: readonly string[]): string {
  const byTexts = groupBy([...new Set(names)].map(cutName), ({ texts }) => texts.join("#"));
  return [...byTexts.values()].flatMap(foldAlike).toSorted(byName).join(",");
}

/** Numbers as numbers: web2 before web10. */
export const byName = new Intl.Collator("en", { numeric: true }).compare;

/** Longer ones are no number that a computer counts with. */
function cutName(name: string): CutName {
  const pieces = name.split(/((?<!\d)\d{1,15}(?!\d))/);
  return {
    texts: pieces.filter((_, index) => index % 2 === 0),
    numbers: pieces.filter((_, index) => index % 2 === 1),
  };
}

/** Folds names that differ in their numbers only, in the one place where that makes the fewest sets; the last of several. */
function foldAlike(names: readonly CutName[]): string[] {
  const [{ texts, numbers } = { texts: [], numbers: [] }] = names;
  const foldings = numbers.map((_, place) => foldAt(names, texts, place));
  return (
    foldings.reduce<string[] | undefined>(
      (best, next) => (best !== undefined && best.length < next.length ? best : next),
      undefined,
    ) ?? [texts.join("")]
  );
}

function foldAt(names: readonly CutName[], texts: readonly string[], place: number): string[] {
  const withGap = groupBy(names, ({ numbers }) => numbers.toSpliced(place, 1, "#").join(","));
  return [...withGap.values()].flatMap((group) => {
    const numbers = group[0]?.numbers ?? [];
    const put = (choice: string) =>
      texts.map((text, index) => text + (index === place ? choice : (numbers[index] ?? ""))).join("");
    return byWidth(group.map((name) => name.numbers[place] ?? "")).map((alike) => put(rangesOf(alike)));
  });
}

/** Numbers that one pair of brackets can hold: those of a length that occurs with zeros in front, and all others. */
function byWidth(numbers: readonly string[]): string[][] {
  const padded = new Set(numbers.filter((number) => /^0\d/.test(number)).map(({ length }) => length));
  return [...groupBy(numbers, ({ length }) => (padded.has(length) ? String(length) : "")).values()];
}

/** "7", "[1-3,7]" */
function rangesOf(numbers: readonly string[]): string {
  const ranges: { first: string; last: string }[] = [];
  for (const number of numbers.toSorted((a, b) => Number(a) - Number(b))) {
    const range = ranges.at(-1);
    if (range !== undefined && Number(number) === Number(range.last) + 1) range.last = number;
    else ranges.push({ first: number, last: number });
  }
  const [only, ...others] = ranges;
  if (only !== undefined && others.length === 0 && only.first === only.last) return only.first;
  return `[${ranges.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(",")}]`;
}
