import { isActId } from "../system/acts/act-id.ts";
import { activations, changeStates, type ChangeRecord, type FileBefore, type FileRecord } from "./change-record.ts";

/**
 * Reads a record of {@link ChangeRecord}. It stands in a folder that is nobody else's, and yet a disk may have lost a part of it.
 *
 * @returns undefined for what is no record of this version.
 */
export function parseRecord(text: string): ChangeRecord | undefined {
  try {
    return readRecord(new Fields(JSON.parse(text)));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readRecord(fields: Fields): ChangeRecord {
  if (fields.text("schema") !== "sshctl.change/1") throw new SyntaxError("another schema");
  const caller = fields.object("caller");
  const loginUid = caller.numberOrNull("loginUid");
  const endedAt = fields.textOrNull("endedAt");
  return {
    id: fields.matching("id", isActId),
    state: fields.oneOf("state", changeStates),
    command: fields.text("command"),
    reason: fields.textOrNull("reason"),
    caller: {
      uid: caller.number("uid"),
      name: caller.textOrNull("user"),
      login: loginUid === undefined ? undefined : { uid: loginUid, name: caller.textOrNull("loginUser") },
    },
    startedMs: timeOf(fields.text("startedAt")),
    endedMs: endedAt === undefined ? undefined : timeOf(endedAt),
    undoneBy: fields.textOrNull("undoneBy"),
    activation: fields.oneOf("activation", activations),
    accounts: fields.texts("accounts"),
    files: fields.objects("files").map(readFile),
  };
}

function readFile(fields: Fields): FileRecord {
  return {
    path: fields.matching("path", (path) => path.startsWith("/")),
    owner: { uid: fields.number("uid"), gid: fields.number("gid") },
    before: fields.isNull("before") ? undefined : readBefore(fields.object("before")),
    after: fields.isNull("after") ? undefined : fields.object("after").matching("sha256", isHash),
    copy: fields.textOrNull("copy"),
  };
}

function readBefore(fields: Fields): FileBefore {
  return {
    gid: fields.number("gid"),
    mode: fields.number("mode"),
    sha256: fields.matching("sha256", isHash),
    backup: fields.matching("backup", (name) => /^[\w-]+\.before$/.test(name)),
  };
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function timeOf(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new SyntaxError(`no time: ${text}`);
  return time;
}

/** An object of JSON whose fields are what is expected, or else there is a SyntaxError. */
class Fields {
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(value: unknown) {
    if (typeof value !== "object" || value === null) throw new SyntaxError("no object");
    this.#fields = new Map<string, unknown>(Object.entries(value));
  }

  isNull(name: string): boolean {
    return this.#fields.get(name) === null;
  }

  text(name: string): string {
    const value = this.#fields.get(name);
    if (typeof value !== "string") throw new SyntaxError(`${name} is no text`);
    return value;
  }

  number(name: string): number {
    const value = this.#fields.get(name);
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
      throw new SyntaxError(`${name} is no number`);
    return value;
  }

  textOrNull(name: string): string | undefined {
    return this.isNull(name) ? undefined : this.text(name);
  }

  numberOrNull(name: string): number | undefined {
    return this.isNull(name) ? undefined : this.number(name);
  }

  matching(name: string, isRight: (text: string) => boolean): string {
    const text = this.text(name);
    if (!isRight(text)) throw new SyntaxError(`${name} is not what it should be`);
    return text;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    const text = this.text(name);
    const found = allowed.find((each) => each === text);
    if (found === undefined) throw new SyntaxError(`${name} is not what it should be`);
    return found;
  }

  object(name: string): Fields {
    return new Fields(this.#fields.get(name));
  }

  /** None where a record from before this field does not have it. */
  texts(name: string): string[] {
    const value = this.#fields.get(name) ?? [];
    if (!Array.isArray(value) || !value.every((each) => typeof each === "string"))
      throw new SyntaxError(`${name} is no list of texts`);
    return value;
  }

  objects(name: string): Fields[] {
    const value = this.#fields.get(name);
    if (!Array.isArray(value)) throw new SyntaxError(`${name} is no list`);
    return value.map((each) => new Fields(each));
  }
}
