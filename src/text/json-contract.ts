/**
 * The JSON that sshctl writes, as docs/schemas describes it. Made by "npm run docs": change the schema, not this file.
 */
/**
 * ISO 8601 in UTC with milliseconds: 2026-11-23T09:00:00.000Z.
 */
export type TimeJson = string;
/**
 * yes, no, or unknown: only PAM, a directory, or where the connection comes from can tell.
 */
export type AccessAnswerJson = "yes" | "no" | "unknown";
/**
 * proven: done, and another look has shown it. nothing: there was nothing to do. refused: refused before anything was done. not-done: tried, and not all of it is done. undecided: it may be done, and nobody could look. lost: it did not answer, and nothing was done there. not-tried.
 */
export type CaseOutcomeJson = "proven" | "nothing" | "refused" | "not-done" | "undecided" | "lost" | "not-tried";
/**
 * In hexadecimal.
 */
export type Sha256Json = string;
/**
 * In the PID namespace of sshctl.
 */
export type PidJson = number;
/**
 * The program that serves the connection.
 */
export type ServerJson = "openssh" | "dropbear";
/**
 * Zero or more.
 */
export type CountJson = number;
/**
 * remote-listener: a port or path here for the other side (-R). remote: one connection to such a port. local: one connection that this machine opens for the other side (-L, -D). x11-listener, x11: a display and one connection to it. agent: the socket of a forwarded agent. Which of the fields there are depends on the kind.
 */
export type ForwardJson = {
  /**
   * What is forwarded, and in which direction.
   */
  kind: "remote-listener" | "remote" | "local" | "x11-listener" | "x11" | "agent";
  listen?: EndpointJson;
  /**
   * Of agent, and of remote-listener where it is no port.
   */
  path?: string;
  peer?: EndpointJson;
  from?: EndpointJson;
  to?: EndpointJson;
} & ForwardJson1;
export type ForwardJson1 =
  | {
      kind?: "remote-listener" | "x11-listener";
    }
  | {
      kind?: "remote-listener" | "agent";
    }
  | {
      kind?: "remote" | "x11";
    }
  | {
      kind?: "local";
    };
/**
 * With all fields of a session.
 */
export type FleetSessionJson = SessionJson & {
  /**
   * The name of an element of hosts.
   */
  host: string;
};
/**
 * What it has answered, or why it has not.
 */
export type FleetAccessHostJson = FleetAskedHostJson & {
  /**
   * The document of that host; null without an answer, and where the host has no such account.
   */
  access: AccessDocument | null;
};
/**
 * With all fields of a connection.
 */
export type FleetPastConnectionJson = PastConnectionJson & {
  /**
   * The name of an element of hosts.
   */
  host: string;
};
/**
 * With all fields of a count of attempts.
 */
export type FleetAttemptCountJson = AttemptCountJson & {
  /**
   * The name of an element of hosts; null where they are counted over all of them.
   */
  host: string | null;
};
/**
 * With all fields of a key.
 */
export type FleetKeyJson = ListedKeyJson & {
  /**
   * The name of an element of hosts.
   */
  host: string;
};
/**
 * With all fields of a finding.
 */
export type FleetFindingJson = KeyFindingJson & {
  /**
   * The name of an element of hosts.
   */
  host: string;
};
/**
 * What it has answered, or why it has not.
 */
export type FleetLocksHostJson = FleetAskedHostJson & {
  /**
   * The document of that host; null without an answer.
   */
  locks: LocksDocument | null;
};
/**
 * What it has answered, or why it has not.
 */
export type FleetTimeoutHostJson = FleetAskedHostJson & {
  /**
   * The document of that host; null without an answer, and where the host has no such account.
   */
  timeout: TimeoutDocument | null;
};
/**
 * A connection, with the machine that it was on.
 */
export type PastLineJson = PastConnectionJson & {
  /**
   * What the machine calls itself.
   */
  host: string;
};
/**
 * A session, with the machine that it is on.
 */
export type LineJson = SessionJson & {
  /**
   * What the machine calls itself.
   */
  host: string;
};

/**
 * Whether an account can log in over SSH, how, and if not, why. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface AccessDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.access/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  takenAt: TimeJson;
  /**
   * Whose logins these are.
   */
  user: string;
  /**
   * Of the account.
   */
  uid: number;
  /**
   * Other local accounts with the same uid, which may log in by ways of their own.
   */
  otherNames: string[];
  /**
   * The address that was asked about; null for a connection from this machine.
   */
  from: string | null;
  answer: AccessAnswerJson;
  /**
   * One for each SSH server, or for each of its ports where the configuration tells them apart.
   */
  servers: AccessServerJson[];
  /**
   * Programs beside SSH servers that may let the account in.
   *
   * Items: A program that runs.
   */
  otherDoors: {
    /**
     * Of the process.
     */
    name: string;
    /**
     * In the PID namespace of sshctl.
     */
    pid: number | null;
    /**
     * What it is, for people.
     */
    text: string;
  }[];
  /**
   * The first of the locks; null where there is none.
   */
  lock: AccessLockJson | null;
  /**
   * Those that sshctl has put on the account: that of the account before that of everyone. An account may have both, and is open only without either.
   */
  locks: AccessLockJson[];
  /**
   * What else has to be known, for people.
   */
  notes: string[];
}
/**
 * What one SSH server makes of the account.
 */
export interface AccessServerJson {
  /**
   * As messages call it.
   */
  name: string;
  /**
   * The program that serves.
   */
  kind: "openssh" | "dropbear";
  answer: AccessAnswerJson;
  /**
   * Why, in the fewest words, for people.
   */
  because: string;
  /**
   * What is asked before anybody is in, in that order.
   *
   * Items: One thing that could be in the way.
   */
  checks: {
    /**
     * configuration: whether sshd tells its settings, and they are those of its files. connection: RefuseConnection, TCP wrappers, penalties. account: expiry, and without PAM a locked password. shell: the login shell. rules: Allow and Deny lines. root: PermitRootLogin. pam: PAM's account phase. nologin: /etc/nologin, without PAM. session: what a login is good for; its answer is always yes.
     */
    topic: "configuration" | "connection" | "account" | "shell" | "rules" | "root" | "pam" | "nologin" | "session";
    answer: AccessAnswerJson;
    /**
     * For people.
     */
    text: string;
    /**
     * Of files that say so.
     */
    places: AccessPlaceJson[];
    /**
     * By which it may be otherwise for a connection from elsewhere.
     */
    depends: AccessPlaceJson[];
  }[];
  /**
   * How the account can prove who it is.
   *
   * Items: One method of authentication.
   */
  ways: {
    /**
     * As sshd calls it.
     */
    method: "publickey" | "password" | "keyboard-interactive" | "hostbased" | "gssapi-with-mic";
    answer: AccessAnswerJson;
    /**
     * For people.
     */
    text: string;
    /**
     * Of files that say so.
     */
    places: AccessPlaceJson[];
    /**
     * By which it may be otherwise for a connection from elsewhere.
     */
    depends: AccessPlaceJson[];
  }[];
}
/**
 * A line of a file.
 */
export interface AccessPlaceJson {
  /**
   * Of the file.
   */
  path: string;
  /**
   * Counted from 1.
   */
  line: number;
}
/**
 * By which sshctl keeps the account out. Whether it holds, the answers of the servers say.
 */
export interface AccessLockJson {
  /**
   * The same as in sshctl locks, in sshctl changes and in the records of acts.
   */
  id: string;
  /**
   * Who did it.
   */
  by: string;
  at: TimeJson;
  /**
   * As given by --reason; null where there was none.
   */
  reason: string | null;
  /**
   * Whether it is a lock of everyone that does not leave the account out; otherwise it is of the account alone.
   */
  everyone: boolean;
  /**
   * When it ends by itself; null where it does not.
   */
  until: string | null;
  /**
   * The account is open until then, and locked again; null where it is not open.
   */
  openUntil: string | null;
}
/**
 * One decision about many hosts, and how far it is carried out. The same for every command that acts with --on. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface CaseDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.case/1";
  /**
   * Of the act that began it; the same in its records.
   */
  id: string;
  /**
   * Such as kill-all.
   */
  command: string;
  /**
   * The command line, but for what says which hosts are meant and how they are reached: a later run has to be about the same.
   */
  decision: string;
  /**
   * Whether nothing was done.
   */
  dryRun: boolean;
  startedAt: TimeJson;
  /**
   * Who decided it.
   */
  caller: string;
  /**
   * What the machine calls itself on which it was decided.
   */
  callerHost: string;
  /**
   * As given by --reason; null where there was none.
   */
  reason: string | null;
  /**
   * Every host is proven, or there was nothing to do.
   */
  complete: boolean;
  /**
   * The command line that tries what is left; null where nothing is left, and in a dry run.
   */
  again: string | null;
  /**
   * Each command that has worked on it, the first one first.
   */
  runs: CaseRunJson[];
  /**
   * By name.
   */
  hosts: CaseHostJson[];
}
/**
 * One command.
 */
export interface CaseRunJson {
  /**
   * The same in its records.
   */
  id: string;
  /**
   * As it can be typed.
   */
  command: string;
  startedAt: TimeJson;
  /**
   * Null where it has not come to its end, or not yet.
   */
  endedAt: TimeJson | null;
}
/**
 * What became of it.
 */
export interface CaseHostJson {
  /**
   * As the command line or the inventory has it.
   */
  name: string;
  outcome: CaseOutcomeJson;
  /**
   * As in the documents of list --on; null where it has.
   */
  code: string | null;
  /**
   * Its wording may change, and the host may have chosen a part of it.
   */
  message: string;
  at: TimeJson;
  /**
   * The id of the run that brought it about.
   */
  run: string;
  /**
   * In the order in which they were planned.
   */
  items: CaseItemJson[];
}
/**
 * A session, an account, the file of a key.
 */
export interface CaseItemJson {
  /**
   * Of a session, as in its documents; null where it has none.
   */
  id: string | null;
  /**
   * For people.
   */
  what: string;
  outcome: CaseOutcomeJson;
  /**
   * For people.
   */
  message: string;
}
/**
 * What one command did to files, and all that is needed to undo it. Root's are in /var/lib/sshctl/changes, those of an ordinary user in $XDG_STATE_HOME/sshctl/changes, by default ~/.local/state/sshctl/changes. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface ChangeDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.change/1";
  /**
   * The time when it began, in UTC, and four letters or digits. Sorts by time.
   */
  id: string;
  /**
   * planned: it was cut off in the middle, and any of the files may be changed. done: all are. not-put-back: it failed, and at least one file could not be put back. undone: all are as before. A change that failed and was put back leaves no record.
   */
  state: "planned" | "done" | "not-put-back" | "undone";
  /**
   * Asks for the same change.
   */
  command: string;
  /**
   * As given by --reason; null where there was none.
   */
  reason: string | null;
  caller: CallerJson;
  startedAt: TimeJson;
  /**
   * When it came to its state; null while it is planned.
   */
  endedAt: string | null;
  /**
   * The id of the undo, the same as in its record in the system log; null while the change is not undone.
   */
  undoneBy: string | null;
  /**
   * Names of accounts that it has locked. Such a change names no files, and undoing it is unlocking them.
   */
  accounts: string[];
  /**
   * In the order in which they are changed. They are undone in the reverse order.
   *
   * Items: Before and after.
   */
  files: {
    /**
     * Absolute.
     */
    path: string;
    /**
     * With whose rights it is changed.
     */
    uid: number;
    /**
     * The primary group of that user.
     */
    gid: number;
    /**
     * null where the change made the file.
     */
    before: {
      sha256: Sha256Json;
      /**
       * Permissions, as a number.
       */
      mode: number;
      /**
       * Group of the file.
       */
      gid: number;
      /**
       * The name of the file beside this record that holds the bytes.
       */
      backup: string;
    } | null;
    /**
     * null where the change removed the file.
     */
    after: {
      sha256: Sha256Json;
    } | null;
    /**
     * Where the old file is kept beside the new one; null where it is not.
     */
    copy: string | null;
    /**
     * restore: write the back-up. remove: remove the file. Either only while the file holds what the change wrote.
     */
    undo: "restore" | "remove";
  }[];
  /**
   * Who has to read the files again, after the change and after its undoing. none: nobody. sshd: the SSH server.
   */
  activation: "none" | "sshd";
}
/**
 * Who ran the command.
 */
