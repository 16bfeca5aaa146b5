/** What the sshctl of another host has written, held against the contract: hostile input, and so for the thread with limits. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import accessSchema from "../../../docs/schemas/access-1.json" with { type: "json" };
import historyFailedSchema from "../../../docs/schemas/history-failed-1.json" with { type: "json" };
import historySchema from "../../../docs/schemas/history-1.json" with { type: "json" };
import keysSchema from "../../../docs/schemas/keys-1.json" with { type: "json" };
import killSchema from "../../../docs/schemas/kill-1.json" with { type: "json" };
import lockSchema from "../../../docs/schemas/lock-1.json" with { type: "json" };
import locksSchema from "../../../docs/schemas/locks-1.json" with { type: "json" };
import revocationSchema from "../../../docs/schemas/revocation-1.json" with { type: "json" };
import sessionSchema from "../../../docs/schemas/session-1.json" with { type: "json" };
import sessionsSchema from "../../../docs/schemas/sessions-1.json" with { type: "json" };
import timeoutChangeSchema from "../../../docs/schemas/timeout-change-1.json" with { type: "json" };
import timeoutSchema from "../../../docs/schemas/timeout-1.json" with { type: "json" };
import unlockSchema from "../../../docs/schemas/unlock-1.json" with { type: "json" };
import type {
  AccessDocument,
  HistoryDocument,
  HistoryFailedDocument,
  KeysDocument,
  LockDocument,
  LocksDocument,
  RevocationDocument,
  TimeoutChangeDocument,
  TimeoutDocument,
  UnlockDocument,
} from "../../text/json-contract.ts";
import { parseObject } from "../../text/json-object.ts";

/** The documents that are asked for, by the name of their contract. */
export interface Documents {
  access: AccessDocument;
  history: HistoryDocument;
  "history-failed": HistoryFailedDocument;
  keys: KeysDocument;
  lock: LockDocument;
  locks: LocksDocument;
  revocation: RevocationDocument;
  timeout: TimeoutDocument;
  "timeout-change": TimeoutChangeDocument;
  unlock: UnlockDocument;
}

export type DocumentName = keyof Documents;

export interface DocumentQuestion<Name extends DocumentName = DocumentName> {
  document: Name;
  /** UTF-8. */
  text: Uint8Array<ArrayBuffer>;
}

export type DocumentReply<Name extends DocumentName> =
  | { kind: "document"; document: Documents[Name] }
  /** It names another contract, or another version: "sshctl.keys/0". Nothing of it is believed. */
  | { kind: "other-contract"; schema: string }
  /** Why nothing could be made of it. */
  | { kind: "unreadable"; reason: string };

export function readDocument<Name extends DocumentName>({
  document: name,
  text,
}: DocumentQuestion<Name>): DocumentReply<Name> {
  const document = parseObject(Buffer.from(text.buffer).toString("utf8"));
  if (document === undefined) return { kind: "unreadable", reason: "it is no JSON" };
  const { schema } = document;
  if (typeof schema !== "string") return { kind: "unreadable", reason: "it does not say what it is" };
  if (schema !== `sshctl.${name}/1`) return { kind: "other-contract", schema: schema.slice(0, 64) };
  const holds = checks[name]();
  if (holds(document)) return { kind: "document", document };
  const [error] = holds.errors ?? [];
  return {
    kind: "unreadable",
    reason: `${error?.instancePath ?? ""} ${error?.message ?? "does not keep to its schema"}`.slice(0, 200),
  };
}

const ajv = new Ajv2020({ allowUnionTypes: true, schemas: [sessionsSchema, sessionSchema, killSchema, lockSchema] });

/** To compile a schema takes longer than to hold an answer against it; ajv keeps what it has compiled. */
const checks: { readonly [Name in DocumentName]: () => ValidateFunction<Documents[Name]> } = {
  access: () => ajv.compile<AccessDocument>(accessSchema),
  history: () => ajv.compile<HistoryDocument>(historySchema),
  "history-failed": () => ajv.compile<HistoryFailedDocument>(historyFailedSchema),
  keys: () => ajv.compile<KeysDocument>(keysSchema),
  lock: () => ajv.compile<LockDocument>(lockSchema),
  locks: () => ajv.compile<LocksDocument>(locksSchema),
  revocation: () => ajv.compile<RevocationDocument>(revocationSchema),
  timeout: () => ajv.compile<TimeoutDocument>(timeoutSchema),
  "timeout-change": () => ajv.compile<TimeoutChangeDocument>(timeoutChangeSchema),
  unlock: () => ajv.compile<UnlockDocument>(unlockSchema),
};
