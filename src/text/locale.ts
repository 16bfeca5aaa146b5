type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the terminal can show more than ASCII: locale(7) decides, and the Linux console's font knows few signs. */
export function isUnicodeTerminal(env: Environment): boolean {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return /utf-?8/i.test(locale) && env["TERM"] !== "linux";
}
