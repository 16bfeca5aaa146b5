import type { Account } from "../accounts.ts";

/**
 * The files that sshd reads for an account: the tokens of AuthorizedKeysFile, sshd_config(5), "TOKENS"; what is not absolute is
 * below the home.
 *
 * @param setting - its value, such as ".ssh/authorized_keys /etc/ssh/keys/%u"; `none` stands for no file.
 */
export function keyPaths(setting: string, { name, home, uid }: Pick<Account, "name" | "home" | "uid">): string[] {
  const tokens = new Map([
    ["%%", "%"],
    ["%h", home],
    ["%u", name],
    ["%U", String(uid)],
  ]);
  const patterns = setting.split(/\s+/).filter((pattern) => pattern !== "" && pattern.toLowerCase() !== "none");
  return patterns.map((pattern) => {
    const path = pattern.replace(/%./g, (token) => tokens.get(token) ?? token);
    return path.startsWith("/") ? path : `${home === "/" ? "" : home}/${path}`;
  });
}

/** What sshd reads unless told otherwise. */
export const defaultKeyFiles = ".ssh/authorized_keys .ssh/authorized_keys2";
