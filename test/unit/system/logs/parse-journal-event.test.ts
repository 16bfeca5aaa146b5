import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { renderAct } from "../../../../src/system/acts/act-record.ts";
import { parseJournalEvent } from "../../../../src/system/logs/parse-journal-event.ts";
import {
  accepted,
  bootA,
  ofChild,
  ofJournald,
  ofLogind,
  ofMonitor,
  ofSystemd,
  type Entry,
} from "../../../helpers/fake-journal.ts";

const at = Date.parse("2026-11-28T14:00:00Z");
const moment = { boot: bootA, timeMs: at, sinceBootUs: at * 1000 };
const peer = { address: "192.0.2.7", port: 5000 };
const parse = (entry: Entry) =>
  parseJournalEvent({ text: (name) => entry[name] ?? "", number: (name) => Number.parseInt(entry[name] ?? "", 10) });
const monitor = (message: string, fields: Entry = {}) => parse(ofMonitor(118, message, { at, fields }));
const child = (message: string) => parse(ofChild(1000, message, { at }));

describe("what a session of dropbear's says as its user", () => {
  const dropbear = (message: string, uid = "1000") =>
    parse(
      ofMonitor(119, message, {
        at,
        fields: { SYSLOG_IDENTIFIER: "dropbear", _EXE: "/usr/sbin/dropbear", _UID: uid },
      }),
    );

  test("is how the client left", () => {
    const text = "Exit (alice) from <192.0.2.7:5000>: Disconnect received";
    expect(dropbear(text)).toEqual({ ...moment, kind: "parted", uid: 1000, peer, parting: "client" });
    expect(dropbear(text, "")).toBeUndefined();
    expect(dropbear("Exit (alice) from <192.0.2.7:5000>: Terminated by signal")).toBeUndefined();
    expect(dropbear("Pubkey auth succeeded for 'root' with ssh-ed25519 key SHA256:x from 192.0.2.7:1")).toBeUndefined();
  });

  test("is a login by a key that nothing else knows, of old versions", () => {
    const text = "Pubkey auth succeeded for 'bob' with key sha1!! fe:f9:a7 from 192.0.2.7:5000";
    expect(dropbear(text, "0")).toMatchObject({
      kind: "accepted",
      server: "dropbear",
      message: { user: "bob", method: "publickey", peer, key: undefined },
    });
  });
});

describe("what the connection process says", () => {
  test("is who logged in, and how", () => {
    expect(monitor(accepted("alice", 5000))).toMatchObject({
      ...moment,
      kind: "accepted",
      pid: 118,
      server: "openssh",
      message: { user: "alice", peer },
    });
  });

  test.each([
    [
      "pam_unix(sshd:session): session opened for user alice(uid=1000) by (uid=0)",
      { kind: "opened", user: "alice", uid: 1000 },
    ],
    [
      "pam_unix(sshd:session): session opened for user a b(uid=7) by root(uid=0)",
      { kind: "opened", user: "a b", uid: 7 },
    ],
    [
      "pam_unix(sshd:session): session opened for user alice by (uid=0)",
      { kind: "opened", user: "alice", uid: undefined },
    ],
    ["pam_unix(sshd:session): session closed for user alice", { kind: "closed", user: "alice" }],
    ["error: mm_reap: preauth child terminated by signal 15", { kind: "reaped", signal: "TERM" }],
    ["error: mm_reap: child terminated by signal 9", { kind: "reaped", signal: "KILL" }],
    ["error: mm_reap: child terminated by signal 63", { kind: "reaped", signal: "63" }],
    ["Exit (alice) from <192.0.2.7:5000>: Disconnect received", { kind: "closed", user: "alice", parting: "client" }],
    ["Exit (alice) from <192.0.2.7:5000>: Idle timeout", { kind: "closed", user: "alice", parting: "timeout" }],
    ["Exit (alice) from <192.0.2.7:5000>: Error reading: reset", { kind: "closed", user: "alice", parting: "gone" }],
    ["Exit (alice) from <192.0.2.7:5000>: Terminated by signal", { kind: "closed", user: "alice", parting: undefined }],
  ])("%s", (message, event) => {
    expect(monitor(message)).toEqual({
      ...moment,
      pid: 118,
      ...event,
      ...("user" in event && event.kind === "closed"
        ? { parting: "parting" in event ? event.parting : undefined }
        : {}),
    });
  });

  test("is believed of a process that journald has not seen any more, but for the login", () => {
    expect(monitor("pam_unix(sshd:session): session closed for user alice", { _EXE: "" })?.kind).toBe("closed");
    expect(monitor(accepted("alice", 5000), { _EXE: "" })).toBeUndefined();
  });

  test.each([
    ["another user", { _UID: "1000" }],
    ["another program", { _EXE: "/usr/bin/logger" }],
    ["nobody that journald knows", { _UID: "" }],
  ])("is not believed of %s", (_, fields) => {
    expect(monitor(accepted("alice", 5000), fields)).toBeUndefined();
    expect(monitor("pam_unix(sshd:session): session closed for user alice", fields)).toBeUndefined();
    expect(monitor("error: mm_reap: child terminated by signal 9", fields)).toBeUndefined();
  });
});

