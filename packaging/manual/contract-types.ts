/** Types of the JSON that sshctl writes, made from docs/schemas: the contract is written once, and mappers are held to it. */
import { readdirSync, readFileSync } from "node:fs";
import { compile, type JSONSchema } from "json-schema-to-typescript";

type Schema = Readonly<Record<string, unknown>>;

const folder = "docs/schemas";

const banner = `/**
 * The JSON that sshctl writes, as docs/schemas describes it. Made by "npm run docs": change the schema, not this file.
 */`;

/** The text of src/text/json-contract.ts. */
export async function contractTypes(): Promise<string> {
  const schemas = readdirSync(folder)
    .filter((file) => !isRead(file))
    .map((file) => readSchema(`${folder}/${file}`));
  const definitions = new Map<string, Schema>();
  for (const schema of schemas)
    for (const [name, definition] of definitionsOf(schema)) {
      if (definitions.has(name)) throw new Error(`two schemas define ${name}`);
      definitions.set(name, plain(definition));
    }
  const properties = Object.fromEntries(
    [...definitions.keys()].map((name) => [name, { $ref: `#/definitions/${name}` }]),
  );
  const all: JSONSchema = { type: "object", properties, definitions: Object.fromEntries(definitions) };
  const text = await compile(all, "Contract", {
    bannerComment: "",
    additionalProperties: false,
    style: { printWidth: 120 },
  });
  return `${banner}\n${text.replace(/export interface Contract \{.*?\n\}\n/s, "").trim()}\n`;
}

/** Whether sshctl reads such a document, and people write it. */
function isRead(file: string): boolean {
  return /-file-\d+\.json$/.test(file);
}

function readSchema(path: string): Schema {
  const schema: Schema = JSON.parse(readFileSync(path, "utf8"));
  return schema;
}

/** The document itself, as "KillDocument", and what it defines, as "EndJson". */
function definitionsOf(schema: Schema): [string, Schema][] {
  const { $defs = {}, ...document } = schema;
  const parts = isSchema($defs) ? Object.entries($defs) : [];
  const id = typeof schema["$id"] === "string" ? schema["$id"] : "";
  return [
    [documentName(id), document],
    ...parts.flatMap(([name, part]): [string, Schema][] => (isSchema(part) ? [[partName(name), part]] : [])),
  ];
}

const leftOut: ReadonlySet<string> = new Set(["title", "$id", "$schema", "additionalProperties", "minItems"]);

/** Without what would name types otherwise, or let unknown fields pass; a reference stands alone. */
function plain(value: Schema): Schema {
  const { $ref } = value;
  if (typeof $ref === "string") return { $ref: `#/definitions/${referredName($ref)}` };
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      if (leftOut.has(key)) return [];
      if (key === "properties" && isSchema(inner)) return [[key, mapValues(inner)]];
      return [[key, plainValue(inner)]];
    }),
  );
}

function mapValues(properties: Schema): Schema {
  return Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, plainValue(inner)]));
}

function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue);
  return isSchema(value) ? plain(value) : value;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A part of a document, or the whole of it: "urn:sshctl:schema:access:1". */
function referredName(reference: string): string {
  return reference.includes("#") ? partName(reference.split("/").at(-1) ?? "") : documentName(reference);
}

function documentName(id: string): string {
  return `${pascal(id.split(":")[3] ?? "")}Document`;
}

function partName(name: string): string {
  return `${pascal(name)}Json`;
}

function pascal(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
