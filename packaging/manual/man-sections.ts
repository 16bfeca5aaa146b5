/** What the manual page says beside the commands. */
import { exitMeanings } from "../../src/cli/exit-meanings.ts";

export const description = [
  "sshctl tells who is connected to this server over SSH, from where, with which process and key, and what runs there, and ends exactly the right session. One row is one SSH connection, however many shells it carries.",
  "The rows come from the kernel (/proc), not from who(1), w(1) or log files: commands without a terminal, file transfers and tunnels are among them, too. What could not be seen is said on standard error.",
];

interface Section {
  title: string;
  texts: readonly string[];
  items: readonly (readonly [term: string, text: string])[];
}

export const closingSections: readonly Section[] = [
  {
    title: "EXIT STATUS",
    texts: [],
    items: [...exitMeanings, ["128+n", "ended by signal n"]],
  },
  {
    title: "ENVIRONMENT",
    texts: [],
    items: [
      ["NO_COLOR", "If it is not empty, there is no colour unless --color asks for it."],
      ["FORCE_COLOR", "If it is not empty, there is colour without a terminal, too; 0 or false: none."],
      ["TERM", "If it is dumb, there is no colour and no live screen."],
      ["LC_ALL, LC_CTYPE, LANG", "Whether the live screen may show more than ASCII."],
      ["TZ", "The time zone in which tables show times. Formats for programs use UTC."],
    ],
  },
  {
    title: "FILES",
    texts: [
      "Written only by timeout set, timeout unset, keys revoke, lock and unlock, which tell what they change and how to undo it, and by undo.",
    ],
    items: [
      ["/etc/profile.d/sshctl-timeout.sh", "The limit of shells for everybody."],
      ["/etc/ssh/sshd_config.d/00-0-sshctl-timeout.conf", "The limits that sshd keeps."],
      ["/etc/ssh/sshd_config.d/00-0-sshctl-lock.conf", "Accounts that are locked by DenyUsers."],
      ["/etc/ssh/sshd_config.d/00-0-sshctl-revoked-keys.conf", "Names /etc/ssh/sshctl_revoked_keys, by keys revoke."],
      ["/var/lib/sshctl/locks", "Which accounts are locked, for sshctl locks and sshctl unlock."],
      ["/var/lib/sshctl/changes", "Records of root's changes, for sshctl changes and sshctl undo."],
      ["~/.local/state/sshctl/changes", "The same of an ordinary user."],
      ["/run/sshctl.lock", "Held while files of the system are changed."],
    ],
  },
  {
    title: "PERMISSIONS",
    texts: [
      "Root sees everything. An ordinary user sees rows, users, terminals and commands, but no forwards and no keys, and addresses only of own sessions that run something; and can end own sessions only.",
      "Names, titles and commands that users can choose are shown with control characters and invisible characters escaped. They never decide which process is signalled.",
    ],
    items: [],
  },
  {
    title: "SEE ALSO",
    texts: ["sshd(8), sshd_config(5), ss(8), ps(1), who(1), loginctl(1), kill(1), journalctl(1)"],
    items: [],
  },
];
