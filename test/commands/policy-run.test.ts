/** The service on a machine in memory: what it says, writes down and refuses. Real sessions end in test/lab/policy. */
import { describe, expect, test } from "vitest";
import type { Session, SessionReport } from "../../src/domain/session.ts";
import { parseAct } from "../../src/system/acts/act-record.ts";
import { fakeHost, type FakeHost, type HostSpec } from "../helpers/fake-host.ts";
import { now } from "../helpers/machine-builder.ts";
import { memoryState } from "../helpers/memory-state.ts";
import { sshctl, type Outcome } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { report, session } from "../helpers/sessions.ts";

const file = "/etc/sshctl/policy.toml";
const night = '[[rule]]\nname = "night"\nidle = "1h"\nwarn = "1m"\naction = "kill"\nreason = "INC-1"\n';
const act = 'mode = "act"\n';
const idle = session({ lastInputMs: now - 7_200_000 });
const root = session({ pid: 2101, user: "root", uid: 0, ttys: ["pts/2"], lastInputMs: now + 9e9 });
const own = { "/proc/self/ns/net": "net:[1]", "/proc/1/ns/net": "net:[1]" };

/** A machine with a service of which half a minute passes from look to look. */
class Server {
  readonly told: string[] = [];
  readonly entries: string[] = [];
  readonly notified: string[] = [];
  readonly folder = memoryState();
  readonly host: FakeHost;
  sessions: readonly Session[] = [idle, root];
  warnings: SessionReport["warnings"] = [];
  #nowMs = now;
  #uptime = 100_000;
  #hangUp: () => void = () => undefined;
  /** Is called with each look, counted from 1, before it. */
  onLook: (count: number) => void = () => undefined;

  constructor(policy: string | undefined, spec: HostSpec = {}) {
    this.host = fakeHost({
      links: own,
      run: async (name, args) => {
        if (name === "env") this.notified.push(args.slice(2).join(" "));
        return Promise.resolve(name === "env" ? { stdout: "", exitCode: 0 } : undefined);
      },
      ...spec,
      texts: { ...(policy === undefined ? {} : { [file]: policy }), "/proc/2/comm": "node\n", ...spec.texts },
      machine: {
        policy: this.folder,
        now: () => this.#nowMs,
        onHangUp: (listener) => {
          this.#hangUp = listener;
          return () => undefined;
        },
        terminals: {
          tell: (tty, _, text) => {
            this.told.push(`${tty}: ${text.trim()}`);
            return "told";
          },
        },
        feed: async (_name, _args, input) => {
          this.entries.push(input);
          return Promise.resolve(0);
        },
        ...spec.machine,
      },
    });
    this.#tick(0);
  }

  #tick(seconds: number): void {
    this.#nowMs += seconds * 1000;
    this.#uptime += seconds;
    this.host.texts.set("/proc/uptime", `${String(this.#uptime)}.00 1.00\n`);
    this.host.texts.set("/proc/sys/kernel/random/boot_id", "b0b0\n");
  }

  hangUp(): void {
    this.#hangUp();
  }

  /** The first reading is the self-test. */
  async run(looks: number): Promise<Outcome> {
    let count = -1;
    return sshctl(["policy", "run", "--looks", String(looks)], {
      host: this.host,
      env: { NOTIFY_SOCKET: "/run/systemd/notify" },
      reports: () => {
        count += 1;
        if (count > 0) this.onLook(count);
        if (count > 1) this.#tick(30);
        return { ...report(this.sessions), takenAtMs: this.#nowMs, warnings: this.warnings };
      },
    });
  }

  async ask(...args: readonly string[]): Promise<Outcome> {
    // Files of the folder, as other commands see them.
    for (const [name, text] of this.folder.texts) this.host.texts.set(`/var/lib/sshctl/policy/${name}`, text);
    return sshctl(["policy", ...args], { host: this.host, report: report(this.sessions) });
  }

  /** What was written down, as "act rule outcome". */
  records(): string[] {
    return this.entries.flatMap((entry) => {
      const record = parseAct(/MESSAGE=(.*)/.exec(entry)?.[1] ?? "");
      return record === undefined ? [] : `${record.act} ${record.facts.rule ?? "-"}: ${record.facts.outcome ?? ""}`;
    });
  }
}

describe("policy run in mode observe", () => {
  test("touches nobody, and counts what would be done", async () => {
    const server = new Server(night);
    const { out, err, exitCode } = await server.run(8);
    expect([err, exitCode]).toEqual(["", 0]);
    expect(out.match(/would have been \w+/g)).toEqual(["would have been told", "would have been ended"]);
    expect([server.told, server.entries]).toEqual([[], []]);
    const status = await server.ask("status");
    expect(status.out).toContain("running (PID 2)");
    expect(status.out).toContain("in 7 days: 1 would have been ended (night 1); 1 would have been warned (night 1)\n");
    expect(status.exitCode).toBe(0);
  });
});

