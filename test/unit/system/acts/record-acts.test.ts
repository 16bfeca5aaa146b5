import { describe, expect, test } from "vitest";
import type { ScratchFolder } from "../../../../src/host/files/scratch-folder.ts";
import type { FeedProgram } from "../../../../src/host/programs/feed.ts";
import { parseAct, type ActRecord } from "../../../../src/system/acts/act-record.ts";
import { recordActs, recordManyActs } from "../../../../src/system/acts/record-acts.ts";
import { fakeHost } from "../../../helpers/fake-host.ts";

const record: ActRecord = {
  id: "20261125T101512480-7f2c",
  act: "keys revoke",
  isDone: true,
  caller: { uid: 0, name: "root", login: undefined },
  reason: "laptop stolen",
  facts: { key: "SHA256:abc", user: "bob" },
};

interface Call {
  name: string;
  args: readonly string[];
  input: string;
}

/** @param works - which programs take what they get. */
function machine(works: (call: Call) => boolean, texts: Readonly<Record<string, string>> = {}) {
  const calls: Call[] = [];
  const feed: FeedProgram = async (name, args, input) => {
    calls.push({ name, args, input });
    return Promise.resolve(works({ name, args, input }) ? 0 : 1);
  };
  return { calls, host: { files: fakeHost({ texts }).files, feed } };
}

const auditd = { "/run/auditd.pid": "412\n", "/proc/412/comm": "auditd\n" };

describe("recordActs", () => {
  test("writes the line and the same fields to the journal", async () => {
    const { calls, host } = machine(() => true);
    expect(await recordActs([record], host)).toEqual([]);
    expect(calls.map(({ name, args }) => [name, ...args])).toEqual([["logger", "--journald"]]);
    const lines = calls[0]?.input.split("\n") ?? [];
    expect(parseAct(lines[0]?.replace("MESSAGE=", "") ?? "")).toEqual(record);
    expect(lines).toEqual(
      expect.arrayContaining([
        "SYSLOG_IDENTIFIER=sshctl",
        `SSHCTL_ID=${record.id}`,
        "SSHCTL_ACT=keys revoke",
        "SSHCTL_RESULT=done",
        "SSHCTL_CALLER=root",
        "SSHCTL_USER=bob",
        "SSHCTL_REASON=laptop stolen",
      ]),
    );
  });

  test("writes the line to syslog where there is no journal", async () => {
    const { calls, host } = machine(({ args }) => args[0] !== "--journald");
    expect(await recordActs([record], host)).toEqual([]);
    const [, syslog] = calls;
    expect(syslog?.args.slice(0, -1)).toEqual(["-t", "sshctl", "-p", "authpriv.notice", "--"]);
    expect(parseAct(syslog?.args.at(-1) ?? "")).toEqual(record);
  });

  test("lets logger cut no long line, where it can be told", async () => {
    const long = { ...record, reason: "x".repeat(600), facts: { ...record.facts, outcome: "y".repeat(600) } };
    const known = machine(({ args }) => args[0] !== "--journald");
    expect(await recordActs([long], known.host)).toEqual([]);
    expect(known.calls[1]?.args.slice(0, 2)).toEqual(["--size", "8KiB"]);
    const busybox = machine(({ args }) => !args.some((arg) => ["--journald", "--size"].includes(arg)));
    expect(await recordActs([long], busybox.host)).toEqual([]);
    expect(busybox.calls[2]?.args[0]).toBe("-t");
  });

  test("lets nobody forge a field or a line of the journal", async () => {
    const { calls, host } = machine(() => true);
    const evil = 'x\nSSHCTL_CALLER=somebody else\0\u001b[2J" caller="nobody';
    await recordActs([{ ...record, reason: evil, facts: { user: evil } }], host);
    const lines = calls[0]?.input.split("\n") ?? [];
    const names = lines.map((line) => line.split("=", 1)[0]);
    expect(new Set(names).size).toBe(names.length);
    expect(calls[0]?.input).not.toMatch(/[\0\u001b]/);
    expect(parseAct(lines[0]?.replace("MESSAGE=", "") ?? "")).toMatchObject({ caller: { name: "root" }, reason: evil });
  });

  test("writes an audit record, too, where auditd runs", async () => {
    const { calls, host } = machine(() => true, auditd);
    expect(await recordActs([record], host)).toEqual([]);
    const audit = calls.find(({ name }) => name === "auditctl");
    expect(audit?.args[0]).toBe("-m");
    const { acct = "", cmd = "" } =
      /^op=sshctl-keys-revoke acct=(?<acct>[0-9A-F]+) cmd=(?<cmd>[0-9A-F]+)$/.exec(audit?.args[1] ?? "")?.groups ?? {};
    expect(Buffer.from(acct, "hex").toString()).toBe("bob");
    expect(parseAct(Buffer.from(cmd, "hex").toString())).toEqual(record);
  });

  test("writes none where its PID is another program's", async () => {
    const { calls, host } = machine(() => true, { ...auditd, "/proc/412/comm": "bash\n" });
    await recordActs([record], host);
    expect(calls.map(({ name }) => name)).toEqual(["logger"]);
  });

  test("keeps an audit record below what the kernel takes", async () => {
    const { calls, host } = machine(() => true, auditd);
    const long = "'\n ".repeat(2000);
    const facts = { user: long, key: long, outcome: long, command: long, files: long, peer: long, change: long };
    const caller = { uid: 0, name: long, login: { uid: 1, name: long } };
    await recordActs([{ ...record, reason: long, caller, facts }], host);
    expect(calls.find(({ name }) => name === "auditctl")?.args[1]?.length).toBeLessThan(8300);
  });

  test.each([
    ["no log", () => false, ["system", "audit"]],
    ["no audit log", ({ name }: Call) => name === "logger", ["audit"]],
    ["no system log", ({ name }: Call) => name === "auditctl", ["system"]],
  ])("says that %s took it", async (_, works, missing) => {
    const { host } = machine(works, auditd);
    expect(
      await recordActs(
        Array.from({ length: 20 }, () => record),
        host,
      ),
    ).toEqual(missing);
  });
});

