/** Plans a change and makes it, all of it or nothing, while no other sshctl does. */
import { FatalError, NothingDoneError, PermissionError } from "../../../errors.ts";
import { FileTrouble } from "../../../host/files/file-trouble.ts";
import type { TimeoutHost } from "../machine.ts";
import { DamagedBlockError } from "../shell/marked-block.ts";
import type { FileEdit, Mechanism, Plan } from "./mechanism.ts";

/** @throws NothingDoneError, PermissionError, FatalError */
export async function planOnly(plan: () => Promise<Plan>): Promise<Plan> {
  return inWords(plan);
}

/**
 * @param announce - is told the plan before anything is written.
 * @throws NothingDoneError, PermissionError, FatalError; all is then as it was before.
 */
export async function changeLimit(
  mechanism: Mechanism,
  plan: () => Promise<Plan>,
  announce: (plan: Plan) => void,
  host: TimeoutHost,
): Promise<Plan> {
  const { path, owner } = mechanism.lock;
  const work = async () => {
    const planned = await plan();
    announce(planned);
    if (planned.edits.length > 0) await apply(planned.edits, mechanism, host);
    return planned;
  };
  return inWords(async () => {
    // What is refused anyway is refused for its own reason, and not for a home that has no place for a lock.
    await plan();
    return host.ownedFiles.withLock(path, owner, work);
  });
}

async function apply(edits: readonly FileEdit[], mechanism: Mechanism, host: TimeoutHost): Promise<void> {
  const done: FileEdit[] = [];
  try {
    for (const edit of edits) {
      host.ownedFiles.replace(edit.path, edit.owner, edit.before, edit.after);
      done.push(edit);
    }
    await mechanism.activate(host);
    await mechanism.confirm(host);
  } catch (error) {
    await putBack(done, error, mechanism, host);
    throw error;
  }
}

async function putBack(
  done: readonly FileEdit[],
  reason: unknown,
  mechanism: Mechanism,
  host: TimeoutHost,
): Promise<void> {
  try {
    for (const { path, owner, before, after } of done.toReversed()) host.ownedFiles.replace(path, owner, after, before);
    if (done.length > 0) await mechanism.activate(host);
  } catch (error) {
    const paths = done.map(({ path }) => path).join(", ");
    throw new FatalError(
      `${messageOf(reason)} And it could not be put back: ${messageOf(error)}`,
      `Look after ${paths} by hand.`,
    );
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/(?<![.!])$/, ".");
}

/** What the file system has against it, as an end that the program foresees. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DamagedBlockError) throw new NothingDoneError(`${error.message}.`, "Remove it by hand.");
    if (!(error instanceof FileTrouble)) throw error;
    const message = `${error.message}. Nothing is changed.`;
    switch (error.kind) {
      case "refused":
        throw new PermissionError(message);
      case "broken":
        throw new FatalError(message);
      case "foreign":
      case "changed":
      case "busy":
        throw new NothingDoneError(message, error.kind === "foreign" ? "Put that right by hand first." : "Try again.");
    }
  }
}
