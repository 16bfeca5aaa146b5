import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { PermissionError } from "../../src/errors.ts";
import { quotedWord } from "../../src/domain/command-line.ts";
import { sessionValues } from "../../src/features/completion/values-text.ts";
import { fakeHost } from "../helpers/fake-host.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { session } from "../helpers/sessions.ts";

test.each([
  [[], "completion needs the name of a shell. Allowed: bash, zsh, fish."],
  [["tcsh"], 'There is no completion for "tcsh". Allowed: bash, zsh, fish.'],
  [
    ["values", "secrets"],
    'There are no values "secrets" to complete. Allowed: sessions, users, terminals, peers, keys, changes, hosts.',
  ],
  [["values"], 'There are no values "" to complete. Allowed: sessions, users, terminals, peers, keys, changes, hosts.'],
])("completion %j is a mistake", async (words, message) => {
  expect(await sshctl(["completion", ...words])).toEqual({ exitCode: 2, out: "", err: `sshctl: ${message}\n` });
});

test("an option that the help hides is not offered", async () => {
  const { out } = await sshctl(["completion", "bash"]);
  const offered = (command: string) => out.split("\n").find((line) => line.trim().startsWith(`'${command}') words=`));
  expect(offered("list")).toContain(" --root ");
  expect(offered("watch")).toContain(" --interval ");
  expect(offered("watch")).not.toContain(" --root ");
  expect(offered("kill")).not.toContain(" --not-user ");
});

describe("what lives on the machine", () => {
  const sessions = [
    session({ pid: 7, ttys: ["pts/1"] }),
    session({ pid: 9, ttys: [], command: "sftp-server", peer: { address: "2001:db8::7", port: 4 } }),
    session({ pid: 11, user: "bob", ttys: ["pts/2", "pts/3"], command: undefined }),
    session({ pid: 13, user: undefined, uid: undefined, phase: "authenticating", peer: undefined, ttys: [] }),
    session({ pid: 15, user: "boxed", container: true, ttys: [] }),
  ];

  test.each([
    [
      "sessions",
      [
        "7\talice pts/1 from 10.0.0.7 bash",
        "pts/1\talice pts/1 from 10.0.0.7 bash",
        "9\talice from 2001:db8::7 sftp-server",
        "11\tbob pts/2,pts/3 from 10.0.0.7",
        "pts/2\tbob pts/2,pts/3 from 10.0.0.7",
        "pts/3\tbob pts/2,pts/3 from 10.0.0.7",
      ],
    ],
    ["users", ["alice\t2 sessions", "bob\t1 session"]],
    [
      "terminals",
      [
        "pts/1\talice pts/1 from 10.0.0.7 bash",
        "pts/2\tbob pts/2,pts/3 from 10.0.0.7",
        "pts/3\tbob pts/2,pts/3 from 10.0.0.7",
      ],
    ],
    ["peers", ["10.0.0.7\t2 sessions", "2001:db8::7\t1 session"]],
  ])("%s", async (what, lines) => {
    const { out, exitCode } = await sshctl(["completion", "values", what], { sessions });
    expect(out).toBe(lines.map((line) => `${line}\n`).join(""));
    expect(exitCode).toBe(0);
  });

  test("keys, without a look into any log", async () => {
    const blob = "AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
    const machine = fakeHost({
      texts: {
        "/etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\nAuthorizedKeysFile none\n",
        "/etc/ssh/sshd_config.d/keys.conf": "AuthorizedKeysFile = /etc/ssh/keys/%u\n",
        "/etc/ssh/keys/alice": `broken\nssh-ed25519 ${blob} alice@laptop $(id)\n`,
        "/home/alice/.ssh/authorized_keys": "ssh-ed25519 AAAA nowhere\n",
      },
    });
    const keysHost = {
      ...machine,
      programs: { run: async () => Promise.reject(new Error("A program was started.")) },
      readLogins: async () => Promise.reject(new Error("A log was asked for.")),
    };
    const { out } = await sshctl(["completion", "values", "keys"], { host: keysHost });
    expect(out).toMatch(/^SHA256:[\w+/]{43}\talice@laptop \$\(id\)\n$/);
  });

  test("that is hidden is an error, and no offer", async () => {
    const failure = new PermissionError("It is hidden.");
    expect(await sshctl(["completion", "values", "users"], { failure })).toMatchObject({ exitCode: 4, out: "" });
  });

  property.prop([fc.string({ unit: "binary" }), fc.string({ unit: "binary" })])(
    "a hostile name is not offered, and a hostile command is shown harmlessly",
    (user, command) => {
      const text = sessionValues([session({ pid: 7, user, ttys: [user], command })]);
      expect(text).toMatch(/^(?:[\w@%+/.,:[\]][\w@%+=/.,:[\]-]*\t[^\p{Cc}\p{Cf}]*\n)+$/u);
      expect(text).toMatch(/^7\t/);
    },
  );

  test.each(["$(reboot)", "`id`", "a b", "-rf", "*", "~root", "#", "it's", "a;b", "\u202Ebob"])(
    "the user %j is not offered",
    async (user) => {
      const { out } = await sshctl(["completion", "values", "users"], { sessions: [session({ user })] });
      expect(out).toBe("");
    },
  );
});

test("a quote in a text does not end it", () => {
  expect(quotedWord("the user's")).toBe(`'the user'\\''s'`);
});
