import { gone, type Files } from "../../src/host/files/files.ts";
import { FileTrouble } from "../../src/host/files/file-trouble.ts";
import type { Programs } from "../../src/host/programs/run.ts";
import { fromByteText } from "../../src/text/byte-text.ts";
import type { TimeoutHost } from "../../src/host/host.ts";

export interface FakeTimeoutHost extends TimeoutHost {
  /** All files, by path, as byte texts; what is changed shows here. */
  texts: Map<string, string>;
  /** Every path that was written, in order. */
  written: string[];
}

export interface FakeMachine {
  uid?: number;
  texts?: Readonly<Record<string, string>>;
  links?: Readonly<Record<string, string>>;
  /** Why the files at these paths cannot be read or written. */
  troubles?: Readonly<Record<string, FileTrouble>>;
  /** Why those at these cannot be written. */
  unwritable?: Readonly<Record<string, FileTrouble>>;
  /** Every file can be written only once. */
  onlyOnce?: boolean;
  run?: Programs["run"];
}

export const passwd = [
  "root:x:0:0:root:/root:/bin/bash",
  "sync:x:4:65534:sync:/bin:/bin/sync",
  "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin",
  "alice:x:1000:1000::/home/alice:/bin/bash",
  "bob:x:1001:1001::/home/bob:/usr/bin/fish",
  "carol:x:1002:1002::/home/carol:/usr/bin/zsh",
  "dave:x:1003:1003::/home/dave:/bin/sh",
  "erin:x:1004:1004::/home/erin:/usr/bin/mksh",
  "it's me:x:1005:1005::/home/me:/bin/bash",
].join("\n");

/** /etc/profile as Debian has it, shortened. */
export const profile = `PATH=/usr/bin
if [ -f /etc/bash.bashrc ]; then . /etc/bash.bashrc; fi
if [ -d /etc/profile.d ]; then
  for i in /etc/profile.d/*.sh; do . $i; done
fi
`;

const debian: Readonly<Record<string, string>> = {
  "/etc/passwd": passwd,
  "/etc/group": "root:x:0:\nwheel:x:10:alice\nops:x:2000:alice,bob\n",
  "/etc/profile": profile,
  "/etc/profile.d/70-extra.sh": "# nothing\n",
  "/etc/zsh/zprofile": "# /etc/profile is not read\n",
  "/etc/zsh/zshrc": "# zshrc\n",
};

/** A Debian in memory. */
export function fakeTimeoutHost({
  uid = 0,
  texts = {},
  links = {},
  troubles = {},
  unwritable = {},
  onlyOnce = false,
  run,
}: FakeMachine = {}): FakeTimeoutHost {
  const all = new Map(Object.entries({ ...debian, ...texts }));
  const written: string[] = [];
  const check = (path: string, table = troubles) => {
    const trouble = table[path];
    if (trouble !== undefined) throw trouble;
  };
  return {
    texts: all,
    written,
    uid,
    files: filesIn(all, { "/bin/sh": "dash", ...links }),
    programs: { run: run ?? (async () => Promise.resolve(undefined)) },
    ownedFiles: {
      read: (path) => {
        check(path);
        return all.get(path);
      },
      replace: (path, _owner, before, after) => {
        check(path, { ...troubles, ...unwritable });
        if (onlyOnce && written.includes(path)) throw new FileTrouble("broken", `${path} is full`);
        if (all.get(path) !== before)
          throw new FileTrouble("changed", `${path} has just been changed by somebody else`);
        written.push(path);
        if (after === undefined) all.delete(path);
        else all.set(path, after);
      },
      copy: (path, _owner, copy) => {
        check(copy, { ...troubles, ...unwritable });
        all.set(copy, all.get(path) ?? "");
      },
      withLock: async (path, _owner, work) => {
        check(path);
        return work();
      },
    },
    today: () => "2026-11-25",
  };
}

function filesIn(texts: ReadonlyMap<string, string>, links: Readonly<Record<string, string>>): Files {
  const read = (path: string) => {
    const text = texts.get(path);
    return text === undefined ? gone : fromByteText(text);
  };
  return {
    read,
    bytes: (path) => {
      const text = texts.get(path);
      return text === undefined ? gone : Buffer.from(text, "latin1");
    },
    link: (path) => links[path] ?? gone,
    names: (folder) => {
      const names = [...texts.keys()]
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1));
      return names.length === 0 ? gone : names.filter((name) => !name.includes("/"));
    },
    facts: (path) => (texts.has(path) ? { uid: 0, atimeMs: 0, mtimeMs: 0 } : gone),
  };
}
