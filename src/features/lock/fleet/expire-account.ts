/**
 * The one lock that needs no sshctl on a host: a local account expires, by chage(1). Nothing proves it: whether sshd asks PAM there, and PAM
 * pam_unix, no few lines of shell can tell. So it is never called a lock, and what the field of shadow(5) held before is told.
 */
import type { Elevation } from "../../../fleet/collect/command.ts";
import { asRoot, elevationOn } from "../../../fleet/collect/command.ts";
import type { Job, JobEnd } from "../../../fleet/engine/engine.ts";
import type { FleetHost } from "../../../fleet/names/fleet-host.ts";
import { quoteWord } from "../../../domain/command-line.ts";
import { lockedDay } from "../../../system/locks/record.ts";

/** Of one account on one host. */
export type Expiry =
  /** The day of shadow(5) before and, if it was to be set, after; undefined where the field is empty. */
  | { kind: "local"; before: number | undefined; after: number | undefined; isSet: boolean }
  | { kind: "absent" }
  /** It is of a directory, which is not a matter of this host. */
  | { kind: "directory" }
  | { kind: "refused"; text: string }
  | { kind: "unanswered" };

/** Those that no program there takes for anything but a name. */
export function isPlainName(name: string): boolean {
  return /^[a-z_][\w.-]{0,31}$/i.test(name);
}

/** sudo alone runs nothing but what is installed there. */
export function mayExpire(host: FleetHost, elevation: Elevation): boolean {
  return elevationOn(host, elevation) !== "sudo";
}

/** @param records - what the log of the host gets for each account, in one line; undefined for a look. */
export function expiryJob(
  host: FleetHost,
  nonce: string,
  users: readonly string[],
  elevation: Elevation,
  records?: readonly string[],
): Job {
  const calls = users.map((user, index) => {
    const words = [nonceOf(nonce, index), user, String(lockedDay), ...[records?.[index] ?? []].flat()];
    return `sshctl_expire ${words.map(quoteWord).join(" ")} </dev/null\n`;
  });
  const command = elevationOn(host, elevation) === "sudo-shell" ? `${asRoot} sh -s` : "sh -s";
  return { host, command, input: script + calls.join("") };
}

function nonceOf(nonce: string, index: number): string {
  return nonce + String(index);
}

/** awk takes the name from the environment, because it would read backslashes in a variable. */
const script = `sshctl_expire() {
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  LC_ALL=C
  nonce=$1 account=$2 day=$3
  export PATH LC_ALL account
  uid=$(awk -F: '$1 == ENVIRON["account"] { print $3; exit }' /etc/passwd)
  expiry() { awk -F: '$1 == ENVIRON["account"] { print "day" $8; exit }' /etc/shadow; }
  printf 'expiry\\t%s\\n' "$nonce"
  if [ "$(id -u)" != 0 ]; then echo 'refused	root is needed there'
  elif [ -z "$uid" ]; then
    if getent passwd "$account" >/dev/null 2>&1; then echo directory; else echo absent; fi
  elif [ "$uid" -eq 0 ]; then echo 'refused	uid 0 is never locked'
  elif [ "$account" = "\${SUDO_USER-}" ] || [ "$account" = "\${DOAS_USER-}" ]; then echo 'refused	it is the account that logs in there'
  elif [ -e /etc/sshctl/protected ]; then echo 'refused	only sshctl can tell whom /etc/sshctl/protected means there'
  elif ! command -v chage >/dev/null; then echo 'refused	there is no chage'
  elif [ -z "$(expiry)" ]; then echo 'refused	it has no line in shadow'
  else
    printf 'before\\t%s\\n' "$(expiry)"
    if [ $# -gt 3 ]; then
      chage -E "$day" -- "$account" >/dev/null 2>&1
      printf 'after\\t%s\\n' "$(expiry)"
      [ "$(expiry)" = "day$day" ] && logger -t sshctl -p auth.notice -- "$4" 2>/dev/null
    fi
  fi
  printf 'end\\t%s\\n' "$nonce"
}
`;

/** @param index - of the account. */
export function readExpiry(end: JobEnd, jobNonce: string, index: number): Expiry {
  if (end.kind !== "ended") return { kind: "unanswered" };
  const nonce = nonceOf(jobNonce, index);
  const text = end.stdout.subarray(-longest).toString("latin1");
  const start = text.indexOf(`expiry\t${nonce}\n`);
  const last = text.indexOf(`\nend\t${nonce}\n`, start);
  if (start < 0 || last < 0) return { kind: "unanswered" };
  const rows = new Map(
    text
      .slice(start, last)
      .split("\n")
      .map((line): [string, string] => [line.split("\t")[0] ?? "", line.split("\t")[1] ?? ""]),
  );
  const [before, after, refused] = [rows.get("before"), rows.get("after"), rows.get("refused")];
  if (before !== undefined)
    return { kind: "local", before: dayIn(before), after: dayIn(after), isSet: after !== undefined };
  if (refused !== undefined) return { kind: "refused", text: refused.slice(0, 200) };
  if (rows.has("directory")) return { kind: "directory" };
  return rows.has("absent") ? { kind: "absent" } : { kind: "unanswered" };
}

const longest = 16 << 10;

function dayIn(text: string | undefined): number | undefined {
  const [, digits] = /^day(\d{1,9})$/.exec(text ?? "") ?? [];
  return digits === undefined ? undefined : Number(digits);
}
