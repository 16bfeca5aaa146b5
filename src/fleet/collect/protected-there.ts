/**
 * Whom root of another host protects: its /etc/sshctl/protected, sent by a few lines of shell before a recording. A host can protect
 * whomever it likes: that ends nobody's session.
 */
import { parseProtected, type ProtectedEntry } from "../../system/protected/parse-protected.ts";
import { protectedPath } from "../../system/protected/read-protected.ts";

/** What came of it. */
export type ProtectedThere = ProtectedLinesThere | { kind: "unknown"; why: string };

export interface ProtectedLinesThere {
  kind: "lines";
  entries: readonly ProtectedEntry[];
  /** The gids of groups that are named in it. */
  gidOf: ReadonlyMap<string, number>;
  /** The gids that belong to each uid that runs something; none where no group is named. */
  gidsOf: ReadonlyMap<number, ReadonlySet<number>>;
}

/** Larger is refused, as on this machine. */
const mostBytes = 262_144;

/** Is called with a nonce. Accounts may come from a directory that is slow. */
export const protectedScript = `sshctl_protected() {
  PATH=/usr/sbin:/usr/bin:/sbin:/bin
  LC_ALL=C
  export PATH LC_ALL
  file=${protectedPath}
  printf 'protected\\t%s\\n' "$1"
  if [ -e "$file" ] || [ -L "$file" ]; then
    for path in /etc "\${file%/*}" "$file"; do
      ls -ldn "$path" | {
        read -r mode links owner rest
        printf 'owner\\t%s\\t%s\\n' "$mode" "$owner"
      }
    done
    if [ -f "$file" ] && [ ! -L "$file" ] && [ -r "$file" ]; then
      head -c ${String(mostBytes + 1)} "$file" | sed 's/^/line\t/'
      echo
      sshctl_groups
    else echo unreadable
    fi
  fi
  printf 'unprotected\\t%s\\n' "$1"
}
sshctl_groups() {
  sed -n 's/^[[:space:]]*%\\([A-Za-z0-9._-]*\\).*/\\1/p' "$file" | head -n 100 | {
    any=
    while read -r group; do
      any=1
      printf 'group\\t%s\\t%s\\n' "$group" "$({ getent group -- "$group" || grep "^$group:" /etc/group; } 2>/dev/null | cut -d: -f3 | head -n 1)"
    done
    [ -z "$any" ] || ls -ldn /proc/[0-9]* 2>/dev/null | while read -r mode links owner rest; do echo "$owner"; done | sort -u | head -n 1000 |
      while read -r uid; do
        name=$({ getent passwd -- "$uid" || grep "^[^:]*:[^:]*:$uid:" /etc/passwd; } 2>/dev/null | cut -d: -f1 | head -n 1)
        printf 'gids\\t%s\\t%s\\n' "$uid" "$([ -z "$name" ] || id -G "$name" 2>/dev/null)"
      done
  }
}
`;

export function findProtectedThere(stdout: Buffer, nonce: string): ProtectedThere {
  const begin = stdout.indexOf(`protected\t${nonce}\n`);
  const end = stdout.indexOf(`\nunprotected\t${nonce}\n`, Math.max(0, begin));
  if (begin < 0 || end < 0) return { kind: "unknown", why: "the host has not said whom it protects" };
  const rows = stdout.toString("utf8", begin, end).split("\n").slice(1);
  const valuesOf = (name: string) =>
    rows.flatMap((row) => (row.startsWith(`${name}\t`) ? [row.slice(name.length + 1)] : []));
  const owners = valuesOf("owner");
  if (owners.length === 0) return { kind: "lines", entries: [], gidOf: new Map(), gidsOf: new Map() };
  if (rows.includes("unreadable")) return { kind: "unknown", why: `${protectedPath} there cannot be read` };
  if (!owners.every(isOnlyRoots))
    return { kind: "unknown", why: `${protectedPath} there can be written by others than root` };
  const text = valuesOf("line").join("\n");
  if (Buffer.byteLength(text) > mostBytes) return { kind: "unknown", why: `${protectedPath} there is too large` };
  const lines = parseProtected(text);
  if ("bad" in lines)
    return { kind: "unknown", why: `line ${String(lines.bad.line)} of ${protectedPath} there protects nobody` };
  return { kind: "lines", entries: lines.entries, ...groupsIn(valuesOf("group"), valuesOf("gids")) };
}

/** "-rw-r--r--\t0": ls(1) in the C locale. */
function isOnlyRoots(row: string): boolean {
  return /^[-d].{4}[^w].{2}[^w].\S*\t0$/.test(row);
}

function groupsIn(groups: readonly string[], gids: readonly string[]): Pick<ProtectedLinesThere, "gidOf" | "gidsOf"> {
  const numbers = (text: string) => text.split(" ").flatMap((word) => (/^\d{1,10}$/.test(word) ? Number(word) : []));
  const pairs = (rows: readonly string[]) => rows.map((row) => row.split("\t"));
  return {
    gidOf: new Map(pairs(groups).flatMap(([name = "", gid = ""]) => numbers(gid).map((each) => [name, each] as const))),
    gidsOf: new Map(
      pairs(gids).flatMap(([uid = "", all = ""]) => numbers(uid).map((each) => [each, new Set(numbers(all))] as const)),
    ),
  };
}

/** Whether somebody there belongs to a group; also where that is not known. */
export function isInGroupThere({ gidOf, gidsOf }: ProtectedLinesThere, uid: number, group: string): boolean {
  const gid = /^\d+$/.test(group) ? Number(group) : gidOf.get(group);
  if (gid === undefined) return false;
  return gidsOf.get(uid)?.has(gid) ?? true;
}
