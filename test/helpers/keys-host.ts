import type { KeysHost } from "../../src/keys/host.ts";
import { LoginCounter, type Login, type LoginHistory } from "../../src/system/logs/login-counter.ts";
import type { Rights, UserFile } from "../../src/host/files/user-files.ts";
import { fromByteText } from "../../src/text/byte-text.ts";
import { fakeTimeoutHost, type FakeMachine } from "./timeout-host.ts";
import { now } from "./machine-builder.ts";

export interface KeyMachine extends FakeMachine {
  /** What sshd -T answers, for everybody or by user; by default that AuthorizedKeysFile is what it usually is. */
  sshd?: string | ((user: string) => string);
  logins?: readonly Login[];
  /** Since when the journal tells; for a day unless told otherwise, null: it cannot be read. */
  journalSinceMs?: number | null;
  filesSinceMs?: number;
  /** What is at a path instead of a regular file of its text. */
  odd?: Readonly<Record<string, UserFile>>;
  /** Rights of paths that are not 0600 of their user and 0755 of root. */
  rights?: Readonly<Record<string, Partial<Rights>>>;
}

export interface FakeKeysHost extends KeysHost {
  texts: Map<string, string>;
}

/** A Debian in memory with its keys. */
export function fakeKeysHost(machine: KeyMachine = {}): FakeKeysHost {
  const {
    sshd = "",
    odd = {},
    rights = {},
    run,
    logins = [],
    journalSinceMs = now - 86_400_000,
    filesSinceMs,
  } = machine;
  const base = fakeTimeoutHost(machine);
  const settings = (user: string) => (typeof sshd === "string" ? sshd : sshd(user));
  const history = (): LoginHistory => {
    const counter = new LoginCounter();
    for (const login of logins) counter.add(login);
    return {
      journalSinceMs: journalSinceMs ?? undefined,
      filesSinceMs,
      useOf: (user, fingerprint) => counter.useOf(user, fingerprint),
    };
  };
  return {
    ...base,
    userFiles: {
      together: (work) => work(),
      read: (paths, { uid, gid }) =>
        paths.map((path): UserFile => {
          const text = base.texts.get(path);
          const strange = odd[path];
          if (strange !== undefined) return strange;
          if (text === undefined) return { kind: "absent" };
          const at = (place: string, own: Rights): Rights => ({ ...own, ...rights[place] });
          const file = at(path, { path, uid, gid, mode: 0o100600 });
          return {
            kind: "read",
            text: fromByteText(text),
            rights: [
              file,
              ...foldersOf(path).map((place) => at(place, { path: place, uid: 0, gid: 0, mode: 0o40755 })),
            ],
          };
        }),
      realPath: (path) => path,
    },
    programs: {
      run: async (name, args, limitMs, input) => {
        const answer = await run?.(name, args, limitMs, input);
        if (answer !== undefined || name !== "sshd") return answer;
        const user = /user=([^,]*)/.exec(args.join(" "))?.[1] ?? "";
        return { stdout: `authorizedkeysfile .ssh/authorized_keys\n${settings(user)}`, exitCode: 0 };
      },
    },
    now: () => now,
    addToList: async () => Promise.reject(new Error("There is no list.")),
    readLogins: async () => Promise.resolve(history()),
  };
}

function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join("/")}`).concat("/");
}