describe("policy run in mode act", () => {
  test("warns once, ends after the warning, and writes both down with the rule", async () => {
    const server = new Server(act + night);
    const { out, exitCode } = await server.run(6);
    expect(exitCode).toBe(0);
    expect(server.told).toEqual([
      "pts/1: \u0007web1: your SSH session has been idle for 1h, and will be ended in 1m by rule night of this machine. INC-1. Press a key to keep it.",
    ]);
    // Its process is not there: this machine is made of nothing but a report.
    expect(out).toMatch(/PID 2001, alice on pts\/1 from 10.0.0.7:5000: had already ended \(rule night\)/);
    expect(server.records()[0]).toBe("policy night: was warned");
    expect(server.records()[1]).toBe("policy night: had already ended");
    expect(server.notified).toContain("READY=1");
    expect(server.notified).toContain("WATCHDOG=1");
  });

  test("a service that was killed does not warn again", async () => {
    const server = new Server(act + night.replace("1m", "10m"));
    await server.run(4);
    expect(server.told).toHaveLength(1);
    await server.run(4);
    expect(server.told).toHaveLength(1);
  });

  test("leaves the last way to root alone, and says so", async () => {
    const server = new Server(act + night);
    server.sessions = [{ ...root, lastInputMs: now - 7_200_000 }];
    await server.run(8);
    expect([server.told, server.entries]).toEqual([[], []]);
    expect((await server.ask("status")).out).toContain("left alone: it is the last open session that can become root");
  });

  test("does nothing while it is blind, and goes on when it sees again", async () => {
    const server = new Server(act + night);
    server.onLook = (count) => {
      server.warnings = count >= 3 && count <= 5 ? [{ code: "no-ptrace", message: "root is not allowed to look" }] : [];
    };
    const { err } = await server.run(6);
    expect(err).toBe("sshctl: nothing is done by the rules: root is not allowed to look\n");
    expect(server.told).toEqual([]);
    server.onLook = () => undefined;
    await server.run(3);
    expect(server.told).toHaveLength(1);
  });

  test("does nothing by a broken file of the protected", async () => {
    const server = new Server(act + night);
    server.onLook = (count) => {
      if (count === 2) server.host.texts.set("/etc/sshctl/protected", "a b c\n");
    };
    const { err } = await server.run(6);
    expect(err).toContain("nothing is done by the rules: Nothing was done: line 1 of /etc/sshctl/protected");
    expect(server.told).toEqual([]);
    expect((await server.ask("status")).exitCode).toBe(1);
  });

  test("a fuse that trips keeps everybody until somebody acknowledges it", async () => {
    const server = new Server(`${act}fuse = { most = 1, percent = 100 }\n${night.replace('warn = "1m"\n', "")}`);
    const other = session({ pid: 2201, lastInputMs: now - 7_200_000 });
    server.sessions = [idle, other, root];
    const { out } = await server.run(5);
    expect(out).toContain("the fuse has tripped: 2 sessions were to end in one pass, and at most 1 may");
    expect(server.records()).toEqual([]);
    const tripped = await server.ask("status", "--json");
    expect(violationsOf("policy-status-1", JSON.parse(tripped.out))).toEqual([]);
    expect(JSON.parse(tripped.out)).toMatchObject({ fuse: { count: 2, allowed: 1 }, running: true });
    expect(tripped.exitCode).toBe(1);
    await server.run(3);
    expect(server.records()).toEqual([]);
    expect((await server.ask("acknowledge", "--reason", "INC-2")).exitCode).toBe(0);
    server.sessions = [idle, root];
    await server.run(4);
    expect(server.records().slice(0, 2)).toEqual([
      expect.stringMatching(/^policy acknowledge -: acknowledged that 2 sessions/),
      "policy night: had already ended",
    ]);
    expect((await server.ask("acknowledge")).err).toContain("The fuse has not tripped");
  });

  test("rests while it is paused, and applies again by itself", async () => {
    const server = new Server(act + night);
    expect((await server.ask("pause", "2m", "--reason", "INC-3")).out).toContain("The rules rest until");
    const { err } = await server.run(3);
    expect(err).toContain("nothing is done by the rules: paused by root");
    const paused = await server.ask("status");
    expect(paused.out).toMatch(/PAUSED until .* by root: INC-3\n/);
    expect(server.told).toEqual([]);
    await server.run(6);
    expect(server.told).toHaveLength(1);
    expect((await server.ask("resume")).err).toContain("there is no pause");
    await server.ask("pause", "1d");
    expect((await server.ask("resume")).out).toContain("apply again");
    expect(server.records()).toContain("policy resume -: resumed");
  });

  test("keeps the rules that were good when the file turns into nonsense, and says so once", async () => {
    const server = new Server(act + night);
    server.onLook = (count) => {
      server.host.texts.set(file, count < 4 ? "mode = nonsense\n" : act + night.replace("night", "day"));
      if (count === 1 || count === 2 || count === 5) server.hangUp();
    };
    const { out, err } = await server.run(8);
    expect(err.match(/the rules that were read before still apply/g)).toHaveLength(2);
    expect(err).toContain(`${file}:1:8: no TOML`);
    expect(out).toContain("the rules were read again: 1, mode act\n");
    expect(server.told[0]).toContain("rule night");
    expect(server.told.at(-1)).toContain("rule day");
  });
});

