/**
 * How everyone but a few is locked: a block in a file of sshd_config.d. DenyUsers may stand in Match, and a block ends with its file,
 * servconf.c of OpenSSH; AllowUsers would only add to those that others have set.
 */
import { patternOf } from "../deny-file.ts";

export const everyonePath = "/etc/ssh/sshd_config.d/00-0-sshctl-everyone.conf";
/** The message, which sshd shows to whoever is locked out. */
export const bannerPath = "/etc/ssh/sshctl-everyone.banner";

/** As it stands in `DenyUsers`. */
export const everyonePattern = "*";

export interface EveryoneTexts {
  block: string;
  banner: string | undefined;
}

/** @param except - names of accounts, at least one. */
export function textsFor(id: string, except: readonly string[], message: string | undefined): EveryoneTexts {
  const exceptions = except.map((name) => `,!${patternOf(name)}`).join("");
  const lines = [
    '# Written by sshctl. "sshctl unlock --everyone" takes it away, and proves it.',
    `# lock ${id}`,
    `Match User *${exceptions}`,
    `    DenyUsers ${everyonePattern}`,
    ...(message === undefined ? [] : [`    Banner ${bannerPath}`]),
  ];
  return { block: `${lines.join("\n")}\n`, banner: message === undefined ? undefined : `${message}\n` };
}