export interface CallerJson {
  /**
   * The real uid of the process.
   */
  uid: number;
  /**
   * The name; null where none is known.
   */
  user: string | null;
  /**
   * Who logged in to become that, as the kernel keeps it through sudo and su; null where that is the same or nobody.
   */
  loginUid: number | null;
  /**
   * The name to it.
   */
  loginUser: string | null;
}
/**
 * What sshctl has changed in files, and the command that undoes each change. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface ChangesDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.changes/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  takenAt: TimeJson;
  /**
   * Where the records are: root's, or those of the user who runs sshctl.
   */
  folder: string;
  /**
   * The newest first.
   *
   * Items: As its record has it.
   */
  changes: {
    /**
     * The time when it began, in UTC, and four letters or digits. Sorts by time.
     */
    id: string;
    /**
     * planned: it was interrupted, or is running; any of its files may be changed. done: all are. not-put-back: it failed, and at least one file could not be put back. undone: all are as before.
     */
    state: "planned" | "done" | "not-put-back" | "undone";
    /**
     * Asks for the same change.
     */
    command: string;
    /**
     * As given by --reason; null where there was none.
     */
    reason: string | null;
    caller: CallerJson;
    startedAt: TimeJson;
    /**
     * When it came to its state; null while it is planned.
     */
    endedAt: string | null;
    /**
     * Each of its files has been overwritten or removed since, or is as it was before already: nothing is left to undo.
     */
    superseded: boolean;
    /**
     * The id of the undo, the same as in its record in the system log; null while the change is not undone.
     */
    undoneBy: string | null;
    /**
     * Names of accounts that it has locked. Such a change names no files, and undoing it is unlocking them.
     */
    accounts: string[];
    /**
     * In the order in which they were changed.
     *
     * Items: What was done to it.
     */
    files: {
      /**
       * Absolute.
       */
      path: string;
      /**
       * What the change did, or was about to do.
       */
      action: "created" | "changed" | "removed";
    }[];
    /**
     * The command that undoes the change; null where it is undone or superseded.
     */
    undo: string | null;
  }[];
  /**
   * Ids of records that cannot be understood.
   *
   * Items: Of a record.
   */
  damaged: string[];
  /**
   * How many older records were not read.
   */
  older: number;
}
/**
 * How many SSH sessions there are. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface CountDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.count/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  /**
   * ISO 8601 in UTC with milliseconds: 2026-11-23T09:00:00.000Z.
   */
  takenAt: string;
  /**
   * The sum of all groups where there are groups.
   */
  total: number;
  /**
   * The fact given with --by; null without it.
   */
  by: "user" | "from" | "kind" | "phase" | "port" | "server" | "command" | null;
  /**
   * The most frequent value first; null without --by.
   */
  groups:
    | {
        /**
         * As text, also for ports; null for the sessions of which it is not known.
         */
        value: string | null;
        /**
         * At least one.
         */
        count: number;
      }[]
    | null;
  /**
   * A number, of all such connections that could be counted, chosen or not.
   */
  authenticating: number;
  /**
   * A number, chosen or not.
   */
  opening: number;
  /**
   * A number, chosen or not.
   */
  closing: number;
  /**
   * A number; 0 with --containers.
   */
  hidden: number;
  /**
   * Empty: the numbers are complete.
   *
   * Items: Why the report is less than it could be.
   */
  warnings: {
    /**
     * Stable, for programs; there may be new ones.
     */
    code: string;
    /**
     * For people; its wording may change.
     */
    message: string;
  }[];
}
/**
 * What a machine lets sshctl see and do. Within version 1 fields, checks and values are only ever added: readers ignore what they do not know.
 */
export interface DoctorDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.doctor/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  /**
   * When the examination ended, in UTC.
   */
  takenAt: string;
  /**
   * The effective uid under which it was made.
   */
  uid: number;
  /**
   * As sshctl --version tells it.
   */
  version: string;
  /**
   * Of the one that runs sshctl.
   */
  nodeVersion: string;
  /**
   * Whether every check is ok or optional; then the exit code is 0, else 1.
   */
  ok: boolean;
  /**
   * In the order of the table.
   */
  checks: {
    /**
     * Stable. A check that does not apply, such as one that only root can make, is left out.
     */
    id: string;
    /**
     * limited: it is there, and does not tell or do everything; missing: it is not there, or does not work; optional: either of it, of something that few need.
     */
    status: "ok" | "optional" | "limited" | "missing";
    /**
     * May be worded differently in another version.
     */
    says: string;
    /**
     * null where nothing is to be done.
     */
    remedy: string | null;
  }[];
}
/**
 * One event: a line of the stream. Version 1: fields are only ever added.
 */
export interface EventDocument {
  /**
   * Changes only when a field changes its meaning.
   */
  schema: "sshctl.event/1";
  /**
   * The machine's host name.
   */
  host: string;
  time: TimeJson;
  /**
   * snapshot: the beginning of every stream. opened: a session is there that was not. authenticated: somebody has logged in over a connection that had been told of before (--phase any). changed: phase, user, kind or terminals, or whether it is chosen. closed: it is gone, or over and not yet closed by PAM where only open ones were asked for. warning: something that a reader must know. There may be new ones.
   */
  event: "snapshot" | "opened" | "authenticated" | "changed" | "closed" | "warning";
  /**
   * The session that it happened to, as it is after that; of closed as it was last seen. null for snapshot and warning. Where origin is journal, only what the log tells is known, and the second number of id is the time of the login.
   */
  session: SessionJson | null;
  /**
   * Of changed: what it was before. Otherwise null.
   */
  previous: SessionJson | null;
  /**
   * Of changed: the names of the fields. Empty where only selected has changed. Otherwise null.
   */
  changes: ("phase" | "user" | "kind" | "ttys")[] | null;
  /**
   * Of authenticated and changed: whether the session is among those that the options choose. After false nothing more is told of it, unless it is chosen again. Otherwise null.
   */
  selected: boolean | null;
  /**
   * Of closed: seconds from the login to the end. null where the login's time is not known, and for other events.
   */
  durationSeconds: number | null;
  /**
   * Of opened and closed: look, when the processes show it; journal, of a login that came and went between two looks. Otherwise null.
   */
  origin: "look" | "journal" | null;
  /**
   * Of snapshot: the chosen sessions, in no particular order. Otherwise null.
   */
  sessions: SessionJson[] | null;
  /**
   * Of warning: what must be known. Otherwise null.
   */
  warning: WarningJson | null;
}
/**
 * One TCP connection with everything that runs over it. A fact that is not known is null.
 */
export interface SessionJson {
  /**
   * The connection's process and its start: PID, colon, clock ticks since boot. The same for the whole life of the connection, and never given to another one before the machine is restarted. Of a leftover the oldest process.
   */
  id: string;
  pid: PidJson;
  /**
   * PID of the process that stands above the serving one; null where one process does everything.
   */
  monitorPid: PidJson | null;
  server: ServerJson;
  /**
   * authenticating: nobody has logged in yet; whatever concerns a user is null then. opening: a user has, and PAM is still opening the session; nothing runs yet. open: a user is logged in. closing: the session is over, and PAM is still closing it. leftover: there is no connection any more; what the session has started lives on. Only where that was asked for.
   */
  phase: "authenticating" | "opening" | "open" | "closing" | "leftover";
  /**
   * Null when nobody has logged in, or when no account and no title names the uid.
   */
  user: string | null;
  /**
   * As the kernel knows it; null when nobody has logged in or it cannot be seen.
   */
  uid: number | null;
  /**
   * tunnel: it runs nothing. mixed: it runs several things of different kinds. Null when nobody has logged in.
   */
  kind: "shell" | "command" | "sftp" | "scp" | "tunnel" | "mixed" | null;
  /**
   * Without /dev/, such as pts/3. Several where one connection carries several shells, none for a command, a transfer or a tunnel.
   */
  ttys: string[];
  /**
   * Where the connection comes from; null when it cannot be seen (without root) or is not TCP.
   */
  peer: EndpointJson | null;
  /**
   * The address and port that were connected to; null when it cannot be seen (without root) or is not TCP.
   */
  local: EndpointJson | null;
  /**
   * When authentication was completed, or when the connection was accepted where nothing tells the former; null when the machine does not tell when it started.
   */
  startedAt: TimeJson | null;
  /**
   * Whole seconds since somebody last typed on one of the terminals, exact to 8 seconds; null without a terminal.
   */
  idleSeconds: CountJson | null;
  /**
   * Whole seconds since something was last printed on one of the terminals, exact to 8 seconds; null without a terminal.
   */
  quietSeconds: CountJson | null;
  /**
   * Its name; with --full-command also its arguments, which may hold secrets. Null when nothing runs. Of several terminals, that of one on which a command runs: channels has each.
   */
  command: string | null;
  /**
   * The start of the process; null when nothing runs, or when the machine does not tell when it started.
   */
  commandStartedAt: TimeJson | null;
  /**
   * False for a shell at its prompt. Null when it cannot be told, as of sftp, or when nobody has logged in.
   */
  busy: boolean | null;
  /**
   * As loginctl names it; null where there is none.
   */
  logindSession: string | null;
  /**
   * Looked up by show, by list --auth, and whenever a key is asked for; null when it was not looked up, or no log tells.
   */
  auth: AuthJson | null;
  /**
   * Forwarded ports, displays and agents; null when they cannot be seen (without root).
   */
  forwards: ForwardJson[] | null;
  /**
   * Without keepalives and encryption. Null unless it was asked for by list --payload, and where it cannot be read: without root, in a container, for what is not open or not TCP.
   */
  payload: PayloadJson | null;
  /**
   * Each shell, command or transfer that the connection has started, in the order in which they were opened; none over a tunnel.
   */
  channels: ChannelJson[];
  /**
   * By sudo, script or a client of a terminal multiplexer. Null where that cannot be told.
   */
  innerTerminals: InnerTerminalJson[] | null;
  /**
   * Those that descend from the process that serves the user and have root's real uid, as after sudo or su; the first hundred. Empty in a session of root's own; null where that cannot be told (a container's, most of a recording). A process that has detached itself from the session is not among them.
   */
  rootInside:
    | {
        pid: PidJson;
        /**
         * As the kernel has it.
         */
        command: string;
      }[]
    | null;
  /**
   * True for a server in another network or PID namespace. What such a server says of users and terminals holds inside of it.
   */
  container: boolean;
  /**
   * That everything of it is stopped, and may go on again; null where it is not, or where nobody could look: who has frozen it only root learns, and what sshctl has not frozen is looked up only where everything is (show, list -o json).
   */
  frozen: FrozenJson | null;
  /**
   * True for every session that the caller's terminal hangs on; null when that cannot be decided.
   */
  self: boolean | null;
}
/**
 * An address with a port.
 */
export interface EndpointJson {
  /**
   * IPv4 or IPv6 in its canonical form; IPv4 is never written as ::ffff:192.0.2.1.
   */
  address: string;
  /**
   * A number.
   */
  port: number;
}
/**
 * From the record of the login.
 */
