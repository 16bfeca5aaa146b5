import { describe, expect, test } from "vitest";
import type { Auth } from "../../../../src/domain/auth.ts";
import { FileTrouble } from "../../../../src/host/files/file-trouble.ts";
import { findProtection } from "../../../../src/system/protected/read-protected.ts";
import { fakeHost } from "../../../helpers/fake-host.ts";
import { session, stranger } from "../../../helpers/sessions.ts";

const path = "/etc/sshctl/protected";
const sha256 = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8";
const other = "SHA256:AAAAuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8";

function protection(text: string, lifted: readonly string[] = []) {
  const run = async (name: string, args: readonly string[]) =>
    Promise.resolve(
      name === "id" && args.at(-1) === "carol" ? { stdout: "1002 2000\n", stderr: "", exitCode: 0 } : undefined,
    );
  return findProtection(lifted, fakeHost({ texts: { [path]: text }, run }));
}

function by(fingerprint: string | undefined, verified = true, method = "publickey"): Auth {
  const key =
    fingerprint === undefined
      ? undefined
      : { type: "ED25519", fingerprint, certificate: undefined, comment: undefined };
  return { method, key, source: "journal", verified };
}

describe("a session is protected", () => {
  test.each([
    ["alice", session(), "alice"],
    ["1000", session(), "1000"],
    ["alice", session({ user: "alias", uid: 1000 }), "alice"],
    ["alice", session({ user: undefined, uid: 1000 }), "alice"],
    ["bob", session(), undefined],
    ["nobody-there", session(), undefined],
    ["%ops", session(), "%ops"],
    ["%2000", session({ user: "bob", uid: 1001 }), "%2000"],
    ["%ops", session({ user: "carol", uid: 1002 }), "%ops"],
    ["%ops", session({ user: "dave", uid: 1003 }), undefined],
    ["%nothing", session(), undefined],
    ["10.0.0.0/8", session(), "10.0.0.0/8"],
    ["10.0.0.0/8", stranger(), "10.0.0.0/8"],
    ["192.0.2.0/24", session(), undefined],
    ["10.0.0.0/8", session({ peer: undefined }), undefined],
    [sha256, session({ auth: by(sha256) }), sha256],
    [sha256, session({ auth: by(other) }), undefined],
    [sha256, session({ auth: by(undefined, true, "password") }), undefined],
  ] as const)("by %s", async (line, who, name) => {
    expect((await protection(`${line}\n`).ofSession(who))?.name).toBe(name);
  });

  test.each([
    ["nobody knows how it was opened", undefined],
    ["only a log file tells", by(other, false)],
    ["another hash", by(`MD5:${"ab:".repeat(15)}cd`)],
    ["a key that is not named", by(undefined)],
  ])("by a key that it may have: %s", async (_, auth) => {
    expect((await protection(sha256).ofSession(session({ auth })))?.name).toBe(sha256);
  });

  test("and is not, where the line is set aside; the others still count", async () => {
    const text = "alice\n10.0.0.0/8\n";
    expect((await protection(text, ["alice"]).ofSession(session()))?.name).toBe("10.0.0.0/8");
    expect(await protection(text, ["alice", "10.0.0.0/8"]).ofSession(session())).toBeUndefined();
  });
});

test("what is set aside must be there", () => {
  expect(() => protection("alice\n", ["bob"])).toThrow("--even-protected bob: /etc/sshctl/protected has no such line");
});

test("a file that cannot be believed, or a line that means nobody, protects everybody", () => {
  expect(() => protection("alice\n10.0.0/8\n")).toThrow(
    `Nothing was done: line 2 of ${path}, "10.0.0/8", protects nobody`,
  );
  const troubles = { [path]: new FileTrouble("foreign", `${path} can be written by users other than root`) };
  expect(() => findProtection([], fakeHost({ troubles }))).toThrow("can be written by users other than root");
});
