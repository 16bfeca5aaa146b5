import { fieldsOfAct, type ActRecord } from "./act-record.ts";
import { renderFields } from "./quoted-fields.ts";

/**
 * A record for the audit log. All of it stands in "cmd", in hexadecimal, as audit(7) wants text of strangers: "ausearch -i" shows it as the
 * line that it is in the system log. "acct" is whose session or limit it is.
 */
export function auditText(record: ActRecord): string {
  const { act, facts } = record;
  const line = renderFields(fieldsOfAct(record), mostBytes);
  return [
    `op=sshctl-${act.replaceAll(" ", "-")}`,
    ...(facts.user === undefined ? [] : [`acct=${hex(facts.user.slice(0, longestName))}`]),
    `cmd=${hex(line)}`,
  ].join(" ");
}

function hex(text: string): string {
  return Buffer.from(text, "utf8").toString("hex").toUpperCase();
}

/** Of a value: the kernel takes 8,560 bytes for all, AUDIT_MESSAGE_TEXT_MAX in linux/audit.h. */
const mostBytes = 300;

/** LOGIN_NAME_MAX */
const longestName = 256;