export interface AuthJson {
  /**
   * As sshd names it, such as publickey, password or keyboard-interactive/pam; of several factors all that are known, with commas.
   */
  method: string;
  /**
   * Such as ED25519 or RSA-CERT; null without a key.
   */
  keyType: string | null;
  /**
   * Such as SHA256:…; of a certificate that of its key; null without a key.
   */
  fingerprint: string | null;
  /**
   * Of its line in authorized_keys; null where there is none.
   */
  comment: string | null;
  /**
   * What the certificate says; null for a plain key and without a key.
   */
  certificate: CertificateJson | null;
  /**
   * journal, or the path of a log file.
   */
  source: string;
  /**
   * False for a log file that any user of the machine can write to.
   */
  verified: boolean;
}
/**
 * As the log names it.
 */
export interface CertificateJson {
  /**
   * Free text of the authority that signed.
   */
  id: string;
  /**
   * In decimal digits, as text: it may have 64 bits.
   */
  serial: string;
  /**
   * The fingerprint of the key that signed.
   */
  ca: string;
}
/**
 * In the time before the report. Where both numbers are 0, nothing has moved for so many seconds.
 */
export interface PayloadJson {
  /**
   * Seconds, with a fraction.
   */
  seconds: number;
  /**
   * Written on this machine to terminals, programs, files and the targets of forwards.
   */
  fromClientBytes: number;
  /**
   * Read on this machine from the same.
   */
  toClientBytes: number;
}
/**
 * A channel of an SSH connection: a child of the process that serves the user.
 */
export interface ChannelJson {
  /**
   * What runs there.
   */
  kind: "shell" | "command" | "sftp" | "scp";
  /**
   * Null without one, and where it is not certain.
   */
  tty: string | null;
  pid: PidJson;
  /**
   * The start of that process; null when the machine does not tell when it started.
   */
  startedAt: TimeJson | null;
  /**
   * The name of the program; with its arguments if these were asked for.
   */
  command: string;
  /**
   * The start of the process in the foreground; null when the machine does not tell when it started.
   */
  commandStartedAt: TimeJson | null;
  /**
   * False for a shell at its prompt; null when it cannot be told, as of sftp.
   */
  busy: boolean | null;
  /**
   * Whole seconds since somebody last typed on it, exact to 8 seconds; null without one, and where it cannot be seen.
   */
  idleSeconds: CountJson | null;
  /**
   * Whole seconds since something was last printed on it, likewise.
   */
  quietSeconds: CountJson | null;
}
/**
 * The server has not allocated it; something that runs in the session has.
 */
export interface InnerTerminalJson {
  /**
   * Without /dev/.
   */
  tty: string;
  /**
   * The name of the program; null when nothing runs.
   */
  command: string | null;
  /**
   * The start of that process; null when nothing runs, or when the machine does not tell when it started.
   */
  commandStartedAt: TimeJson | null;
  /**
   * Whole seconds since somebody last typed on it, exact to 8 seconds; null without one, and where it cannot be seen.
   */
  idleSeconds: CountJson | null;
  /**
   * Whole seconds since something was last printed on it, likewise.
   */
  quietSeconds: CountJson | null;
}
/**
 * What is known of it.
 */
export interface FrozenJson {
  /**
   * Of the freeze; null where sshctl has not frozen it.
   */
  id: string | null;
  /**
   * Who froze it; null where that is not known.
   */
  by: string | null;
  /**
   * As given by --reason; null where there was none.
   */
  reason: string | null;
  /**
   * Null where that is not known.
   */
  since: TimeJson | null;
  /**
   * When a timer ends it; null where sshctl has set none.
   */
  until: TimeJson | null;
  /**
   * What the timer does; null where sshctl has set none.
   */
  ending: "thaw" | "kill" | null;
  /**
   * Why nobody will thaw it, in words; null where the timer will.
   */
  fault: string | null;
}
/**
 * Why the report is less than it could be.
 */
export interface WarningJson {
  /**
   * Stable, for programs; there may be new ones.
   */
  code: string;
  /**
   * For people; its wording may change.
   */
  message: string;
}
/**
 * What is known of sessions before anything was done to them. Version 1: fields are only ever added. Text that others could choose may hold any character; control characters are always escaped.
 */
export interface EvidenceDocument {
  /**
   * Changes only when a field changes its meaning.
   */
  schema: "sshctl.evidence/1";
  /**
   * The same in the records of the system log (SSHCTL_ID).
   */
  id: string;
  /**
   * What the machine calls itself.
   */
  host: string;
  /**
   * The id of the machine's boot, random(4); null where it cannot be read.
   */
  bootId: string | null;
  /**
   * When the machine was started; null where that is not plausible.
   */
  bootedAt: TimeJson | null;
  /**
   * Its version, as /proc/version tells it; null where it cannot be read.
   */
  kernel: string | null;
  takenAt: TimeJson;
  /**
   * Who ran the command, and who had logged in to become that.
   */
  by: string;
  /**
   * The command that took it.
   */
  command: string;
  /**
   * The text of --reason; null without one.
   */
  reason: string | null;
  /**
   * Those of which evidence was taken.
   *
   * Items: One session.
   */
  sessions: {
    details: SessionDocument;
    /**
     * PIDs of all that belong to it: the server's own, and those that it has started.
     */
    processes: number[];
    /**
     * The lines of its user's files that let its key in.
     *
     * Items: One line.
     */
    authorizedKeys: {
      /**
       * Its path.
       */
      path: string;
      /**
       * Number, from 1 on.
       */
      line: number;
      /**
       * The whole line, with its options.
       */
      text: string;
    }[];
    /**
     * What its processes have written and systemd says of its scope, as journalctl -o json tells it; null where there is none.
     */
    journal: KeptJson | null;
    /**
     * What loginctl show-session says; null where logind does not know it.
     */
    logind: KeptJson | null;
  }[];
  /**
   * What of the users lives on when their sessions are gone.
   *
   * Items: One account.
   */
  accounts: {
    /**
     * Of the account.
     */
    user: string;
    /**
     * Of the account.
     */
    uid: number;
    /**
     * Whether its services run without a login.
     */
    lingers: boolean;
    /**
     * Null where it has none.
     */
    crontab: {
      /**
       * Its path.
       */
      path: string;
      /**
       * Null where it could not be read.
       */
      kept: KeptJson | null;
    } | null;
    /**
     * Those of at(1).
     *
     * Items: One job.
     */
    atJobs: {
      /**
       * Its path.
       */
      path: string;
      /**
       * Null where it could not be read.
       */
      kept: KeptJson | null;
    }[];
  }[];
  /**
   * Of all sessions.
   */
  processes: ProcessEvidenceJson[];
}
/**
 * Everything about one session. Version 1: fields are only ever added.
 */
export interface SessionDocument {
  /**
   * Changes only when a field changes its meaning.
   */
  schema: "sshctl.session/1";
  /**
   * The machine's host name.
   */
  host: string;
  takenAt: TimeJson;
  session: SessionJson;
  /**
   * The lock that sshctl has put on the account, though the session is open; null where it has put none, or nobody could look.
   */
  lock: {
    /**
     * Of the lock.
     */
    id: string;
    /**
     * Who locked.
     */
    by: string;
    /**
     * As given by --reason; null where there was none.
     */
    reason: string | null;
    since: TimeJson;
  } | null;
  /**
   * When the service of the rules ends the session, whose user it has warned; null where it does not, or only root may know. See sshctl policy status.
   */
  ending: {
    /**
     * By its name.
     */
    rule: string;
    at: TimeJson;
  } | null;
  /**
   * The control group of the process that serves the user, from the root of its hierarchy; null where there is none.
   */
  cgroup: string | null;
  /**
   * From the parent of the connection process up to PID 1.
   */
  ancestors: ProcessJson[];
  /**
   * The connection process and everything below it, a parent always before its children.
   */
  processes: ProcessJson[];
  /**
   * What the kernel counts of the connection; null without ss, and for what is not TCP.
   */
  traffic: TrafficJson | null;
  /**
   * What could not be seen or decided, and what is to be known about this session.
   */
  warnings: WarningJson[];
}
/**
 * One process of the tree.
 */
export interface ProcessJson {
  pid: PidJson;
  /**
   * The parent's process ID; 0 where it is outside of what can be seen.
   */
  ppid: number;
  /**
   * The real user ID; null where it cannot be seen.
   */
  uid: number | null;
  /**
   * The name of that user; null where it has none here.
   */
  user: string | null;
  /**
   * The controlling terminal without /dev/; null without one.
   */
  tty: string | null;
  /**
   * The program's name; with --full-command its arguments too.
   */
  command: string;
  /**
   * Where the process accepts TCP connections, as far as that can be seen.
   */
  listens: EndpointJson[];
  /**
   * Runs as root although the session's user is another.
   */
  elevated: boolean;
  /**
   * Lives on when its terminal is gone, as after nohup. Null when it cannot be seen.
   */
  ignoresHangUp: boolean | null;
}
/**
 * Counted by the kernel since the connection was opened.
 */
export interface TrafficJson {
  /**
   * Bytes sent to the other side; null where the kernel does not tell.
   */
  bytesSent: number | null;
  /**
   * Bytes received; null where the kernel does not tell.
   */
  bytesReceived: number | null;
  /**
   * Smoothed round trip time in milliseconds.
   */
  roundTripMs: number | null;
  /**
   * Segments sent again since the connection was opened.
   */
  retransmits: number | null;
  /**
   * Bytes that the other side has not yet confirmed.
   */
  sendQueue: number | null;
}
/**
 * Where it is kept, and what it is.
 */
export interface KeptJson {
  /**
   * Its name, relative to the evidence.
   */
  file: string;
  /**
   * In bytes.
   */
  bytes: number;
  /**
   * Of its bytes, in hexadecimal.
   */
  sha256: string;
}
/**
 * One process, as it was when it was read.
 */
