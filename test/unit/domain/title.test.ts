import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { decodeVis, parseTitle, type Title } from "../../../src/domain/title.ts";

const bracketed = (marker: string, user?: string): Title => ({ role: "bracketed", marker, user });
const serving = (user: string, ...ttys: string[]): Title => ({ role: "serving", user, ttys });

describe("what every generation writes", () => {
  test.each<[string, Title]>([
    ["/usr/sbin/sshd", { role: "arguments" }],
    ["/usr/sbin/sshd -D", { role: "arguments" }],
    ["sshd", { role: "arguments" }],
    ["", { role: "arguments" }],
    ["sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", { role: "listener", isMarked: true }],
    ["sshd: /usr/sbin/sshd -D -o Banner=a: b [listener] 12 of 10-100 startups", { role: "listener", isMarked: true }],
    ["sshd: /usr/sbin/sshd -D [listener] 0 of 10-1", { role: "listener", isMarked: true }],
    ["gate: /opt/vendor/gate -D -p 2604 [list", { role: "listener", isMarked: true }],
    ["sshd: /usr/sbin/sshd -D -p 2605 -o PidF", { role: "listener", isMarked: false }],
    ["sshd: /usr/sb", { role: "listener", isMarked: false }],
    ["foo: /usr/sbin/foo [lost]", { role: "listener", isMarked: false }],
    ["sshd: [accepted]", bracketed("accepted")],
    ["sshd: [rexeced]", bracketed("rexeced")],
    ["sshd: [net]", bracketed("net")],
    ["sshd: alice [net]", bracketed("net", "alice")],
    ["sshd: unknown [priv]", bracketed("priv", "unknown")],
    ["sshd: alice [priv]", bracketed("priv", "alice")],
    ["sshd: alice [pam]", bracketed("pam", "alice")],
    ["sshd-session: [accepted]", bracketed("accepted")],
    ["sshd-session: root [priv]", bracketed("priv", "root")],
    ["sshd-session: alice [postauth]", bracketed("postauth", "alice")],
    ["sshd-auth: [session-auth early]", bracketed("session-auth early")],
    ["sshd-auth: [session-auth]", bracketed("session-auth")],
    ["sshd-auth: alice [net]", bracketed("net", "alice")],
    ["sshd: root@pts/0", serving("root", "pts/0")],
    ["sshd-session: alice", serving("alice")],
    ["sshd-session: alice@notty", serving("alice")],
    ["sshd-session: alice@pts/1", serving("alice", "pts/1")],
    ["sshd-session: bob@pts/0,pts/3", serving("bob", "pts/0", "pts/3")],
    ["sshd-session: deploy@internal-sftp", { role: "internal-sftp", user: "deploy" }],
    ["sshd.pam: alice@pts/1", serving("alice", "pts/1")],
  ])("%s", (text, title) => {
    expect(parseTitle(text)).toEqual(title);
  });
});

describe("names that users really have", () => {
  test.each([
    ["alice@corp.example@pts/1", serving("alice@corp.example", "pts/1")],
    ["alice@corp.example@notty", serving("alice@corp.example")],
    ["alice@corp.example", serving("alice@corp.example")],
    ["dom.user-x@pts/4", serving("dom.user-x", "pts/4")],
    [String.raw`CORP\\bob@pts/2`, serving(String.raw`CORP\bob`, "pts/2")],
    [String.raw`Zo\303\253 Smith@pts/3`, serving("Zoë Smith", "pts/3")],
    ["listener@pts/3", serving("listener", "pts/3")],
    ["internal-sftp", serving("internal-sftp")],
    ["internal-sftp@internal-sftp", { role: "internal-sftp", user: "internal-sftp" }],
    ["notty@notty", serving("notty")],
    ["pts/1@pts/2", serving("pts/1", "pts/2")],
  ] satisfies [string, Title][])("%s", (text, title) => {
    expect(parseTitle(`sshd-session: ${text}`)).toEqual(title);
  });
});

describe("a title that was cut short is all name, never a wrong kind of terminal", () => {
  test.each(["alice@pts/", "alice@pt", "alice@", "alice@not", "alice@pts/1,", "alice@pts/1,pt", "alice@internal-sft"])(
    "%s",
    (text) => {
      expect(parseTitle(`sshd: ${text}`)).toEqual(serving(text));
    },
  );
});

describe("what is no terminal is part of the name", () => {
  test.each([
    "alice@../../etc/passwd",
    "alice@pts/1\u001B[2J",
    "alice@pts/-1",
    "alice@pts/99999999999",
    "alice@pts/1, pts/2",
  ])("%j", (text) => {
    expect(parseTitle(`sshd: ${text}`)).toEqual(serving(text));
  });
});

describe("the escapes of vis(3)", () => {
  test.each([
    ["alice", "alice"],
    [String.raw`a\\b`, String.raw`a\b`],
    [String.raw`a\nb\tc\rd`, "a\nb\tc\rd"],
    [String.raw`\a\b\v\f\s\0`, "\u0007\b\v\f \0"],
    [String.raw`\033[2J`, "\u001B[2J"],
    [String.raw`\303\244\342\202\254`, "ä€"],
    [String.raw`\360\237\230\200`, "😀"],
    [String.raw`\377`, "\uFFFD"],
    [String.raw`\\303`, String.raw`\303`],
    [String.raw`\q`, "q"],
    ["cut\\", "cut"],
    [String.raw`\0123`, "\n3"],
  ])("%s", (text, decoded) => {
    expect(decodeVis(text)).toBe(decoded);
  });

  /** strnvis() with the flags that sshd gives it. */
  function encodeVis(text: string): string {
    return [...Buffer.from(text)]
      .map((byte) => {
        const character = String.fromCodePoint(byte);
        if (character === "\\") return "\\\\";
        if (character === "\n") return "\\n";
        if (character === "\t") return "\\t";
        return byte < 0x20 || byte > 0x7e ? `\\${byte.toString(8).padStart(3, "0")}` : character;
      })
      .join("");
  }

  test.prop([fc.string({ unit: "grapheme" })])("give every name back", (name) => {
    expect(decodeVis(encodeVis(name))).toBe(name);
  });
});

test.prop([fc.string({ unit: "binary" })])("any text whatever has a meaning", (text) => {
  expect(parseTitle(text).role).toMatch(/^(arguments|listener|bracketed|internal-sftp|serving)$/);
});
