import { createHash } from "node:crypto";
import { FatalError, type ForeseenError } from "../errors.ts";
import { FileTrouble, troubleIn } from "../host/files/file-trouble.ts";
import type { StateFolder } from "../host/files/state-folder.ts";
import { actId } from "../system/acts/act-id.ts";
import { readCaller } from "../system/caller.ts";
import { toByteText } from "../text/byte-text.ts";
import type { ChangeHost, ChangeRequest, FileEdit } from "./change.ts";
import { renderRecord, type ChangeRecord, type ChangeState, type FileRecord } from "./change-record.ts";

/** Of a byte text. */
export function sha256(bytes: string): string {
  return createHash("sha256").update(bytes, "latin1").digest("hex");
}

/** Writes the record of one change, always before what it tells of: whoever kills us leaves nothing that is not told. */
export class ChangeJournal {
  readonly #host: ChangeHost;
  #record: ChangeRecord;
  #backups = 0;

  /** @throws FatalError where nothing can be recorded: then nothing must be changed. */
  static begin({ command, reason, activation, id, accounts = [] }: ChangeRequest, host: ChangeHost): ChangeJournal {
    const startedMs = host.now();
    const record: ChangeRecord = {
      id: id ?? actId(startedMs, host.state.token()),
      state: "planned",
      command,
      reason,
      caller: readCaller(host.files),
      startedMs,
      endedMs: undefined,
      undoneBy: undefined,
      activation,
      accounts,
      files: [],
    };
    const journal = new ChangeJournal(record, host);
    const trouble = troubleIn(() => {
      journal.#save();
    });
    if (trouble !== undefined) throw cannotRecord(host.state, trouble);
    return journal;
  }

  private constructor(record: ChangeRecord, host: ChangeHost) {
    this.#record = record;
    this.#host = host;
  }

  get id(): string {
    return this.#record.id;
  }

  /**
   * Records what is about to be written, and then keeps what is there.
   *
   * @throws FileTrouble
   */
  intend(edits: readonly FileEdit[]): void {
    const files = edits.map((edit) => this.#fileOf(edit));
    this.#record = { ...this.#record, files: [...this.#record.files, ...files] };
    this.#save();
    for (const [index, { before }] of edits.entries()) {
      const backup = files[index]?.before?.backup;
      if (before !== undefined && backup !== undefined) this.#host.state.write(backup, before);
    }
  }

  /** Takes back what was intended and has not been written, or has been put back. */
  withdraw(edits: readonly FileEdit[]): void {
    const paths = new Set(edits.map(({ path }) => path));
    const withdrawn = this.#record.files.filter(({ path }) => paths.has(path));
    this.#record = { ...this.#record, files: this.#record.files.filter(({ path }) => !paths.has(path)) };
    for (const { before } of withdrawn) if (before !== undefined) this.#remove(before.backup);
  }

  /**
   * Where nothing was changed there is nothing to tell, and the record goes.
   *
   * @param accounts - that were locked.
   * @returns why the record still says that the change is only planned; undefined where it does not.
   */
  end(state: ChangeState, accounts: readonly string[] = []): FileTrouble | undefined {
    if (this.#record.files.length === 0 && accounts.length === 0) return this.#remove(nameOf(this.id));
    this.#record = { ...this.#record, state, accounts, endedMs: this.#host.now() };
    return troubleIn(() => {
      this.#save();
    });
  }

  #fileOf({ path, owner, before, after, copy }: FileEdit): FileRecord {
    const attributes = before === undefined ? undefined : this.#host.replaceFiles.attributes(path, owner);
    if (before !== undefined && attributes === undefined)
      throw new FileTrouble("changed", `${path} was removed by another process`);
    this.#backups += 1;
    return {
      path,
      owner: { uid: owner.uid, gid: owner.gid },
      before: attributes && {
        ...attributes,
        sha256: sha256(before ?? ""),
        backup: `${this.id}-${String(this.#backups)}.before`,
      },
      after: after === undefined ? undefined : sha256(after),
      copy,
    };
  }

  #save(): void {
    this.#host.state.write(nameOf(this.id), toByteText(renderRecord(this.#record)));
  }

  #remove(name: string): FileTrouble | undefined {
    return troubleIn(() => {
      this.#host.state.remove(name);
    });
  }
}

/** The file of a change in the state folder. */
export function nameOf(id: string): string {
  return `${id}.json`;
}

function cannotRecord({ path }: StateFolder, { message }: FileTrouble): ForeseenError {
  return new FatalError(
    `The change cannot be recorded in ${path}: ${message}. Nothing is changed.`,
    "Every change is recorded before it is made, so that it can be undone. Fix that first.",
  );
}