describe("what the session child says", () => {
  test.each([
    ["Received disconnect from 192.0.2.7 port 5000:11: disconnected by user", "client"],
    ["Disconnected from user alice 192.0.2.7 port 5000", "client"],
    ["Disconnected from user a b 192.0.2.7 port 5000", "client"],
    ["Connection closed by 192.0.2.7 port 5000", "gone"],
    ["Connection reset by 192.0.2.7 port 5000", "gone"],
    ["Connection closed by user alice 192.0.2.7 port 5000", "gone"],
    ["Read error from remote host 192.0.2.7 port 5000: Connection reset by peer", "gone"],
    ["Timeout, client not responding from user carol 192.0.2.7 port 5000", "timeout"],
    ["terminating inactive connection from user alice 192.0.2.7 port 5000", "timeout"],
  ])("%s", (message, parting) => {
    expect(child(message)).toEqual({ ...moment, kind: "parted", uid: 1000, peer, parting });
  });

  test.each([
    "Connection closed by authenticating user root 192.0.2.7 port 5000 [preauth]",
    "Connection closed by 192.0.2.7 port 5000 [preauth]",
    "Received disconnect from 192.0.2.7 port 5000:11: Bye Bye [preauth]",
    "Disconnected from authenticating user root 192.0.2.7 port 5000 [preauth]",
    "Disconnected from user alice nowhere port 5000",
    "Server listening on 0.0.0.0 port 22.",
    accepted("alice", 5000),
  ])("tells nothing: %s", (message) => {
    expect(child(message)).toBeUndefined();
  });
});

describe("logind, systemd, journald and sshctl", () => {
  test("tell of sessions and boots", () => {
    expect(parse(ofLogind("new", "c1", 118, { at }))).toEqual({
      ...moment,
      kind: "session-new",
      leader: 118,
      session: "c1",
    });
    expect(parse(ofLogind("out", "c1", 118, { at }))?.kind).toBe("session-over");
    expect(parse(ofLogind("removed", "c1", 118, { at }))?.kind).toBe("session-over");
    expect(parse(ofSystemd("session-c1.scope", { at }))).toEqual({ ...moment, kind: "session-stop", session: "c1" });
    expect(parse(ofSystemd("multi-user.target", { at }))).toEqual({ ...moment, kind: "shutdown", machine: "m1" });
    expect(parse(ofSystemd("cron.service", { at }))).toBeUndefined();
    expect(parse(ofJournald("stop", { at }))).toEqual({ ...moment, kind: "journal-stop", machine: "m1" });
  });

  test("are believed only as root", () => {
    for (const entry of [
      ofLogind("new", "c1", 118, { at }),
      ofSystemd("session-c1.scope", { at }),
      ofJournald("stop", { at }),
    ])
      expect(parse({ ...entry, _UID: "1000" })).toBeUndefined();
    expect(parse({ ...ofLogind("new", "c1", 118, { at }), _SYSTEMD_UNIT: "evil.service" })).toBeUndefined();
  });

  test("tell who ended what", () => {
    const act = "20261128T140000000-7f2c";
    const kill = {
      id: act,
      act: "kill-all",
      isDone: true,
      caller: { uid: 0, name: "root", login: { uid: 1000, name: "alice" } },
      reason: "left over",
      facts: { session: "135:1195039", pid: "148", signal: "TERM", outcome: "ended by TERM in 0.0s" },
    };
    const line = renderAct(kill);
    const record = ofMonitor(159, line, { at, fields: { SYSLOG_IDENTIFIER: "sshctl" } });
    expect(parse(record)).toEqual({
      ...moment,
      kind: "killed",
      pid: 135,
      act,
      caller: "root (logged in as alice)",
      signal: "TERM",
      reason: "left over",
    });
    expect(parse({ ...record, _UID: "1000" })).toBeUndefined();
    expect(parse({ ...record, MESSAGE: line.replace('result="done"', 'result="failed"') })).toBeUndefined();
    expect(parse({ ...record, MESSAGE: `${line} x` })).toBeUndefined();
    const ofTerminal = renderAct({ ...kill, act: "kill", facts: { ...kill.facts, tty: "pts/4", signal: "HUP" } });
    expect(parse({ ...record, MESSAGE: ofTerminal })).toBeUndefined();
  });

  test("tell what was dropped", () => {
    const line = {
      ...ofJournald("start", { at }),
      MESSAGE_ID: "a596d6fe7bfa4994828e72309e95d61e",
      MESSAGE: "Suppressed 31 messages from ssh.service",
    };
    expect(parse(line)).toEqual({ ...moment, kind: "suppressed", unit: "ssh.service", count: 31 });
  });
});

test("no entry is too strange", () => {
  const names = ["SYSLOG_IDENTIFIER", "_UID", "MESSAGE", "_EXE", "_PID", "MESSAGE_ID", "UNIT", "SESSION_ID", "LEADER"];
  const values = fc.oneof(fc.string(), fc.constantFrom("0", "sshd", "systemd", "systemd-logind", "1"));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), values), (entry) => {
      expect(() => parse(entry)).not.toThrow();
    }),
  );
});
