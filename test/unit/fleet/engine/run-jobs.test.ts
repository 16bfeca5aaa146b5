import { describe, expect, test } from "vitest";
import type { Answer, Engine, JobEnd } from "../../../../src/fleet/engine/engine.ts";
import { failureOf } from "../../../../src/fleet/engine/failures.ts";
import { runJobs } from "../../../../src/fleet/engine/run-jobs.ts";
import { job } from "../../../contract/engine.ts";

const says = (stderr: string, exitCode = 255): JobEnd => ({ kind: "ended", stdout: Buffer.from(""), stderr, exitCode });

const fine = says("", 0);
const denied = says("bob@host: Permission denied (publickey).\n");
const closed = says("kex_exchange_identification: Connection closed by remote host\n");
const refused = says("ssh: connect to host a port 22: Connection refused\n");

/** An engine that answers at once, and notes who was asked, by how many at once. */
function engineOf(answer: (name: string, turn: number) => JobEnd) {
  const asked: { name: string; fanOut: number }[] = [];
  const turns = new Map<string, number>();
  const engine: Engine = {
    run: async (jobs, { fanOut, stop }, tell) => {
      for (const each of jobs) {
        // One after the other, as events come.
        await Promise.resolve();
        const { name } = each.host;
        if (!stop.aborted) asked.push({ name, fanOut });
        turns.set(name, (turns.get(name) ?? 0) + 1);
        const end: JobEnd = stop.aborted ? { kind: "stopped" } : answer(name, turns.get(name) ?? 0);
        tell({ job: each, end, startedMs: 0, endedMs: 0 });
      }
    },
  };
  return { engine, asked };
}

async function run(count: number, answer: (name: string, turn: number) => JobEnd, fanOut = 32) {
  const { engine, asked } = engineOf(answer);
  const told: Answer[] = [];
  const givenUp: string[] = [];
  const course = {
    fanOut,
    login: undefined,
    connectSeconds: 1,
    hostSeconds: 1,
    interruption: new AbortController().signal,
  };
  const jobs = Array.from({ length: count }, (_, index) => job(`h${String(index)}`));
  await runJobs(
    jobs,
    engine,
    course,
    (each) => told.push(each),
    ({ host }) => givenUp.push(host.name),
  );
  return { asked, told, givenUp };
}

test("everybody is asked once, and told once", async () => {
  const { asked, told, givenUp } = await run(40, () => fine);
  expect(asked).toHaveLength(40);
  expect(new Set(told.map(({ job: { host } }) => host.name)).size).toBe(40);
  expect(givenUp).toEqual([]);
});

describe("when the first hosts refuse authentication", () => {
  test.each([1, 4, 8, 32])("no others are asked, at fan-out %i", async (fanOut) => {
    const { asked, told, givenUp } = await run(300, () => denied, fanOut);
    expect(asked).toHaveLength(5);
    expect(told).toHaveLength(5);
    expect(givenUp).toHaveLength(295);
  });

  test("the others are asked if one lets us in, or is only not there", async () => {
    for (const other of [fine, refused]) {
      const { asked, givenUp } = await run(40, (name) => (name === "h3" ? other : denied));
      expect(asked).toHaveLength(40);
      expect(givenUp).toEqual([]);
    }
  });

  test("five hosts are no more than the five that were named", async () => {
    const { told, givenUp } = await run(5, () => denied);
    expect(told).toHaveLength(5);
    expect(givenUp).toEqual([]);
  });

  test("none of them is asked again", async () => {
    const { asked } = await run(40, (name) => (name === "h0" ? fine : denied));
    expect(asked).toHaveLength(40);
  });
});

describe("whoever is turned away before authentication", () => {
  test("is asked once more, by fewer at once", async () => {
    const { asked, told } = await run(40, (name, turn) =>
      Number(name.slice(1)) % 2 === 1 && turn === 1 ? closed : fine,
    );
    expect(asked).toHaveLength(60);
    expect(asked.slice(40).every(({ fanOut }) => fanOut === 8)).toBe(true);
    expect(told.every(({ end }) => end === fine)).toBe(true);
  });

  test("is told when that fails, too, and not asked a third time", async () => {
    const { asked, told } = await run(3, () => closed);
    expect(asked).toHaveLength(6);
    expect(told.map(({ end }) => failureOf(end).code)).toEqual(["closed", "closed", "closed"]);
  });
});

/** What OpenSSH 8.4 to 10.6, sudo, doas and nologin say. */
describe("a cause is named:", () => {
  test.each([
    ["unresolved", "ssh: Could not resolve hostname nope: Name or service not known"],
    ["connection-refused", "ssh: connect to host 10.0.0.1 port 22: Connection refused"],
    ["timed-out", "ssh: connect to host 10.0.0.1 port 22: Connection timed out"],
    ["timed-out", "Connection timed out during banner exchange\nConnection to 10.0.0.1 port 22 timed out"],
    ["timed-out", "Timeout, server web1 not responding."],
    ["no-route", "ssh: connect to host 10.0.0.1 port 22: No route to host"],
    ["host-key", "Host key verification failed."],
    [
      "host-key",
      "No ED25519 host key is known for web1 and you have requested strict checking.\nHost key verification failed.",
    ],
    ["denied", "bob@web1: Permission denied (publickey,password)."],
    ["denied", "Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\nDisconnected"],
    ["closed", "kex_exchange_identification: read: Connection reset by peer"],
    ["closed", "Connection closed by 10.0.0.1 port 22"],
    ["closed", "Connection closed by UNKNOWN port 65535"],
    ["unreachable", "something else"],
    ["unreachable", ""],
  ])("%s", (code, stderr) => {
    expect(failureOf(says(`${stderr}\n`)).code).toBe(code);
  });

  test.each([
    ["no-privileges", "sudo: a password is required", 1],
    ["no-privileges", "Sorry, user bob is not allowed to execute '/usr/lib/sshctl/collect.sh' as root on web1.", 1],
    ["no-privileges", "doas: Authentication required", 1],
    ["no-privileges", "sh: 1: exec: doas: not found", 127],
    ["no-privileges", "sh: line 1: exec: doas: not found", 127],
    ["no-collector", "sudo: /usr/lib/sshctl/collect.sh: command not found", 1],
    ["no-collector", "doas: /usr/lib/sshctl/collect.sh: command not found", 1],
    ["no-recording", "Connection refused", 1],
    ["no-recording", "", 0],
  ])("%s, on the host", (code, stderr, exitCode) => {
    expect(failureOf(says(`${stderr}\n`, exitCode)).code).toBe(code);
  });

  test("no-login", () => {
    const stdout = Buffer.from("This account is currently not available.\n");
    expect(failureOf({ kind: "ended", stdout, stderr: "", exitCode: 1 }).code).toBe("no-login");
  });

  test("what ssh says otherwise is quoted, its last line, not all of it", () => {
    expect(failureOf(says(`first\n${"x".repeat(1000)}`)).detail).toBe("x".repeat(200));
  });
});
