import { FileTrouble } from "../../../src/host/files/file-trouble.ts";
import type { ChangeHost } from "../../../src/changes/change.ts";
import { fakeHost, type FakeHost } from "../../helpers/fake-host.ts";
import { memoryState, type MemoryState } from "../../helpers/memory-state.ts";

export const root = { uid: 0, gid: 0 };
export const alice = { uid: 1000, gid: 1000 };

/** What SIGKILL does: nothing catches it, and nothing is done after it. */
export class Killed extends Error {}

export interface Disk {
  host: FakeHost;
  state: MemoryState;
}

export function diskOf(texts: Readonly<Record<string, string>>): Disk {
  const state = memoryState();
  return { host: fakeHost({ texts, machine: { state } }), state };
}

/** All files with their modes, as they are now. */
export function contentOf({ host }: Disk): Record<string, string> {
  return Object.fromEntries(
    [...host.texts].map(([path, text]) => [path, `${(host.modes.get(path) ?? 0o644).toString(8)} ${text}`]),
  );
}

/**
 * A process on that disk.
 *
 * @param step - before which of its steps (reads of files aside) it happens, counted from 1.
 * @param what - killed: this and everything after it fails. broken: only this fails, as a full disk makes it. late: this is done,
 * and fails all the same, if it replaces a file.
 */
export function processOn(
  { host, state }: Disk,
  step = Infinity,
  what: "killed" | "broken" | "late" = "killed",
): ChangeHost {
  let steps = 0;
  const count = () => {
    steps += 1;
    if (what === "killed" && steps >= step) throw new Killed();
    if (what === "broken" && steps === step) throw new FileTrouble("broken", "the disk is full");
  };
  const { replaceFiles } = host;
  return {
    ...host,
    replaceFiles: {
      ...replaceFiles,
      replace: (...args) => {
        count();
        replaceFiles.replace(...args);
        if (what === "late" && steps === step) throw new FileTrouble("broken", "the disk is broken");
      },
      copy: (...args) => {
        count();
        replaceFiles.copy(...args);
      },
      withLock: async (path, owner, work) => {
        count();
        return replaceFiles.withLock(path, owner, work);
      },
    },
    state: {
      ...state,
      write: (...args) => {
        count();
        state.write(...args);
      },
      remove: (...args) => {
        count();
        state.remove(...args);
      },
    },
  };
}
