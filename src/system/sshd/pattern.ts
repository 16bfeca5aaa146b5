/**
 * PATTERNS of ssh_config(5): `*` and `?`, everything else means itself.
 *
 * @param flags - of the expression, such as "i".
 */
export function sshPattern(pattern: string, flags = ""): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, flags);
}
