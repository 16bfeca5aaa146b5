/** What SSH servers say of whoever did not get in. */
import { canonicalAddress } from "./address.ts";
import { decodeVis } from "./title.ts";

/** All that a line tells; undefined where it does not. */
export interface AttemptMessage {
  /**
   * failed: a method failed. left: the connection ended, or was ended, before a login. refused: the server did not even listen to
   * it (MaxStartups, PerSourcePenalties).
   */
  outcome: "failed" | "left" | "refused";
  /** Undefined where the line does not tell it. */
  address: string | undefined;
  /** What was typed: any text. */
  user: string | undefined;
  /** sshd calls a name invalid that no account has, or that may not log in by its rules. */
  isInvalid: boolean;
  /** "password", "publickey", "keyboard-interactive". */
  method: string | undefined;
  /** The connection process, where another one speaks of it. */
  pid: number | undefined;
}

/** What a line tells of one connection. */
export interface AttemptLine {
  message: AttemptMessage | { outcome: "accepted"; address: string; user: string };
  /** The connection process, within one boot or file. */
  connection: string;
  /** Milliseconds since the epoch. */
  timeMs: number;
  /** Whether nobody but a server can have written it. */
  isVerified: boolean;
}

type Groups = Readonly<Record<string, string | undefined>>;

/** What a form means; everything else of the message is in the groups of its expression: user, invalid, address, method. */
interface Form {
  /** What the message begins with, so that most forms are not even tried. */
  begin: string;
  form: RegExp;
  outcome: AttemptMessage["outcome"];
  /** Where the message does not name it. */
  method?: string;
}

const peer = String.raw`(?<address>\S+) port \d{1,5}`;
const somebody = String.raw`(?:(?<invalid>invalid user) |authenticating user )(?<user>.*)`;
const preauth = String.raw`(?: \[preauth\])?$`;

/**
 * Names are any text, and what a name pretends to say stands before what sshd says: so the last address counts. In OpenSSH: auth_log() and
 * auth_maxtries_exceeded() in auth.c, sshpam_query() in auth-pam.c, sshpkt_vfatal() and ssh_packet_read_poll_seqnr() in packet.c, kex.c,
 * grace_alarm_handler() and drop_connection() in sshd.c. In dropbear: svr-authpasswd.c, svr-auth.c, svr-session.c.
 */
const forms: readonly Form[] = [
  {
    begin: "Failed ",
    form: new RegExp(
      String.raw`^Failed (?<method>\S+) for (?<invalid>invalid user )?(?<user>.*) from ${peer} ssh2(?:: .*)?$`,
      "s",
    ),
    outcome: "failed",
  },
  {
    begin: "error: PAM: ",
    form: /^error: PAM: .*? for (?<invalid>illegal user )?(?<user>.*) from (?<address>\S+)$/s,
    outcome: "failed",
    method: "keyboard-interactive",
  },
  {
    begin: "error: maximum ",
    form: new RegExp(
      String.raw`^error: maximum authentication attempts exceeded for (?<invalid>invalid user )?(?<user>.*) from ${peer} ssh2${preauth}`,
      "s",
    ),
    outcome: "left",
  },
  {
    begin: "Connection ",
    form: new RegExp(String.raw`^Connection (?:closed|reset) by ${somebody} ${peer} \[preauth\]$`, "s"),
    outcome: "left",
  },
  {
    begin: "Connection ",
    form: new RegExp(String.raw`^Connection (?:closed|reset) by ${peer} \[preauth\]$`),
    outcome: "left",
  },
  {
    begin: "Disconnected ",
    form: new RegExp(String.raw`^Disconnected from ${somebody} ${peer} \[preauth\]$`, "s"),
    outcome: "left",
  },
  { begin: "Disconnected ", form: new RegExp(String.raw`^Disconnected from ${peer} \[preauth\]$`), outcome: "left" },
  {
    begin: "Timeout before ",
    form: /^Timeout before authentication for connection from (?<address>\S+) to \S+, pid = (?<pid>\d+)$/,
    outcome: "left",
  },
  {
    begin: "fatal: Timeout ",
    form: new RegExp(String.raw`^fatal: Timeout before authentication for ${peer}$`),
    outcome: "left",
  },
  {
    begin: "Did not ",
    form: new RegExp(String.raw`^Did not receive identification string from ${peer}$`),
    outcome: "left",
  },
  {
    begin: "Bad protocol ",
    form: new RegExp(String.raw`^Bad protocol version identification .* from ${peer}$`, "s"),
    outcome: "left",
  },
  {
    begin: "banner exchange",
    form: new RegExp(String.raw`^banner exchange: Connection from ${peer}: `),
    outcome: "left",
  },
  { begin: "Unable to ", form: new RegExp(String.raw`^Unable to negotiate with ${peer}: `), outcome: "left" },
  {
    begin: "fatal: Access denied ",
    form: /^fatal: Access denied for user (?<user>.*) by PAM account configuration(?: \[preauth\])?$/s,
    outcome: "failed",
    method: "refused by PAM",
  },
  {
    begin: "drop connection",
    form: /^drop connection #\d+ from \[(?<address>[^\]\s]+)\]:\d+ on \[/,
    outcome: "refused",
  },
  {
    begin: "Bad ",
    form: /^Bad (?:PAM )?(?<method>password) attempt for '(?<user>.*)' from (?<address>\S+):\d{1,5}$/s,
    outcome: "failed",
  },
  {
    begin: "Login attempt ",
    form: /^Login attempt for (?<invalid>nonexistent) user from (?<address>\S+):\d{1,5}$/,
    outcome: "failed",
  },
  {
    begin: "Exit before ",
    form: /^Exit before auth from <(?<address>\S+):\d{1,5}>: (?:\(user '(?<user>.*)', \d+ fails\): )?/s,
    outcome: "left",
  },
];

/** What lines begin with that tell of an attempt. */
export const attemptBeginnings: readonly string[] = [...new Set(forms.map(({ begin }) => begin))];

/** @returns undefined for every other message. */
export function parseAttemptMessage(message: string): AttemptMessage | undefined {
  for (const { begin, form, outcome, method } of forms) {
    const groups = message.startsWith(begin) ? form.exec(message)?.groups : undefined;
    if (groups !== undefined) return attemptOf(groups, outcome, method);
  }
  return undefined;
}

function attemptOf(groups: Groups, outcome: Form["outcome"], method: Form["method"]): AttemptMessage | undefined {
  const told = groups["address"];
  const address = told === undefined ? undefined : canonicalAddress(told.replace(/^\[|\]$/g, ""));
  if (told !== undefined && address === undefined) return undefined;
  const user = groups["user"];
  return {
    outcome,
    address,
    user: user === undefined || user === "" ? undefined : decodeVis(user),
    isInvalid: groups["invalid"] !== undefined,
    method: method ?? methodName(groups["method"]),
    pid: groups["pid"] === undefined ? undefined : Number(groups["pid"]),
  };
}

/** "keyboard-interactive/pam" is one of the devices of one method. */
function methodName(text: string | undefined): string | undefined {
  return text?.replace(/\/.*$/s, "");
}