describe("recordManyActs", () => {
  const records = Array.from({ length: 40 }, (_, index) => ({ ...record, facts: { pid: String(index) } }));

  /** @param problem - why no folder can be made. */
  function withFolder(host: ReturnType<typeof machine>["host"], problem?: Error) {
    const files = new Map<string, string>();
    const withScratchFolder = async <T>(work: (folder: ScratchFolder) => Promise<T>): Promise<T> => {
      if (problem !== undefined) throw problem;
      return work({
        write: (name, bytes) => {
          files.set(`/run/x/${name}`, bytes.toString());
          return `/run/x/${name}`;
        },
        read: () => Buffer.from(""),
      });
    };
    return { files, host: { ...host, withScratchFolder } };
  }

  test("starts logger for each of hundreds by one program, and each is told its own record", async () => {
    const { calls, host } = machine(() => true);
    const given = withFolder(host);
    expect(await recordManyActs(records, given.host)).toEqual([]);
    expect(calls.map(({ name, args }) => [name, ...args])).toEqual([["xargs", "-0", "-n", "1", "-P", "4", "logger"]]);
    const told = (calls[0]?.input.split("\0") ?? []).map((option) =>
      given.files.get(option.replace("--journald=", "")),
    );
    expect(told.map((text) => parseAct(text?.split("\n")[0]?.replace("MESSAGE=", "") ?? ""))).toEqual(records);
  });

  test.each([
    ["there is no xargs", undefined],
    ["no folder can be made", Object.assign(new Error("read-only file system"), { code: "EROFS" })],
  ])("writes one by one where %s", async (_, problem) => {
    const { calls, host } = machine(({ name }) => name !== "xargs");
    expect(await recordManyActs(records, withFolder(host, problem).host)).toEqual([]);
    expect(calls.filter(({ name }) => name === "logger")).toHaveLength(records.length);
  });

  test("writes a few one by one, and all of them into the audit log", async () => {
    const few = machine(() => true);
    await recordManyActs(records.slice(0, 5), withFolder(few.host).host);
    expect(few.calls.map(({ name }) => name)).toEqual(Array.from({ length: 5 }, () => "logger"));
    const audited = machine(() => true, auditd);
    await recordManyActs(records, withFolder(audited.host).host);
    expect(audited.calls.filter(({ name }) => name === "auditctl")).toHaveLength(records.length);
  });
});