export interface ProcessEvidenceJson {
  /**
   * In the PID namespace of sshctl.
   */
  pid: number;
  /**
   * PID of the parent.
   */
  ppid: number;
  /**
   * Clock ticks between the boot and its start: with the PID its identity.
   */
  startTicks: number;
  /**
   * When it was started; null where the time of the boot is not plausible.
   */
  startedAt: TimeJson | null;
  /**
   * What it calls itself, at most 15 characters.
   */
  name: string;
  /**
   * Controlling terminal without /dev/; null without one.
   */
  tty: string | null;
  /**
   * Real, effective, saved and file system uid; null where they cannot be seen.
   */
  uids: number[] | null;
  /**
   * Real, effective, saved and file system gid; null where they cannot be seen.
   */
  gids: number[] | null;
  /**
   * Supplementary groups; null where they cannot be seen.
   */
  groups: number[] | null;
  /**
   * Who had logged in to become that; null where nobody had, as for services.
   */
  loginUid: number | null;
  /**
   * In the unified hierarchy; null without one.
   */
  cgroup: string | null;
  /**
   * As the kernel tells it; null where it cannot be seen.
   */
  workingDirectory: string | null;
  /**
   * / unless it has another one (chroot); null where it cannot be seen.
   */
  rootDirectory: string | null;
  /**
   * As the kernel names it; null where it cannot be seen.
   */
  network: string | null;
  /**
   * Its arguments; null where it has none or they cannot be seen. All of them are in kept.cmdline.
   */
  commandLine: string[] | null;
  /**
   * What it runs; null for a thread of the kernel's, and where it cannot be seen.
   */
  executable: {
    /**
     * As the kernel tells it.
     */
    path: string;
    /**
     * Whether no path leads to it any more.
     */
    deleted: boolean;
    /**
     * In bytes; null where it could not be read.
     */
    bytes: number | null;
    /**
     * In hexadecimal; null where it could not be read to its end.
     */
    sha256: string | null;
    /**
     * Of one that is deleted; null otherwise, and where it could not be read.
     */
    kept: KeptJson | null;
  } | null;
  /**
   * Its sockets, with their peers.
   *
   * Items: One open socket.
   */
  sockets: {
    /**
     * Number of the open file.
     */
    fd: number;
    /**
     * By which the kernel's tables name it.
     */
    inode: number;
    /**
     * unknown: in none of the kernel's tables that are read, such as a Unix socket that is connected.
     */
    protocol: "tcp" | "udp" | "unix" | "unknown";
    /**
     * Null where it is not one of the Internet.
     */
    local: EndpointJson | null;
    /**
     * The other side; null where it is not connected, or not over the Internet.
     */
    peer: EndpointJson | null;
    /**
     * Whether it accepts connections.
     */
    listens: boolean;
    /**
     * Of a Unix socket that listens; null otherwise.
     */
    path: string | null;
  }[];
  /**
   * Null where they cannot be seen.
   */
  openFiles:
    | {
        /**
         * Its number.
         */
        fd: number;
        /**
         * What it is, as the kernel says: a path, pipe:[4711], socket:[4711].
         */
        link: string;
        /**
         * Where it is read or written next, in bytes; null where that cannot be seen.
         */
        position: number | null;
        /**
         * As for open(2), in octal; null where they cannot be seen.
         */
        flags: string | null;
        /**
         * Whether no path leads to it any more.
         */
        deleted: boolean;
        /**
         * Of a file that is deleted; null otherwise, and where it could not be read.
         */
        kept: KeptJson | null;
      }[]
    | null;
  /**
   * What the kernel says, byte for byte: cmdline, environ, maps, status; with --memory also memory, and memory regions, a table of where each piece was.
   */
  kept: {};
  /**
   * Whether it was still there when all of it was read.
   */
  complete: boolean;
}
/**
 * Every file of the evidence with its hash, who took it, and what is missing. Its own SHA-256 is printed, and stands in the system log. Version 1: fields are only ever added.
 */
export interface EvidenceManifestDocument {
  /**
   * Changes only when a field changes its meaning.
   */
  schema: "sshctl.evidence-manifest/1";
  /**
   * The same in the records of the system log (SSHCTL_ID).
   */
  id: string;
  /**
   * What the machine calls itself.
   */
  host: string;
  /**
   * The id of the machine's boot, random(4); null where it cannot be read.
   */
  bootId: string | null;
  /**
   * When the machine was started; null where that is not plausible.
   */
  bootedAt: TimeJson | null;
  /**
   * Its version, as /proc/version tells it; null where it cannot be read.
   */
  kernel: string | null;
  takenAt: TimeJson;
  /**
   * Who ran the command, and who had logged in to become that.
   */
  by: string;
  /**
   * The command that took it.
   */
  command: string;
  /**
   * The text of --reason; null without one.
   */
  reason: string | null;
  finishedAt: TimeJson;
  /**
   * Of sshctl.
   */
  sshctl: string;
  /**
   * Identities of those of which evidence was taken: PID and start in ticks.
   */
  sessions: string[];
  /**
   * Whether the memory of processes was asked for.
   */
  memory: boolean;
  /**
   * All but this one, in the order in which they were written.
   */
  files: KeptJson[];
  /**
   * What could not be read or was cut, and why.
   */
  gaps: string[];
}
/**
 * The SSH connections to many machines, each at its own moment. Within version 1 fields and values are only ever added: readers ignore what they do not know. A session is identified by its host and its id. With -o ndjson every line is one element of sessions.
 */
export interface FleetDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.fleet/1";
  takenAt: TimeJson;
  /**
   * Those that have answered come first.
   */
  hosts: FleetHostJson[];
  /**
   * In the order that --sort asks for; without it by host, and there the longest first.
   */
  sessions: FleetSessionJson[];
}
/**
 * What it has answered, or why it has not.
 */
export interface FleetHostJson {
  /**
   * As the command line or the inventory has it; never what the host calls itself.
   */
  name: string;
  /**
   * Of a host that has not, nothing is known: it may have sessions.
   */
  answered: boolean;
  /**
   * Null where it has.
   */
  error: FleetErrorJson | null;
  /**
   * By its own clock, and the ages of its sessions are counted up to it; null without an answer.
   */
  takenAt: TimeJson | null;
  /**
   * Negative where it is behind; as exact as the time that the answer took. Null without an answer.
   */
  clockOffsetSeconds: number | null;
  /**
   * Its own word; null without an answer.
   */
  reportedName: string | null;
  /**
   * A number; null without an answer.
   */
  authenticating: CountJson | null;
  /**
   * A number; null without an answer.
   */
  hidden: CountJson | null;
  /**
   * Null without an answer.
   */
  listeners: ListenerJson[] | null;
  /**
   * Empty: what it has answered is complete, as far as it says the truth.
   */
  warnings: WarningJson[];
}
/**
 * From what ssh, sudo or the host itself has said.
 */
export interface FleetErrorJson {
  /**
   * Stable, for programs; there may be new ones.
   */
  code: string;
  /**
   * For people; its wording may change, and the host may have chosen a part of it.
   */
  message: string;
}
/**
 * A listening SSH server, or the service manager where it listens for one.
 */
export interface ListenerJson {
  pid: PidJson;
  server: ServerJson;
  /**
   * TCP. Empty when its sockets cannot be seen (without root), and where all of them are beside the network.
   */
  addresses: EndpointJson[];
  /**
   * As the socket units of systemd have it: the path of a Unix socket, or vsock:CID:PORT, of which the CID may be missing. systemd starts the server when a connection comes.
   */
  sockets: string[];
}
/**
 * Whether it has answered, or why it has not.
 */
export interface FleetAskedHostJson {
  /**
   * As the command line or the inventory has it; never what the host calls itself.
   */
  name: string;
  /**
   * Nothing is known of a host that has not.
   */
  answered: boolean;
  /**
   * Null where it has.
   */
  error: FleetErrorJson | null;
  /**
   * Its version, in its own words; null without an answer, and where the answer has no document.
   */
  sshctl: string | null;
}
/**
 * Where an account can log in, as the sshctl of each host tells. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface FleetAccessDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.fleet-access/1";
  takenAt: TimeJson;
  /**
   * As it was asked for.
   */
  user: string;
  /**
   * Those that have answered come first.
   */
  hosts: FleetAccessHostJson[];
}
/**
 * How many SSH sessions there are on many machines. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface FleetCountDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.fleet-count/1";
  takenAt: TimeJson;
  /**
   * The sum of all groups where there are groups.
   */
  total: number;
  /**
   * The fact given with --by; null without it.
   */
  by: "host" | "user" | "from" | "kind" | "phase" | "port" | "server" | "command" | null;
  /**
   * The most frequent value first; null without --by.
   */
  groups:
    | {
        /**
         * As text, also for ports; null for the sessions of which it is not known.
         */
        value: string | null;
        /**
         * Of a host it may be zero.
         */
        count: number;
      }[]
    | null;
  /**
   * Those that have answered come first; the others may have sessions, too.
   */
  hosts: FleetHostJson[];
}
/**
 * What other hosts have of all that --on can use. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface FleetDoctorDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.fleet-doctor/1";
  takenAt: TimeJson;
  /**
   * By name.
   */
  hosts: ExaminedHostJson[];
}
/**
 * What it says of itself, or why it has not answered.
 */
export interface ExaminedHostJson {
  /**
   * As the command line or the inventory has it.
   */
  name: string;
  /**
   * False: nothing is known of it.
   */
  answered: boolean;
  /**
   * Null where it has.
   */
  error: FleetErrorJson | null;
  /**
   * As whom one logs in there.
   */
  user: string | null;
  /**
   * 0 for root.
   */
  uid: number | null;
  /**
   * root: one logs in as root; sudo, doas: without a password; null: not at all, or not answered.
   */
  root: "root" | "sudo" | "doas" | null;
  /**
   * The version of the form that it writes; null where there is none that can be read.
   */
  collector: number | null;
  /**
   * Its version; null where there is none.
   */
  sshctl: string | null;
  /**
   * Without them the collector does not work.
   */
  missing: string[];
  /**
   * Without them something is unknown.
   */
  lacking: string[];
}
/**
 * Who was on other hosts, as the sshctl there tells. Within version 1 fields and values are only ever added: readers ignore what they do not know. With -o ndjson every line is one object of $defs/fleet-past-connection.
 */
export interface FleetHistoryDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.fleet-history/1";
  takenAt: TimeJson;
  since: TimeJson;
  until: TimeJson;
  /**
   * By name.
   */
  hosts: FleetHistoryHostJson[];
  /**
   * In the order that --sort asks for; without it in the order of their logins.
   */
  connections: FleetPastConnectionJson[];
}
/**
 * What it has answered, or why it has not.
 */
export interface FleetHistoryHostJson {
  /**
   * As the command line or the inventory has it; never what the host calls itself.
   */
  name: string;
  /**
   * Nothing is known of a host that has not.
   */
  answered: boolean;
  /**
   * Null where it has.
   */
  error: FleetErrorJson | null;
  /**
   * By its own clock; null without an answer.
   */
  takenAt: TimeJson | null;
  /**
   * Its own word; null without an answer.
   */
  reportedName: string | null;
  /**
   * Its version, in its own words; null without an answer.
   */
  sshctl: string | null;
  /**
   * A number: the selection asks for a fact that is not known of them. Null without an answer.
   */
  undecided: CountJson | null;
  /**
   * What was read, and how far back it reaches; empty without an answer.
   */
  sources: SourceJson[];
  /**
   * Empty: what it has answered is complete, as far as it says the truth.
   */
  warnings: WarningJson[];
}
/**
 * A log that was read.
 */
export interface SourceJson {
  /**
   * journal, or the path of a file.
   */
  name: string;
  /**
   * Since when it tells; null where it cannot be read.
   */
  since: TimeJson | null;
  /**
   * false: every user can write to it.
   */
  verified: boolean;
}
/**
 * From a login to its end. A fact that is not known is null.
 */
export interface PastConnectionJson {
  /**
   * yes: certainly, in the time that was asked for. perhaps: the connection began before it, and it is not known whether it had ended by then.
   */
  on: "yes" | "perhaps";
  /**
   * Of an open connection, the same as in sshctl list; null where it is not open, or that is not known.
   */
  id: string | null;
  /**
   * PID of the monitor, or of the one process that does everything; null where the source does not tell.
   */
  pid: PidJson | null;
  /**
   * ID of the boot in which the process ran, as journalctl --list-boots shows it; null where the source does not tell.
   */
  boot: string | null;
  /**
   * openssh or dropbear; null where the source does not tell.
   */
  server: "openssh" | "dropbear" | null;
  /**
   * The name that was typed at the login, or of an open session the account's; null where it is not known.
   */
  user: string | null;
  /**
   * null where it is not known.
   */
  uid: number | null;
  /**
   * Address and port; null where they are not known.
   */
  peer: EndpointJson | null;
  /**
   * Address and port; null where they are not known, as of most that have ended.
   */
  local: EndpointJson | null;
  /**
   * null where it is not known whether there were any.
   */
  ttys: string[] | null;
  /**
   * Its ID; null where there was none, or that is not known.
   */
  logindSession: string | null;
  /**
   * null where no log tells.
   */
  auth: AuthJson | null;
  /**
   * When the user logged in; null where that was before everything that is known.
   */
  loginAt: TimeJson | null;
  /**
   * When the connection ended; null where it has not, or that is not known.
   */
  endedAt: TimeJson | null;
  /**
   * Where the end is not known: when it was certainly over; null where not even that is known.
   */
  endedBefore: TimeJson | null;
  /**
   * From the login to the end, or until now where it is open, by the clock that counts from boot; null where either is not known.
   */
  seconds: number | null;
  /**
   * open: it has not. client: the client said goodbye. gone: the client was not there any more. killed: by a signal, by sshctl, or by systemd. timeout: the server, or logind, waited no longer. shutdown: with the machine. lost: in a crash of the machine. unknown: nothing tells how, or even whether.
   */
  ended: "open" | "client" | "gone" | "killed" | "timeout" | "shutdown" | "lost" | "unknown";
  /**
   * false: processes of the user could have written what is told of it.
   */
  endedVerified: boolean;
  /**
   * Name of the signal that ended the session's process, such as TERM; null where none did, or that is not known.
   */
  signal: string | null;
  /**
   * As the record of sshctl tells, or systemd; null where neither did.
   */
  killedBy: KillerJson | null;
  /**
   * Where it is known from: sshd, logind, systemd, sshctl (their lines in the journal), processes (it is open now), or the path of a file.
   */
  sources: string[];
}
/**
 * Whoever ran sshctl, or systemd.
 */
