import { readFileSync } from "node:fs";
import { Ajv2020, type AnySchemaObject } from "ajv/dist/2020.js";

export const schemaNames = [
  "access-1",
  "freeze-1",
  "thaw-1",
  "lock-1",
  "unlock-1",
  "locks-1",
  "sessions-1",
  "session-1",
  "count-1",
  "fleet-1",
  "fleet-count-1",
  "fleet-doctor-1",
  "fleet-access-1",
  "fleet-locks-1",
  "fleet-timeout-1",
  "fleet-keys-1",
  "fleet-history-1",
  "fleet-history-counts-1",
  "fleet-history-failed-1",
  "evidence-1",
  "evidence-manifest-1",
  "kill-1",
  "message-1",
  "timeout-1",
  "timeout-change-1",
  "revocation-1",
  "case-1",
  "change-1",
  "changes-1",
  "event-1",
  "keys-1",
  "doctor-1",
  "history-1",
  "history-counts-1",
  "history-failed-1",
  "policy-check-1",
  "policy-file-1",
  "policy-status-1",
] as const;
export type SchemaName = (typeof schemaNames)[number];

export function readSchema(name: SchemaName): AnySchemaObject {
  const url = new URL(`../../docs/schemas/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8")) as AnySchemaObject;
}

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, schemas: schemaNames.map(readSchema) });

/** What is wrong with a document; empty when it keeps the contract. */
export function violationsOf(name: SchemaName, document: unknown, part = ""): string[] {
  const validate = ajv.getSchema(`${String(readSchema(name).$id)}${part}`);
  if (validate === undefined) throw new Error(`There is no schema ${name}${part}.`);
  void validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
}
