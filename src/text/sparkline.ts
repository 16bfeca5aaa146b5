const blocks = Array.from("▁▂▃▄▅▆▇█");
const ascii = Array.from("_.-=+*#@");

/** Numbers as a line of bars, from 0 to the greatest of them: one less of ten is a little lower, not nothing. */
export function sparkline(values: readonly number[], isUnicode: boolean): string {
  const bars = isUnicode ? blocks : ascii;
  const greatest = Math.max(1, ...values);
  return values.map((value) => bars[Math.round((value / greatest) * 7)] ?? "").join("");
}
