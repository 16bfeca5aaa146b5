/** "1 session", "3 sessions", "2 processes". */
export function plural(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  return `${String(count)} ${noun}${noun.endsWith("s") ? "es" : "s"}`;
}