export interface KillerJson {
  /**
   * The account that ran sshctl and, where that is another, who had logged in to it; or systemd.
   */
  caller: string;
  /**
   * Its name; null where it was not sshctl.
   */
  signal: string | null;
  /**
   * As given by --reason; null where there was none.
   */
  reason: string | null;
  /**
   * Of the command that ended it, which may have ended several; null where it was not sshctl.
   */
  act: string | null;
}
/**
 * How many connections there were on other hosts, by one fact, as the sshctl there tells. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface FleetHistoryCountsDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.fleet-history-counts/1";
  takenAt: TimeJson;
  since: TimeJson;
  until: TimeJson;
  /**
   * The value of --by.
   */
  by: "user" | "from" | "key" | "hour" | "day" | "host";
  /**
   * By name.
   */
  hosts: FleetHistoryHostJson[];
  /**
   * Of all hosts together. Hours and days in their order; all else with the largest number first.
   */
  counts: HistoryCountJson[];
}
/**
 * All connections of which the fact has this value.
 */
export interface HistoryCountJson {
  /**
   * A user, an address, a fingerprint, or the start of an hour or a day, as ISO 8601 in UTC, of the time zone of the terminal; null where the fact is not known.
   */
  value: string | null;
  /**
   * Of a key, as authorized_keys has it now; null where there is none.
   */
  comment: string | null;
  connections: CountJson;
  /**
   * How long they lasted together, as far as that is known.
   */
  seconds: number;
  /**
   * null where none is known.
   */
  firstAt: TimeJson | null;
  /**
   * null where none is known.
   */
  lastAt: TimeJson | null;
}
/**
 * Failed logins of other hosts, counted by the sshctl there. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface FleetHistoryFailedDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.fleet-history-failed/1";
  takenAt: TimeJson;
  since: TimeJson;
  until: TimeJson;
  /**
   * from, user and method together, or the value of --by.
   */
  by: ("from" | "user" | "method" | "hour" | "day")[];
  /**
   * By name.
   */
  hosts: FleetHistoryHostJson[];
  /**
   * With --by, of all hosts together; else of each host. Hours and days, which are those of the host's time zone, in their order; all else with the largest number first.
   */
  attempts: FleetAttemptCountJson[];
}
/**
 * A fact that is not counted by is null.
 */
export interface AttemptCountJson {
  /**
   * Of the other side; null where it is not counted by, and where no line tells it.
   */
  from: string | null;
  /**
   * What was typed, which may be any text; null where none was, or where it is not counted by.
   */
  user: string | null;
  /**
   * Whether sshd called the name invalid: no account has it, or it may not log in by sshd's rules.
   */
  invalid: boolean;
  /**
   * password, publickey, keyboard-interactive and so on; refused: the server did not listen to it; refused by PAM: the account may not log in; null: it left without a method that was logged, as whoever only shows keys does.
   */
  method: string | null;
  /**
   * Of the hour or day, of the time zone of the terminal; null where neither is counted by.
   */
  start: TimeJson | null;
  attempts: CountJson;
  logins: CountJson;
  firstAt: TimeJson;
  lastAt: TimeJson;
  /**
   * false where some are known from log files only, to which every user can write.
   */
  verified: boolean;
}
/**
 * Which keys can log in on other hosts, as the sshctl there tells. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface FleetKeysDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.fleet-keys/1";
  takenAt: TimeJson;
  /**
   * By name.
   */
  hosts: FleetKeysHostJson[];
  /**
   * A line of a file each; without --sort in the order of the hosts.
   */
  keys: FleetKeyJson[];
  /**
   * What is wrong with keys, lines and files.
   */
  findings: FleetFindingJson[];
}
/**
 * What it has answered, or why it has not.
 */
export interface FleetKeysHostJson {
  /**
   * As the command line or the inventory has it; never what the host calls itself.
   */
  name: string;
  /**
   * Nothing is known of a host that has not.
   */
  answered: boolean;
  /**
   * Null where it has.
   */
  error: FleetErrorJson | null;
  /**
   * By its own clock; null without an answer.
   */
  takenAt: TimeJson | null;
  /**
   * Its own word; null without an answer.
   */
  reportedName: string | null;
  /**
   * Its version, in its own words; null without an answer.
   */
  sshctl: string | null;
  /**
   * Since when it tells of logins; null where it cannot be read, and without an answer.
   */
  journalSince: TimeJson | null;
  /**
   * Since when they tell of logins before the journal does; null where they tell of none, and without an answer.
   */
  filesSince: TimeJson | null;
  /**
   * How many were looked at there; null without an answer.
   */
  accounts: CountJson | null;
  /**
   * A number: the logs do not tell whether they were used. Null without an answer.
   */
  left: CountJson | null;
  /**
   * Empty: what it has answered is complete, as far as it says the truth.
   */
  warnings: WarningJson[];
}
/**
 * A line of a file that sshd reads for an account.
 */
export interface ListedKeyJson {
  /**
   * Whose logins it opens.
   */
  user: string;
  /**
   * Of the account.
   */
  uid: number;
  /**
   * As sshd is told it; links are followed.
   */
  path: string;
  /**
   * Counted from 1.
   */
  line: number;
  /**
   * Such as ssh-ed25519.
   */
  keyType: string;
  /**
   * As ssh-keygen -l names it, such as ED25519 or RSA-CERT; of an unknown type the same as keyType.
   */
  type: string;
  /**
   * As ssh-keygen -l counts them; null for an unknown type.
   */
  bits: number | null;
  /**
   * SHA-256, as ssh-keygen -l prints it; of a certificate that of its key.
   */
  fingerprint: string;
  /**
   * As ssh-keygen -l -E md5 prints it.
   */
  md5: string;
  /**
   * Behind the key; its owner can write anything there. Null without one.
   */
  comment: string | null;
  /**
   * As they stand before the key; empty without.
   */
  options: string;
  /**
   * It signs certificates, and does not log in itself.
   */
  certAuthority: boolean;
  /**
   * The patterns of from=; null: from everywhere.
   */
  from: string | null;
  /**
   * The value of command=; null without one.
   */
  command: string | null;
  /**
   * The value of principals=; null without.
   */
  principals: string | null;
  /**
   * The earliest expiry-time; null without one.
   */
  expiresAt: string | null;
  /**
   * What sshd makes of it: it takes it, or not for this reason.
   */
  state:
    "accepted" | "expired" | "revoked" | "modes" | "short" | "type" | "certificate" | "disabled" | "options" | "root";
  /**
   * Why sshd ignores the line, with the state options; else null.
   */
  problem: string | null;
  /**
   * The SSH servers of which the state is true, if they are configured differently; empty: all of them.
   */
  servers: string[];
  /**
   * What the logs tell of this key and account.
   */
  logins: {
    /**
     * Written by the daemon itself, in the journal; null where no log can be read.
     */
    verified: number | null;
    /**
     * From log files to which every user can write, of the time before the journal; null where no log can be read.
     */
    unverified: number | null;
    /**
     * The latest that the logs tell of; null without one.
     */
    last: {
      /**
       * When the user logged in.
       */
      at: string;
      /**
       * Where from; null where the log does not say.
       */
      address: string | null;
      /**
       * False: a file told it to which every user can write.
       */
      verified: boolean;
    } | null;
  };
  /**
   * Of the account, opened by this key as far as a log tells; null where no log can be read.
   */
  sessions:
    | {
        /**
         * PID and start of the connection process.
         */
        id: string;
        /**
         * Of the process that serves the user.
         */
        pid: number;
        /**
         * The other side of the connection.
         */
        peer: {
          /**
           * In its canonical form.
           */
          address: string;
          /**
           * Of TCP.
           */
          port: number;
        } | null;
        /**
         * When the user logged in; null where that is not known.
         */
        startedAt: string | null;
        /**
         * By the journal.
         */
        verified: boolean;
      }[]
    | null;
  /**
   * Their ids; the findings themselves stand in the list of the document.
   */
  findings: (
    | "weak-dsa"
    | "weak-rsa"
    | "rsa-below-3072"
    | "shared"
    | "root-unrestricted"
    | "no-comment"
    | "expired"
    | "expires-soon"
    | "untrusted-file"
    | "revoked-listed"
    | "unused"
    | "not-taken"
    | "broken-line"
    | "unread-file"
    | "revoked-keys-unusable"
  )[];
}
/**
 * Something that is wrong with a key, a line or a file.
 */
export interface KeyFindingJson {
  /**
   * Never changes its meaning.
   */
  id:
    | "weak-dsa"
    | "weak-rsa"
    | "rsa-below-3072"
    | "shared"
    | "root-unrestricted"
    | "no-comment"
    | "expired"
    | "expires-soon"
    | "untrusted-file"
    | "revoked-listed"
    | "unused"
    | "not-taken"
    | "broken-line"
    | "unread-file"
    | "revoked-keys-unusable";
  /**
   * From advice to danger.
   */
  severity: "info" | "low" | "medium" | "high";
  /**
   * Whose file it is.
   */
  user: string;
  /**
   * As sshd is told it.
   */
  path: string;
  /**
   * Counted from 1; null where it is about the whole file.
   */
  line: number | null;
  /**
   * Of the key; null where there is none.
   */
  fingerprint: string | null;
  /**
   * What is wrong, in words.
   */
  reason: string;
  /**
   * What to do about it, in words.
   */
  remedy: string;
}
/**
 * Which accounts are locked on other hosts, as the sshctl of each host proves. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface FleetLocksDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.fleet-locks/1";
  takenAt: TimeJson;
  /**
   * Those that have answered come first.
   */
  hosts: FleetLocksHostJson[];
}
/**
 * Which accounts are locked, each proven again. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface LocksDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.locks/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  takenAt: TimeJson;
  /**
   * Those of sshctl, the oldest first, then those by other hands.
   *
   * Items: One lock.
   */
  locks: {
    /**
     * Whom it locks.
     */
    user: string;
    /**
     * Of the account.
     */
    uid: number;
    /**
     * in force: every server refuses the account for this lock. broken: at least one does not. interrupted: in force, but the command was cut off. open: opened for a while by unlock --for, and locked again then. foreign: an account that has expired, not by sshctl.
     */
    state: "in force" | "broken" | "interrupted" | "open" | "foreign";
    /**
     * The same for people, and what is wrong.
     */
    text: string;
    /**
     * What is kept of it; null for a lock by other hands.
     */
    record: LockRecordJson | null;
  }[];
  /**
   * A lock of everyone; null where there is none.
   */
  everyone: {
    /**
     * As that of a lock.
     */
    state: "in force" | "broken" | "interrupted";
    /**
     * The same for people, and what is wrong.
     */
    text: string;
    record: EveryoneRecordJson;
  } | null;
  /**
   * Files that hold no record of a lock on this machine.
   */
  damaged: string[];
}
/**
 * What is kept of a lock.
 */
