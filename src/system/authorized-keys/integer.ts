/** strtonum(3): white space and a sign may stand before the digits, nothing behind them. */
export function readInteger(text: string): number | undefined {
  return /^[ \t\n\v\f\r]*[+-]?\d+$/.test(text) ? Number(text) : undefined;
}
