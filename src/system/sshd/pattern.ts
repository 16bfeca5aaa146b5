import { toByteText } from "../../text/byte-text.ts";

export interface SshPattern {
  test: (text: string) => boolean;
}

/**
 * PATTERNS of ssh_config(5): `*` and `?`, everything else means itself. sshd compares bytes, match_pattern() in match.c: `?` is one byte,
 * and a letter beyond ASCII has several.
 *
 * @param flags - "i": the case of ASCII letters does not count.
 */
export function sshPattern(pattern: string, flags: "i" | "" = ""): SshPattern {
  const bytes = (text: string) => {
    const all = toByteText(text);
    return flags === "i" ? all.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : all;
  };
  const escaped = bytes(pattern).replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  const expression = new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
  return { test: (text) => expression.test(bytes(text)) };
}