export interface LockRecordJson {
  /**
   * Of the lock.
   */
  id: string;
  /**
   * Whom it locks.
   */
  user: string;
  /**
   * Of the account.
   */
  uid: number;
  mechanism: LockMechanismJson;
  /**
   * Who locked.
   */
  by: string;
  /**
   * As given by --reason; null where there was none.
   */
  reason: string | null;
  at: TimeJson;
  /**
   * When a timer ends the lock; null where only unlock does.
   */
  until: TimeJson | null;
  /**
   * Until when the account is open, to be locked again then; null where it is not.
   */
  openUntil: TimeJson | null;
  /**
   * What was stopped beside logins, and is started again by unlock.
   *
   * Items: One thing.
   */
  stopped: {
    /**
     * services: those that run without a login. crontab, at: a file that was put aside.
     */
    kind: "services" | "crontab" | "at";
    /**
     * Of the file, before; null for services.
     */
    path: string | null;
  }[];
  /**
   * Addresses that PerSourcePenalties does not punish meanwhile.
   */
  exempt: string[];
}
/**
 * How the account is kept out. expiry: it has expired, field 8 of shadow(5). deny: DenyUsers of sshd.
 */
export interface LockMechanismJson {
  /**
   * Which of them.
   */
  kind: "expiry" | "deny";
  /**
   * Of DenyUsers; null for expiry.
   */
  pattern: string | null;
  /**
   * Of the files in which DenyUsers stands; null for expiry.
   */
  paths: string[] | null;
  /**
   * The day in shadow(5) on which the account was to expire before; null where it was not, and for deny.
   */
  before: number | null;
}
/**
 * What is kept of a lock of everyone.
 */
export interface EveryoneRecordJson {
  /**
   * Of the lock.
   */
  id: string;
  /**
   * Names of those who are not locked.
   */
  except: string[];
  /**
   * What sshd tells those who are locked out; null where there is none.
   */
  message: string | null;
  /**
   * Who locked.
   */
  by: string;
  /**
   * As given by --reason; null where there was none.
   */
  reason: string | null;
  at: TimeJson;
  /**
   * When a timer ends the lock; null where only unlock does.
   */
  until: TimeJson | null;
}
/**
 * Which idle limits apply on other hosts, as the sshctl of each host tells. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface FleetTimeoutDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.fleet-timeout/1";
  takenAt: TimeJson;
  /**
   * Those that have answered come first.
   */
  hosts: FleetTimeoutHostJson[];
}
/**
 * Which limits of inactivity apply to a user, from where, and what they leave out. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface TimeoutDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.timeout/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  /**
   * Whose limits these are.
   */
  user: string;
  /**
   * As the account has it.
   */
  shell: string;
  /**
   * One for each means that this shell and this machine have.
   *
   * Items: A way to end what is idle, as it stands for a login from now on.
   */
  limits: {
    /**
     * TMOUT of the shell, autologout of tcsh, ChannelTimeout of sshd (its shells), UnusedConnectionTimeout of sshd, StopIdleSessionSec of logind.
     */
    means: "TMOUT" | "autologout" | "sshd" | "sshd-unused" | "logind";
    /**
     * After how long something ends; null without a limit, and where it is not certain.
     */
    seconds: number | null;
    /**
     * False: there may be one; for TMOUT see doubt.
     */
    known: boolean;
    /**
     * What is ended, or why there is no limit. For people; its wording may change.
     */
    description: string;
    /**
     * The lines that say something about it, in the order in which they are read.
     *
     * Items: Where it stands, and what becomes of it.
     */
    settings: {
      /**
       * Its path.
       */
      path: string;
      /**
       * Counted from 1.
       */
      line: number;
      /**
       * The line itself; for sshd with the Match that it is in.
       */
      text: string;
      /**
       * What the line sets; null when it sets something else, or computes it.
       */
      seconds: number | null;
      /**
       * False: somebody else has.
       */
      ours: boolean;
      /**
       * applies: it counts. replaced: another line counts. fails: TMOUT is readonly by then, and the shell complains at every login. skipped: not reached at a login of this user, or without effect there. unknown: it is not certain, or only root may know.
       */
      outcome: "applies" | "replaced" | "fails" | "skipped" | "unknown";
    }[];
    /**
     * What it does not end, and what it ends without asking.
     *
     * Items: For people; its wording may change.
     */
    remarks: string[];
    /**
     * null where it is not certain, and for every other means.
     */
    readonly: boolean | null;
    /**
     * null where it is not certain, and for every other means.
     */
    exported: boolean | null;
    /**
     * True only with --ask-shell. False: it is what the startup files say.
     */
    asked: boolean;
    /**
     * null where it is certain, and for every other means.
     */
    doubt: {
      /**
       * For people; its wording may change.
       */
      reason: string;
      /**
       * Where that is.
       */
      path: string;
      /**
       * Counted from 1; 0 where it is no line.
       */
      line: number;
    } | null;
  }[];
  /**
   * What contradicts each other.
   *
   * Items: For people; its wording may change.
   */
  conflicts: string[];
  /**
   * What else is to be known.
   *
   * Items: For people; its wording may change.
   */
  notes: string[];
  /**
   * What is in force there, as far as it can be inferred.
   *
   * Items: A connection of the user.
   */
  sessions: {
    /**
     * As in sshctl list.
     */
    pid: number;
    /**
     * The first one; null without.
     */
    tty: string | null;
    /**
     * ISO 8601 in UTC with milliseconds; null when unknown.
     */
    startedAt: string | null;
    /**
     * null without a limit, without a terminal, and where it is not known.
     */
    seconds: number | null;
    /**
     * False: the session is older than the file that sets TMOUT now.
     */
    known: boolean;
    /**
     * Always true: a shell tells nobody its TMOUT.
     */
    inferred: true;
  }[];
  /**
   * Rules of sshctl policy that may mean the user's sessions; null where there are none.
   */
  policy: {
    /**
     * observe: nothing is done.
     */
    mode: "observe" | "act";
    /**
     * Whether a service applies them; null where only root may know.
     */
    applied: boolean | null;
    /**
     * In their order.
     *
     * Items: One rule.
     */
    rules: {
      /**
       * Records bear it.
       */
      name: string;
      /**
       * In words.
       */
      text: string;
    }[];
    /**
     * Why nothing is done by them.
     */
    fault: string | null;
  } | null;
}
/**
 * What sshctl freeze did, or with --dry-run would do. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface FreezeDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.freeze/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  takenAt: TimeJson;
  /**
   * Of the act, the same as in its records; null for a dry run.
   */
  id: string | null;
  /**
   * Whether nothing was done.
   */
  dryRun: boolean;
  session: SessionJson;
  /**
   * scope: the freezer of its control group. signals: SIGSTOP to each of its processes, which is weaker.
   */
  means: "scope" | "signals";
  /**
   * Its folder; null where it is frozen by signals.
   */
  cgroup: string | null;
  /**
   * After how many the timer ends the freeze.
   */
  forSeconds: number;
  /**
   * What the timer does; null where that was to be asked.
   */
  ending: "thaw" | "kill" | null;
  /**
   * When it does so; null where nothing is frozen.
   */
  until: TimeJson | null;
  /**
   * Everything that is stopped, as it was before.
   */
  processes: ProcessJson[];
  /**
   * Locks of files that it holds.
   *
   * Items: Who waits for it waits.
   */
  locks: {
    pid: PidJson;
    /**
     * Of the file, as the kernel says it.
     */
    path: string;
    /**
     * What stands still with it, where the whole machine may wait for it; null for others.
     */
    of: string | null;
  }[];
  /**
   * Why it is refused without --even-dangerous, in words.
   */
  dangers: string[];
  /**
   * What of the same user or key goes on, in words.
   */
  notFrozen: string[];
  /**
   * failed: it goes on, as it was. Null for a dry run.
   */
  outcome: "frozen" | "failed" | null;
  /**
   * The same for people; null for a dry run.
   */
  text: string | null;
  /**
   * For how many milliseconds none of its processes has used the processor, as it was proven; null where it was not.
   */
  stillForMs: number | null;
  /**
   * What went wrong beside it, in words.
   */
  problems: string[];
  /**
   * What --evidence has kept of the frozen session; null without it, where it could not be written, and in a dry run.
   */
  evidence: TakenEvidenceJson | null;
}
/**
 * Where it is.
 */
export interface TakenEvidenceJson {
  /**
   * The directory; - for standard output.
   */
  place: string;
  /**
   * In hexadecimal, as in the system log.
   */
  manifestSha256: string;
  /**
   * How many there are.
   */
  files: number;
  /**
   * Of all files, in bytes.
   */
  bytes: number;
  /**
   * What could not be read or was cut, and why.
   */
  gaps: string[];
}
/**
 * The connections over which somebody was logged in, in a span of time or at a moment. Within version 1 fields and values are only ever added: readers ignore what they do not know. With -o ndjson every line is one object of $defs/pastLine.
 */
export interface HistoryDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.history/1";
  /**
   * What the machine calls itself that sshctl runs on; of a recorded host, what that one does.
   */
  host: string;
  takenAt: TimeJson;
  since: TimeJson;
  until: TimeJson;
  /**
   * In the order that --sort asks for; without it in the order of their logins.
   */
  connections: PastConnectionJson[];
  undecided: CountJson;
  /**
   * What was read, and how far back it reaches.
   */
  sources: SourceJson[];
  /**
   * Also what journald has dropped.
   */
  warnings: WarningJson[];
}
/**
 * How many connections there were, by one fact. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface HistoryCountsDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.history-counts/1";
  /**
   * What the machine calls itself that sshctl runs on; of a recorded host, what that one does.
   */
  host: string;
  takenAt: TimeJson;
  since: TimeJson;
  until: TimeJson;
  /**
   * The value of --by.
   */
  by: "user" | "from" | "key" | "hour" | "day";
  /**
   * Hours and days in their order; all else with the largest number first.
   */
  counts: HistoryCountJson[];
  undecided: CountJson;
  /**
   * What was read, and how far back it reaches.
   */
  sources: SourceJson[];
  /**
   * Also what journald has dropped.
   */
  warnings: WarningJson[];
}
/**
 * Failed logins, counted. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface HistoryFailedDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.history-failed/1";
  /**
   * What the machine calls itself that sshctl runs on; of a recorded host, what that one does.
   */
  host: string;
  takenAt: TimeJson;
  since: TimeJson;
  until: TimeJson;
  /**
   * from, user and method together, or the value of --by.
   */
  by: ("from" | "user" | "method" | "hour" | "day")[];
  /**
   * Hours and days in their order; all else with the largest number first.
   */
  attempts: AttemptCountJson[];
  /**
   * What was read, and how far back it reaches.
   */
  sources: SourceJson[];
  /**
   * Also what journald has dropped.
   */
  warnings: WarningJson[];
}
/**
 * Which keys can log in, when they last did, and what is wrong with them. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface KeysDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.keys/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  /**
   * When the logs had been read.
   */
  takenAt: string;
  /**
   * Since when it tells of logins; null where it cannot be read.
   */
  journalSince: string | null;
  /**
   * Since when they tell of logins before the journal does; null where they tell of none.
   */
  filesSince: string | null;
  /**
   * How many were asked for.
   */
  accounts: number;
  /**
   * A line each; the same key can stand in several files.
   */
  keys: ListedKeyJson[];
  /**
   * How many keys were left out by --unused because the logs do not tell whether they were used.
   */
  left: number;
  /**
   * About the keys above, and about lines and files that hold no key.
   */
  findings: KeyFindingJson[];
  /**
   * What the files cannot tell, and what was not looked at.
   *
   * Items: Why the report is less than it could be.
   */
  warnings: {
    /**
     * Stable, for programs; there may be new ones.
     */
    code: string;
    /**
     * For people; its wording may change.
     */
    message: string;
  }[];
}
/**
 * What was done, or with --dry-run would be done. Version 1: fields are only ever added.
 */
