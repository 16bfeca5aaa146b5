/**
 * What a command did, as it stands in the system log: one line of {@link renderFields} for each session that it ended, and for
 * each change of files.
 *
 *     v="1" act="kill" id="20261125T101512480-7f2c" result="done" caller="root" caller_uid="0" user="bob" ... reason="CHG-1182"
 */
import type { Caller } from "../caller.ts";
import { isActId } from "./act-id.ts";
import { parseFields, renderFields, type Field } from "./quoted-fields.ts";

/** What there is to tell of an act beside who did it, why, and with which command. Only ever added to. */
export const factNames = [
  /** The session: its identity, the PID that `kill` takes, and what logind calls it. */
  "session",
  "pid",
  "logind_session",
  /** Whose session or limit it is. */
  "user",
  "uid",
  /** The other side of the connection: "192.0.2.7:43474". */
  "peer",
  /** Fingerprints, divided by spaces. */
  "key",
  /** The one terminal that was to end alone. */
  "tty",
  "signal",
  /** Of the policy, by its name. */
  "rule",
  /** What became of it, in words. */
  "outcome",
  /** Lines of /etc/sshctl/protected that were set aside, divided by spaces. */
  "even_protected",
  /** What was written to terminals. */
  "text",
  /** The command line that asks for the same again. */
  "command",
  /** The id of the change that was undone, of the lock that was taken away, or of the freeze that was ended. */
  "change",
  /** Paths of the first few files that were changed; the record of the change has all of them. */
  "files",
  /** Of an act on many hosts: on which one it was decided, and on which ones it was tried, as --on takes them. */
  "caller_host",
  "hosts",
  /** Where evidence was kept, and the SHA-256 of its manifest. */
  "evidence",
  "manifest_sha256",
] as const;

export type ActFacts = Readonly<Partial<Record<(typeof factNames)[number], string | undefined>>>;

/** Lines that were set aside, as a fact. */
export function evenProtectedFact(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : names.join(" ");
}

/** What was done to one session, or to files. */
export interface ActRecord {
  /** Of the command; the same in all of its records. */
  id: string;
  /** The name of the command: "kill-all", "keys revoke". */
  act: string;
  /** Whether it was done, or only tried. */
  isDone: boolean;
  caller: Caller;
  reason: string | undefined;
  facts: ActFacts;
}

const version = "1";

/** In the order in which a person reads them. */
export function fieldsOfAct({ id, act, isDone, caller, reason, facts }: ActRecord): Field[] {
  const { uid, name, login } = caller;
  const fields: [string, string | undefined][] = [
    ["v", version],
    ["act", act],
    ["id", id],
    ["result", isDone ? "done" : "failed"],
    ["caller", name],
    ["caller_uid", String(uid)],
    ["caller_login", login?.name],
    ["caller_login_uid", login === undefined ? undefined : String(login.uid)],
    ...factNames.map((fact): [string, string | undefined] => [fact, facts[fact]]),
    ["reason", reason],
  ];
  return fields.flatMap(([field, value]): Field[] => (value === undefined ? [] : [[field, value]]));
}

/** A long value is cut, and ends with "…". */
export function renderAct(record: ActRecord): string {
  return renderFields(fieldsOfAct(record));
}

/**
 * Who wrote the line is another question: everybody may write to the system log. In the journal `_UID` answers it.
 *
 * @returns undefined for what is no record of this version. Fields that are not known are left out.
 */
export function parseAct(line: string): ActRecord | undefined {
  const fields = parseFields(line);
  if (fields?.get("v") !== version) return undefined;
  const [id = "", act, result] = ["id", "act", "result"].map((name) => fields.get(name));
  const uid = uidIn(fields.get("caller_uid"));
  const loginUid = uidIn(fields.get("caller_login_uid"));
  if (!isActId(id) || act === undefined || (result !== "done" && result !== "failed") || uid === undefined)
    return undefined;
  return {
    id,
    act,
    isDone: result === "done",
    caller: {
      uid,
      name: fields.get("caller"),
      login: loginUid === undefined ? undefined : { uid: loginUid, name: fields.get("caller_login") },
    },
    reason: fields.get("reason"),
    facts: Object.fromEntries(
      factNames.flatMap((fact) => {
        const value = fields.get(fact);
        return value === undefined ? [] : [[fact, value]];
      }),
    ),
  };
}

function uidIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
