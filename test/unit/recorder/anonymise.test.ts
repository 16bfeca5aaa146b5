import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { assembleSessions } from "../../../src/domain/assemble-sessions.ts";
import { recordedFiles } from "../../../src/host/recorded/recorded-files.ts";
import { recordedPrograms } from "../../../src/host/recorded/recorded-programs.ts";
import { parseRecording, type Recording } from "../../../src/system/recorded/parse-recording.ts";
import { readSnapshot } from "../../../src/system/procfs/snapshot.ts";
import { argumentList, processList } from "../../../src/system/tools/ps.ts";
import { readToolsSnapshot } from "../../../src/system/tools/snapshot.ts";
import { socketList } from "../../../src/system/tools/ss.ts";
import { hostFolder, hostsWithTools } from "../../contract/recorded-hosts.ts";
import { anonymise } from "../../recorder/anonymise.ts";
import { anonymousArguments, anonymousTitle } from "../../recorder/anonymous-arguments.ts";
import { createPseudonyms } from "../../recorder/pseudonyms.ts";
import { writeRecording } from "../../recorder/write-recording.ts";

const recordingOf = (name: string) => parseRecording(readFileSync(`${hostFolder(name)}/recording.tsv`, "utf8"));

async function sessionsOf(recording: Recording) {
  const machine = {
    files: recordedFiles(recording),
    programs: recordedPrograms(recording),
    now: () => recording.takenAtMs,
    hostName: () => recording.host,
    observer: undefined,
    pause: () => undefined,
  };
  const snapshots = [readSnapshot(machine), await readToolsSnapshot(machine)];
  return snapshots.flatMap((snapshot) => assembleSessions(snapshot).sessions);
}

describe.each(hostsWithTools)("%s, anonymised", (name) => {
  test("shows the same sessions of others from elsewhere", async () => {
    const original = recordingOf(name);
    const users = new Map<string | undefined, string | undefined>();
    const peers = new Map<string | undefined, string | undefined>();
    const hidden = await sessionsOf(anonymise(original));
    for (const [index, session] of (await sessionsOf(original)).entries()) {
      const other = hidden[index];
      expect(other).toMatchObject({
        identity: session.identity,
        pid: session.pid,
        phase: session.phase,
        uid: session.uid,
        kind: session.kind,
        ttys: session.ttys,
        command: session.command,
        busy: session.busy,
        logindSession: session.logindSession,
      });
      expect(users.get(session.user) ?? other?.user).toBe(other?.user);
      expect(peers.get(session.peer?.address) ?? other?.peer?.address).toBe(other?.peer?.address);
      users.set(session.user, other?.user);
      peers.set(session.peer?.address, other?.peer?.address);
    }
    expect(new Set(users.values()).size).toBe(users.size);
    expect(new Set(peers.values()).size).toBe(peers.size);
  });

  test("names nobody and nothing of theirs", () => {
    const text = writeRecording(anonymise(recordingOf(name)));
    const names = /alice|bob|deploy|carol|CORP|Smith|rhel|lab-|notes|build\.log/g;
    const addresses = /192\.0\.2\.[12]0\b|0A0200C0|140200C0|2001:db8::10\b/g;
    expect([text.match(names), text.match(addresses)]).toEqual([null, null]);
  });
});

test("titles keep what the daemon says, and lose what a user or an administrator has said", () => {
  const pseudonyms = createPseudonyms();
  const hide = (title: string) => anonymousTitle(title, pseudonyms);
  expect(hide("sshd: /usr/sbin/sshd -D -o Banner=x [listener] 2 of 10-100 startups")).toBe(
    "sshd: /usr/sbin/sshd [listener] 2 of 10-100 startups",
  );
  expect(hide("sshd: alice [priv]")).toBe("sshd: user1 [priv]");
  expect(hide("sshd-session: alice@corp.example@pts/1,pts/2")).toBe("sshd-session: user2@pts/1,pts/2");
  expect(hide("sshd-session: alice@corp.example")).toBe("sshd-session: user2");
  expect(hide("sshd-session: alice@internal-sftp")).toBe("sshd-session: user1@internal-sftp");
  expect(hide("sshd: root@notty")).toBe("sshd: root@notty");
  expect(hide("sshd: unknown [net]")).toBe("sshd: unknown [net]");
  expect(hide("sshd-session: [accepted]")).toBe("sshd-session: [accepted]");
  expect(hide("/usr/sbin/sshd -D -p 2222")).toBe("/usr/sbin/sshd");
});

test("arguments keep their number, and options that tell what a command is", () => {
  expect(anonymousArguments(["bash", "-c", "mysql -psecret"])).toEqual(["bash", "-c", "x"]);
  expect(anonymousArguments(["/home/alice/bin/deploy", "--token=abc"])).toEqual(["deploy", "x"]);
  expect(anonymousArguments(["-bash"])).toEqual(["-bash"]);
  expect(anonymousArguments(["scp", "-r", "-t", "/srv"])).toEqual(["scp", "-r", "-t", "x"]);
});

test("one address has one pseudonym, whatever its form", () => {
  const { address } = createPseudonyms();
  expect([address("10.1.2.3"), address("::ffff:10.1.2.3"), address("10.1.2.4")]).toEqual([
    "192.0.2.1",
    "192.0.2.1",
    "192.0.2.2",
  ]);
  expect([address("127.0.0.1"), address("::1"), address("::"), address("0.0.0.0")]).toEqual([
    "127.0.0.1",
    "::1",
    "::",
    "0.0.0.0",
  ]);
  expect([address("FE80::1"), address("fe80::1")]).toEqual(["2001:db8::1", "2001:db8::1"]);
});

test("the recorder asks the tools what the source asks them", () => {
  const script = readFileSync(new URL("../../../collector/collect.sh", import.meta.url), "utf8");
  for (const { name, args } of [processList, argumentList, socketList]) {
    expect(script).toContain(`readOutput("${[name, ...args].join(" ")}", `);
  }
});
