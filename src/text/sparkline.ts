const blocks = Array.from("▁▂▃▄▅▆▇█");
const ascii = Array.from("_.-=+*#@");

/** Numbers as a line of bars, from the least to the greatest of them; all alike stand in the middle. */
export function sparkline(values: readonly number[], isUnicode: boolean): string {
  const bars = isUnicode ? blocks : ascii;
  const least = Math.min(...values);
  const span = Math.max(...values) - least;
  return values.map((value) => bars[span === 0 ? 3 : Math.round(((value - least) / span) * 7)] ?? "").join("");
}