export interface KillDocument {
  /**
   * Changes only when a field changes its meaning.
   */
  schema: "sshctl.kill/1";
  /**
   * The machine's host name.
   */
  host: string;
  takenAt: TimeJson;
  /**
   * The same in the records of the system log (SSHCTL_ID); null where nothing was done.
   */
  id: string | null;
  /**
   * Whether nothing was done: outcomes are null then.
   */
  dryRun: boolean;
  /**
   * The first signal.
   */
  signal: "TERM" | "HUP" | "INT" | "QUIT" | "KILL";
  /**
   * What sends the signals.
   */
  backend: "kill" | "pkill" | "killall";
  /**
   * Whether what the sessions have started was to end too.
   */
  everything: boolean;
  /**
   * The sessions that were to end.
   */
  sessions: EndJson[];
  /**
   * Sessions that were chosen and are protected.
   */
  spared: {
    session: SessionJson;
    /**
     * Why it is spared; protected: by /etc/sshctl/protected.
     */
    protection: "own" | "perhaps-own" | "container" | "protected";
    /**
     * Why, in words.
     */
    proof: string;
  }[];
  /**
   * Sessions that were left out because what was asked for is not known of them.
   */
  undecided: SessionJson[];
  /**
   * Sessions that match and have come too late to be ended.
   */
  appeared: SessionJson[];
  /**
   * What the backend runs; empty for system calls.
   */
  commands: string[][];
  /**
   * What follows for those who accept connections, or has become of them, in sentences.
   */
  notes: string[];
  /**
   * What went wrong beside the sessions, in sentences; they also went to standard error.
   */
  problems: string[];
  /**
   * What --evidence has kept before; null without it, and in a dry run.
   */
  evidence: TakenEvidenceJson | null;
}
/**
 * A session, and what became of it.
 */
export interface EndJson {
  session: SessionJson;
  /**
   * With --only-this; null where all of the session was to end.
   */
  channel: ChannelJson | null;
  /**
   * After --only-this: whether the processes that serve the connection still run; null otherwise, and for a dry run.
   */
  connectionStays: boolean | null;
  /**
   * Whether the kernel lets the caller end it; looked up before anything was done.
   */
  permitted: boolean;
  /**
   * PIDs that are signalled.
   */
  victims: number[];
  /**
   * Programs in it that should not be interrupted.
   */
  dangers: {
    /**
     * The process.
     */
    pid: number;
    /**
     * Its name, as the kernel has it.
     */
    name: string;
    /**
     * What it does.
     */
    danger: string;
  }[];
  /**
   * Processes that it has started.
   */
  belongings: ProcessJson[];
  /**
   * What became of it; null for a dry run.
   */
  outcome: null | OutcomeJson;
  /**
   * Those of the belongings that still run; null for a dry run.
   */
  leftBehind: null | ProcessJson[];
  /**
   * What the books say in the end; null for a dry run.
   */
  records: null | {
    /**
     * Whether logind still calls the login open; null where that was not asked.
     */
    openForLogind: boolean | null;
    /**
     * Terminals on which utmp still names the user.
     */
    staleTtys: string[];
  };
}
/**
 * What became of a session.
 */
export interface OutcomeJson {
  /**
   * What became of the session.
   */
  kind: "ended" | "already-gone" | "identity-changed" | "not-permitted" | "survived" | "undecided";
  /**
   * The last one, of a session that ended.
   */
  signal: string | null;
  /**
   * Until it was gone.
   */
  seconds: number | null;
  /**
   * Of a session that is not certainly gone: the reason.
   */
  why: string | null;
}
/**
 * What sshctl lock did, or with --dry-run would do. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface LockDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.lock/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  takenAt: TimeJson;
  /**
   * Whether nothing was done.
   */
  dryRun: boolean;
  /**
   * As given by --reason; null where there was none.
   */
  reason: string | null;
  /**
   * Whether sessions were to end.
   */
  kill: boolean;
  /**
   * As given by --for, or until the time of --until; null where the lock has no end.
   */
  forSeconds: number | null;
  /**
   * In the order in which they were named.
   *
   * Items: One account.
   */
  accounts: {
    /**
     * Of the lock: the same as in the records of acts and in sshctl changes, for all accounts that one command has locked. Null where there is none.
     */
    id: string | null;
    /**
     * Whom it locks.
     */
    user: string;
    /**
     * Of the account.
     */
    uid: number;
    mechanism: LockMechanismJson;
    /**
     * Whether the lock was put on, and proven by every server.
     */
    locked: boolean;
    /**
     * When a timer ends the lock; null without --for, and where it is not locked.
     */
    until: TimeJson | null;
    /**
     * Servers that did not refuse the account for this lock at the last look.
     */
    openAt: string[];
    /**
     * With --probe: what became of the login that was tried with the configuration of each OpenSSH server; null without it.
     */
    probes:
      | {
          /**
           * Whose configuration it was.
           */
          server: string;
          /**
           * refused: for the lock. let in: the lock does not hold. unknown: refused for another reason, or it could not be tried.
           */
          outcome: "refused" | "let in" | "unknown";
          /**
           * What the server said, for people.
           */
          text: string;
        }[]
      | null;
    /**
     * Why it is not locked; null where it is, and for a dry run.
     */
    problem: string | null;
    /**
     * Ids of the sessions that were open before.
     */
    sessions: string[];
    /**
     * With --exempt: addresses that PerSourcePenalties does not punish until unlock.
     */
    exempt: string[];
    /**
     * What stops beside SSH, for people.
     */
    stops: string[];
    /**
     * What was to be stopped beside SSH and was not, for people.
     */
    unstopped: string[];
    /**
     * What the lock does not reach, for people.
     */
    stays: string[];
    /**
     * What else has to be known, for people.
     */
    notes: string[];
  }[];
  /**
   * With --everyone; null without it.
   */
  everyone: {
    /**
     * Of the lock; null where it is not locked.
     */
    id: string | null;
    /**
     * Names of those who are not locked.
     */
    except: string[];
    /**
     * As given by --message; null where there was none.
     */
    message: string | null;
    /**
     * Whether it is locked.
     */
    locked: boolean;
    /**
     * When a timer ends the lock; null without --for, and where it is not locked.
     */
    until: TimeJson | null;
    /**
     * What did not hold at the last look, for people.
     */
    faults: string[];
    /**
     * Why it was not locked; null where it was.
     */
    problem: string | null;
    /**
     * Identities of the open sessions of all who are locked.
     */
    sessions: string[];
  } | null;
  /**
   * What became of sessions.
   *
   * Items: One session that was to end.
   */
  ended: {
    /**
     * Of the session.
     */
    id: string;
    pid: PidJson;
    /**
     * What became of it, for people.
     */
    outcome: string;
  }[];
  /**
   * Connections of anybody that had not logged in yet, how many were ended and how many were not; null where none was to end.
   */
  authenticating: {
    /**
     * Gone.
     */
    ended: number;
    /**
     * Still there.
     */
    left: number;
  } | null;
  /**
   * Whether certainly no session is left; null where none was to end.
   */
  complete: boolean | null;
}
/**
 * Who got a message on their terminals, and who did not. Version 1: fields are only ever added.
 */
