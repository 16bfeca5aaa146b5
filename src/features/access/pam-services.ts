/** What else asks PAM whether an account may go on, and what it would be told: only files are read, and nothing is run. */
import type { Machine } from "../../host/host.ts";
import { isPresent } from "../../host/files/files.ts";
import { localAccounts, type Account } from "../../system/accounts.ts";
import { dayOf, type ShadowEntry } from "../../system/shadow.ts";
import { judgePam, saysExpired } from "./judge-pam.ts";

/** Services that let an account do something, by their files in pam.d: Debian's names and Red Hat's. */
const services =
  "cron crond atd su su-l sudo sudo-i login systemd-user cockpit dovecot imap pop3 smtp vsftpd proftpd xrdp-sesman gdm-password lightdm sddm".split(
    " ",
  );

export interface OtherServices {
  /** Those that refuse the account because it has expired. */
  refusing: readonly string[];
  /** Those that do not, or of which it is not known. */
  others: readonly string[];
}

/** @param shadow - what shadow(5) would say. */
export function judgeServices(
  account: Account,
  shadow: ShadowEntry,
  host: Pick<Machine, "files" | "now">,
): OtherServices {
  const isLocal = localAccounts(host).some(({ name }) => name === account.name);
  const user = { account, isLocal, isShadowed: isLocal, shadow, today: dayOf(host.now()) };
  const present = services.filter((name) =>
    ["/etc/pam.d", "/usr/lib/pam.d"].some((folder) => isPresent(host.files.facts(`${folder}/${name}`))),
  );
  const refusing = present.filter((name) => {
    const { answer, text } = judgePam(name, "account", user, host.files);
    return answer === "no" && saysExpired(text);
  });
  return { refusing, others: present.filter((name) => !refusing.includes(name)) };
}