describe("other commands know of the rules:", () => {
  test("timeout show has those that may mean the user, and doctor how they stand", async () => {
    const server = new Server(
      `${act}[[rule]]\nname = "spare"\nuser = "alice"\naction = "spare"\n${night}[[rule]]\nname = "bobs"\nuser = "bob"\nidle = "1h"\naction = "kill"\n`,
    );
    const show = async (user: string) =>
      (await sshctl(["timeout", "show", "--user", user], { host: server.host, report: report(server.sessions) })).out;
    expect(await show("alice")).toMatch(
      /rules \(sshctl policy\)\n {2}no service applies them\n {2}rule spare: .*left alone\.\n\n/,
    );
    expect(await show("bob")).toMatch(/ {2}rule night: .*\n {2}rule bobs: /);
    await server.run(2);
    for (const [name, text] of server.folder.texts) server.host.texts.set(`/var/lib/sshctl/policy/${name}`, text);
    expect(await show("bob")).toMatch(/rules \(sshctl policy\)\n {2}rule night: /);
    const document: unknown = JSON.parse(
      (await sshctl(["timeout", "show", "--json"], { host: server.host, report: report(server.sessions) })).out,
    );
    expect(violationsOf("timeout-1", document)).toEqual([]);
    expect(document).toMatchObject({ policy: { mode: "act", applied: true, rules: [{ name: "night" }], fault: null } });
  });

  test.each([
    [undefined, "no rules"],
    ["x = 1\n", "the rules are wrong"],
    [night, "1 rule, and no service applies them"],
  ])("doctor of %j", async (policy, says) => {
    const { host } = new Server(policy);
    const { out } = await sshctl(["doctor", "--json"], { host, report: report([idle]) });
    expect(JSON.stringify(JSON.parse(out))).toContain(says);
  });
});

describe("policy run refuses to begin", () => {
  test.each<[string, number, RegExp, string | undefined, HostSpec, SessionReport["warnings"]]>([
    ["without rules", 1, /There is no \/etc\/sshctl\/policy.toml/, undefined, {}, []],
    ["with a fault in them", 2, /policy.toml:1:1/, "x = 1\n", {}, []],
    ["without root", 4, /Only root/, night, { uid: 1000 }, []],
    ["without the right to look", 3, /not allowed/, night, {}, [{ code: "no-ptrace", message: "not allowed" }]],
    ["with a connection unexplained", 3, /no row/, night, {}, [{ code: "unexplained-connection", message: "no row" }]],
    ["in a network of its own", 3, /PrivateNetwork=/, night, { links: { ...own, "/proc/self/ns/net": "net:[2]" } }, []],
    ["where namespaces are hidden", 3, /CAP_SYS_PTRACE/, night, { links: {} }, []],
    ["without times", 3, /unknown/, night, {}, [{ code: "login-times-unknown", message: "unknown" }]],
  ])("%s", async (_, code, says, policy, spec, warnings) => {
    const server = new Server(policy, spec);
    server.warnings = warnings;
    const { err, exitCode } = await server.run(3);
    expect([exitCode, err]).toEqual([code, expect.stringMatching(says)]);
    expect(server.folder.texts.size).toBe(0);
  });

  test("where there is one already", async () => {
    const server = new Server(night);
    await server.run(1);
    const state = server.folder.texts.get("status.json") ?? "";
    server.host.texts.set("/var/lib/sshctl/policy/status.json", state.replace('"pid":2', '"pid":77'));
    server.host.texts.set("/proc/77/comm", "node\n");
    server.host.texts.set("/proc/77/cmdline", "node\0sshctl.js\0policy\0run\0");
    const { err, exitCode } = await server.run(1);
    expect([exitCode, err]).toEqual([3, expect.stringContaining("The rules are applied already, by PID 77")]);
  });
});

describe("what people ask of it", () => {
  test.each([
    [["pause"], 2, "policy pause needs a time"],
    [["pause", "soon"], 2, '"soon" is not understood'],
    [["pause", "8d"], 2, "at most 7d"],
    [["status"], 1, "has never run"],
    [["resume"], 1, "there is no pause"],
    [["acknowledge"], 1, "has not tripped"],
  ])("policy %j is refused", async (args, code, says) => {
    const { err, exitCode } = await new Server(night).ask(...args);
    expect([exitCode, err]).toEqual([code, expect.stringContaining(says)]);
  });

  test("only root may", async () => {
    const server = new Server(night, { uid: 1000 });
    for (const args of [["status"], ["pause", "1h"], ["resume"], ["acknowledge"]])
      expect((await server.ask(...args)).exitCode).toBe(4);
  });

  test("a service that is gone is not running", async () => {
    const server = new Server(night);
    await server.run(2);
    server.host.texts.delete("/proc/2/comm");
    const { out, exitCode } = await server.ask("status");
    expect([out.split("\n")[0], exitCode]).toEqual([expect.stringMatching(/^NOT RUNNING since /), 1]);
  });
});