export interface MessageDocument {
  /**
   * Changes only when a field changes its meaning.
   */
  schema: "sshctl.message/1";
  /**
   * The machine's host name.
   */
  host: string;
  takenAt: TimeJson;
  /**
   * The same in the record of the system log (SSHCTL_ID); null where nothing was written.
   */
  id: string | null;
  /**
   * Whether nothing was written.
   */
  dryRun: boolean;
  /**
   * As it was given.
   */
  text: string;
  /**
   * Those that were chosen.
   *
   * Items: A session, and whether its user got the message.
   */
  sessions: {
    session: SessionJson;
    /**
     * told: one of its terminals took it. no-terminal: it has none, or is a container's. blocked: its user has stopped the output. refused: the terminal cannot be written to. own: the caller's own session, which was left out. Null for a dry run, of those that would get it.
     */
    outcome: "told" | "no-terminal" | "blocked" | "refused" | "own" | null;
  }[];
  /**
   * Sessions that were left out because what was asked for is not known of them.
   */
  undecided: SessionJson[];
  /**
   * What went wrong beside the sessions.
   */
  problems: string[];
}
/**
 * What the rules would do to whom now. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface PolicyCheckDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.policy-check/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  takenAt: TimeJson;
  /**
   * observe: nothing is done, and what would be done is written down.
   */
  mode: "observe" | "act";
  /**
   * From look to look.
   */
  intervalSeconds: number;
  /**
   * How many sessions may end in one pass.
   */
  fuse: {
    /**
     * At most so many.
     */
    most: number;
    /**
     * And at most the larger of 1 and so much of the open sessions.
     */
    percent: number;
  };
  /**
   * In their order: the first one that means a session decides.
   *
   * Items: One rule.
   */
  rules: {
    /**
     * Records bear it.
     */
    name: string;
    /**
     * Where it stands.
     */
    file: string;
    /**
     * Counted from 1.
     */
    line: number;
    /**
     * What it does.
     */
    action: "spare" | "warn" | "kill" | "kill-everything";
    /**
     * The rule in words.
     */
    text: string;
  }[];
  /**
   * Those that a rule means.
   *
   * Items: One session.
   */
  sessions: {
    /**
     * As in sessions.
     */
    id: string;
    /**
     * As in sessions.
     */
    pid: number;
    /**
     * Null where it is not known.
     */
    user: string | null;
    /**
     * By its name.
     */
    rule: string;
    /**
     * matched: the rule applies. spared: the rule leaves it alone. undecided: a fact is not known, so nothing is done. exempt: it is left alone for another reason, which is in text.
     */
    verdict: "matched" | "spared" | "undecided" | "exempt";
    /**
     * What would be done, or why nothing.
     */
    text: string;
  }[];
}
/**
 * How the rules are applied. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface PolicyStatusDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.policy-status/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  takenAt: TimeJson;
  /**
   * Whether the service runs, and looks as often as it should.
   */
  running: boolean;
  /**
   * Of the service, or of the last one.
   */
  pid: number;
  /**
   * observe: nothing is done, and what would be done is written down.
   */
  mode: "observe" | "act";
  /**
   * From look to look.
   */
  intervalSeconds: number;
  startedAt: TimeJson;
  lookedAt: TimeJson;
  /**
   * How long the last one took, with what followed from it.
   */
  lookSeconds: number;
  /**
   * Since it was started.
   */
  looks: number;
  /**
   * Why the last look did nothing.
   */
  problem: string | null;
  /**
   * What is wrong with the files, while the rules that were read before apply.
   */
  fault: string | null;
  /**
   * Null where the rules do not rest.
   */
  pause: {
    until: TimeJson;
    /**
     * Who said so.
     */
    by: string;
    /**
     * As given.
     */
    reason: string | null;
  } | null;
  /**
   * Null where it has not tripped.
   */
  fuse: {
    /**
     * Of this trip.
     */
    id: string;
    at: TimeJson;
    /**
     * How many were to end in one pass.
     */
    count: number;
    /**
     * How many may.
     */
    allowed: number;
  } | null;
  /**
   * In their order.
   *
   * Items: One rule.
   */
  rules: {
    /**
     * Records bear it.
     */
    name: string;
    /**
     * In words.
     */
    text: string;
  }[];
  /**
   * Sessions that a rule means now.
   *
   * Items: One session.
   */
  coming: {
    /**
     * Its id.
     */
    session: string;
    /**
     * As in sessions.
     */
    pid: number;
    /**
     * Null where it is not known.
     */
    user: string | null;
    /**
     * By its name.
     */
    rule: string;
    /**
     * What the rule does.
     */
    action: string;
    /**
     * When it ends, or would in mode observe; null before the warning, and without one.
     */
    endsAt: TimeJson | null;
    /**
     * Why it is left alone.
     */
    exempt: string | null;
  }[];
  /**
   * Since the service was started.
   */
  counts: {
    /**
     * Warned or told.
     */
    warned: number;
    /**
     * Ended.
     */
    ended: number;
    /**
     * Not ended although tried.
     */
    failed: number;
    /**
     * In mode observe.
     */
    wouldWarn: number;
    /**
     * In mode observe.
     */
    wouldEnd: number;
  };
  /**
   * Of the last 7 days, at most 1000, the newest first.
   *
   * Items: What was done, or would have been.
   */
  events: {
    at: TimeJson;
    /**
     * would-: in mode observe. fuse: too many were to end in one pass.
     */
    kind: "warned" | "ended" | "failed" | "would-warn" | "would-end" | "fuse";
    /**
     * By its name; empty for the fuse.
     */
    rule: string;
    /**
     * Its id; empty for the fuse.
     */
    session: string;
    /**
     * Null where it is not known.
     */
    user: string | null;
    /**
     * In words.
     */
    text: string;
  }[];
}
/**
 * What became of a key that was locked out, or with --dry-run would become of it. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface RevocationDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.revocation/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  takenAt: TimeJson;
  /**
   * The same in the records of the system log (SSHCTL_ID), and in change where files were changed; null where nothing was done.
   */
  id: string | null;
  /**
   * Whether nothing was done because of --dry-run.
   */
  dryRun: boolean;
  /**
   * SHA256, of the whole key; null where several are revoked.
   */
  fingerprint: string | null;
  /**
   * As ssh-keygen names it; null where several are revoked, or the key was found in no file.
   */
  keyType: string | null;
  /**
   * All that are revoked; none where the key was found in no file, and not all could be read.
   *
   * Items: Its places are those with its fingerprint.
   */
  keys: {
    /**
     * SHA256, of the whole key.
     */
    fingerprint: string;
    /**
     * As ssh-keygen names it.
     */
    keyType: string;
  }[];
  /**
   * The lines that go.
   */
  places: PlaceJson[];
  /**
   * Lines with the same key that stay, with --user.
   */
  kept: PlaceJson[];
  /**
   * In the order in which they are changed.
   *
   * Items: What becomes of it.
   */
  files: {
    /**
     * Absolute.
     */
    path: string;
    /**
     * By which setting sshd reads it; sshd_config for the drop-in that sets up RevokedKeys.
     */
    kind: "RevokedKeys" | "AuthorizedKeysFile" | "sshd_config";
    /**
     * Null with --dry-run.
     */
    outcome: "changed" | "unchanged" | "failed" | null;
    /**
     * The file as it was; null where it was not changed.
     */
    backup: string | null;
    /**
     * With --dry-run, in the unified form of diff(1); else null.
     */
    diff: string | null;
    /**
     * Why the file cannot be changed, or could not; null where nothing is in the way.
     */
    problem: string | null;
  }[];
  /**
   * Whether RevokedKeys keeps the key out, so that no owner of an account can bring it back; null with --dry-run.
   */
  durable: boolean | null;
  /**
   * The command line that undoes the change; null where no file was changed.
   */
  undo: string | null;
  /**
   * Names the record of the change of files (change-1.json); null where no file was changed.
   */
  change: string | null;
  /**
   * Where the key still stands after all, though it was to go.
   */
  remaining: PlaceJson[];
  /**
   * Files in which the key may stand, because they were not read to their end.
   *
   * Items: Of an account whose key is revoked.
   */
  unread: {
    /**
     * For whom sshd reads it.
     */
    user: string;
    /**
     * Of the account.
     */
    uid: number;
    /**
     * Absolute, as sshd is told it; the home where that is on a network file system.
     */
    path: string;
    /**
     * 1 where nothing was read.
     */
    fromLine: number;
    /**
     * Why it was not read.
     */
    problem: string;
  }[];
  /**
   * What each AuthorizedKeysCommand said after the lock; empty where none is set, RevokedKeys keeps the keys out, or none supplies one. Any element makes the exit code 5.
   *
   * Items: That supplies one of the keys, or of which it is not known.
   */
  commands: {
    /**
     * As sshd's configuration names it.
     */
    command: string;
    /**
     * For which it supplies one of the keys; none where it was not asked.
     *
     * Items: Its name.
     */
    users: string[];
    /**
     * Why it was not asked, or gave no answer; null where it did.
     */
    problem: string | null;
  }[];
  /**
   * What became of each, as in sshctl.kill/1; null without --kill.
   */
  ended: EndJson[] | null;
  /**
   * Those that the key has verifiably opened: still open at the end; with --dry-run those of now.
   */
  open: SessionJson[];
  /**
   * Those of which it is not known whether the key has opened them; they are spared.
   */
  undecided: SessionJson[];
  /**
   * What outlives the sessions of the account and might bring the key back, in sentences.
   */
  comebacks: string[];
  /**
   * What went wrong beside the files and the sessions, in sentences.
   */
  problems: string[];
  /**
   * What the keys' files do not tell.
   */
  warnings: WarningJson[];
}
/**
 * Where the key stands.
 */
export interface PlaceJson {
  /**
   * SHA256, of the key that stands there.
   */
  fingerprint: string;
  /**
   * Whose file it is.
   */
  user: string;
  /**
   * Of the account.
   */
  uid: number;
  /**
   * Absolute, as sshd is told it.
   */
  path: string;
  /**
   * Counted from 1.
   */
  line: number;
  /**
   * Of the key; null where there is none.
   */
  comment: string | null;
}
/**
 * The SSH connections to one machine at one moment. Within version 1 fields and values are only ever added: readers ignore what they do not know. With -o ndjson every line is one object of $defs/line. Text that others could choose (user, command) may hold any character; control characters are always escaped.
 */
export interface SessionsDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.sessions/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  takenAt: TimeJson;
  /**
   * In the order that --sort asks for; without it the longest here first.
   */
  sessions: SessionJson[];
  authenticating: CountJson;
  opening: CountJson;
  closing: CountJson;
  hidden: CountJson;
  /**
   * The daemons of this machine. Empty: nobody new can log in.
   */
  listeners: ListenerJson[];
  /**
   * Empty: the list is complete.
   */
  warnings: WarningJson[];
}
/**
 * What sshctl thaw did, or with --dry-run would do. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface ThawDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.thaw/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  takenAt: TimeJson;
  /**
   * Of the act, the same as in its records; null for a dry run.
   */
  id: string | null;
  /**
   * Whether nothing was done.
   */
  dryRun: boolean;
  /**
   * What was frozen.
   */
  freeze: {
    /**
     * Of the freeze.
     */
    id: string;
    /**
     * Its identity.
     */
    session: string;
    pid: PidJson;
    /**
     * Whose session it is.
     */
    user: string;
    /**
     * Who froze it.
     */
    by: string;
    /**
     * As given by --reason; null where there was none.
     */
    reason: string | null;
    since: TimeJson;
    until: TimeJson;
    /**
     * What the timer was to do.
     */
    ending: "thaw" | "kill";
    /**
     * scope: the freezer of its control group. signals: SIGSTOP to each of its processes.
     */
    means: "scope" | "signals";
  };
  /**
   * running: it was not frozen any more. gone: it had already ended. failed: the kernel still says that it is frozen. Null for a dry run.
   */
  outcome: "thawed" | "running" | "gone" | "failed" | null;
  /**
   * What went wrong beside it, in words.
   */
  problems: string[];
}
/**
 * What was changed, or with --dry-run what would be. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface TimeoutChangeDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.timeout-change/1";
  /**
   * Whether nothing was changed because of --dry-run.
   */
  dryRun: boolean;
  /**
   * In the order in which they are changed. Empty: everything was as it was asked for.
   *
   * Items: What becomes of it.
   */
  edits: {
    /**
     * Absolute.
     */
    path: string;
    /**
     * What is done to the file.
     */
    action: "created" | "changed" | "removed";
    /**
     * Before and after, in the unified form of diff(1).
     */
    diff: string;
  }[];
  /**
   * What follows from it, in sentences.
   */
  notes: string[];
  /**
   * What is to be considered before, in sentences; also on standard error.
   */
  warnings: string[];
  /**
   * The command line that undoes the change; null where nothing was changed.
   */
  undo: string | null;
  /**
   * The same in the record of the system log (SSHCTL_ID), and in change; null where nothing was done.
   */
  id: string | null;
  /**
   * Names the record of the change of files (change-1.json); null where no file was changed.
   */
  change: string | null;
}
/**
 * What sshctl unlock did, or with --dry-run would do. Within version 1 fields and values are only ever added: readers ignore what they do not know.
 */
export interface UnlockDocument {
  /**
   * Always the same text.
   */
  schema: "sshctl.unlock/1";
  /**
   * What the machine calls itself.
   */
  host: string;
  takenAt: TimeJson;
  /**
   * Whether nothing was done.
   */
  dryRun: boolean;
  /**
   * In the order in which they were named.
   *
   * Items: One lock, and what became of it.
   */
  accounts: {
    /**
     * Of the lock.
     */
    id: string;
    /**
     * Whom it locks.
     */
    user: string;
    /**
     * Of the account.
     */
    uid: number;
    mechanism: LockMechanismJson;
    /**
     * Who locked.
     */
    by: string;
    /**
     * As given by --reason; null where there was none.
     */
    reason: string | null;
    at: TimeJson;
    /**
     * When a timer was to end the lock; null where only unlock does.
     */
    until: TimeJson | null;
    /**
     * Until when the account is open, to be locked again then; null where it is open for good.
     */
    openUntil: TimeJson | null;
    /**
     * What was stopped beside logins, and is started again by unlock.
     *
     * Items: One thing.
     */
    stopped: {
      /**
       * services: those that run without a login. crontab, at: a file that was put aside.
       */
      kind: "services" | "crontab" | "at";
      /**
       * Of the file, before; null for services.
       */
      path: string | null;
    }[];
    /**
     * Addresses that PerSourcePenalties does not punish meanwhile.
     */
    exempt: string[];
    /**
     * unlocked. absent: it was gone already. changed: something else is there, and was left alone. failed. null for a dry run.
     */
    outcome: "unlocked" | "absent" | "changed" | "failed" | null;
    /**
     * The same for people; null for a dry run.
     */
    text: string | null;
    /**
     * Whether the account can log in now; null where it was not asked.
     */
    access: "yes" | "no" | "unknown" | null;
    /**
     * What the lock had changed beside itself and is not as before again, for people.
     */
    notBack: string[];
  }[];
  /**
   * The lock of everyone, with --everyone; null without it.
   */
  everyone: {
    /**
     * Of the lock.
     */
    id: string;
    /**
     * Names of those who are not locked.
     */
    except: string[];
    /**
     * What sshd tells those who are locked out; null where there is none.
     */
    message: string | null;
    /**
     * Who locked.
     */
    by: string;
    /**
     * As given by --reason; null where there was none.
     */
    reason: string | null;
    at: TimeJson;
    /**
     * When a timer ends the lock; null where only unlock does.
     */
    until: TimeJson | null;
    /**
     * unlocked. absent: it was gone already. changed: something else is there, and was left alone. failed. null for a dry run.
     */
    outcome: "unlocked" | "absent" | "changed" | "failed" | null;
    /**
     * The same for people; null for a dry run.
     */
    text: string | null;
  } | null;
}
