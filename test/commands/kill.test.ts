import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Session } from "../../src/domain/session.ts";
import type { Prompts } from "../../src/cli/context.ts";
import { FileTrouble } from "../../src/host/files/file-trouble.ts";
import { now } from "../helpers/machine-builder.ts";
import { MortalHost, type MortalSpec } from "../helpers/mortal-host.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { sshctl, type World } from "../helpers/run-cli.ts";
import { report, session, stranger } from "../helpers/sessions.ts";

const alice = session({ pid: 903, ttys: ["pts/1"], peer: { address: "10.0.0.7", port: 5001 } });
const bob = session({ pid: 913, user: "bob", uid: 1001, ttys: ["pts/2"], peer: { address: "10.0.0.8", port: 5002 } });
const own = session({ pid: 923, ttys: ["pts/3"], self: true, selfProof: "you run this inside it" });
const doubtful = session({ pid: 933, ttys: ["pts/4"], self: undefined, selfProof: "nobody knows" });

const processOf = (pid: number, ppid: number, comm: string) => ({
  pid,
  ppid,
  pgid: pid,
  sid: ppid,
  comm,
  tty: undefined,
  foregroundGroup: -1,
  startTicks: pid,
});

/** The report of a machine, with the processes of each session: monitor, child, shell, and a program in it. */
function machine(sessions: readonly Session[], programs: readonly string[] = []) {
  const processes = sessions.flatMap(({ pid, identity }) => [
    processOf(identity.pid, 800, "sshd-session"),
    ...(pid === identity.pid ? [] : [processOf(pid, identity.pid, "sshd-session"), processOf(pid + 1, pid, "bash")]),
    ...programs.map((program, index) => processOf(pid + 2 + index, pid + 1, program)),
  ]);
  return report(sessions, { processes: new Map(processes.map((process) => [process.pid, process])) });
}

/** A person who gives these answers, and must be asked exactly so often. */
function person(...answers: readonly boolean[]): Prompts & { questions: string[] } {
  const left = [...answers];
  const questions: string[] = [];
  return {
    questions,
    confirm: async (question) => {
      questions.push(question);
      const answer = left.shift();
      if (answer === undefined) throw new Error(`nobody expected "${question}"`);
      return Promise.resolve(answer);
    },
    choose: async (_, choices) => Promise.resolve(choices.slice(0, 1).map(({ value }) => value)),
  };
}

/** `sshctl ARGS` on a machine on which everything works, except for what is given. */
async function run(args: string, world: World, spec: MortalSpec = {}) {
  const machine = new MortalHost(spec);
  const look = () => machine.see(world.reports?.() ?? world.report ?? report([]));
  const outcome = await sshctl(args.split(" "), { ...world, host: machine.host, reports: look });
  const { sent, told, kept, entries } = machine;
  const isSession = (pid: number) => pid >= 900 && pid % 10 === 3;
  return {
    ...outcome,
    told,
    kept,
    ended: [...new Set(sent.map(({ pid }) => pid).filter((pid) => isSession(pid) || pid > 960))],
    signals: [...new Set(sent.map(({ signal }) => signal))],
    setAside: entries.map(({ SSHCTL_EVEN_PROTECTED: lines }) => lines),
    recorded: entries.map(({ SSHCTL_OUTCOME: outcome, SSHCTL_REASON: reason }) => ({ outcome, reason })),
  };
}

const everybody = { report: machine([alice, bob, own]) };

describe("kill names sessions", () => {
  test.each([
    ["kill 903", [903]],
    ["kill 902", [903]],
    ["kill 904", [903]],
    ["kill pts/2 10.0.0.7:5001", [913, 903]],
    ["kill pts/1 903 902", [903]],
    ["kill session:5", []],
  ])("%s", async (args, pids) => {
    const sessions = [alice, { ...bob, logindSession: "6" }];
    const { ended, exitCode } = await run(args, {
      report: machine(args.includes("session:") ? [bob, alice] : sessions),
    });
    expect(ended).toEqual(pids);
    expect(exitCode).toBe(pids.length > 0 ? 0 : 2);
  });

  test.each([
    ["kill 1234", 1, "There is no process 1234"],
    ["kill 903 pts/99", 1, "No SSH session is named pts/99"],
    ["kill 903 nonsense", 2, '"nonsense" does not name a session'],
    ["kill 10.0.0.7", 2, "does not name a session"],
    ["kill", 2, "needs a session"],
    ["kill all", 2, 'Did you mean "sshctl kill-all"?'],
    ["kill bob", 2, '"sshctl kill-all --user bob"'],
    ["kill 923", 6, "is your own session: you run this inside it"],
    ["kill 903 --signal STOP", 2, "would only stop the session"],
    ["kill 903 -FOO", 2, "Allowed: TERM (15)"],
    ["kill 903 --grace 0", 2, "--grace 0"],
    ["kill 903 --grace soon", 2, '--grace "soon"'],
    ["kill 903 --message hello", 2, "--warn TIME"],
    ["kill 903 --backend gun", 2, "kill, pkill, killall"],
    ["kill 903 --root /tmp/x", 2, "recorded host"],
    ["kill-all bob", 2, "bob"],
    ["kill-all --user nobody --yes", 1, "No session matches"],
    ["kill-all", 6, "nobody can be asked"],
  ])("%s ends with %i", async (args, code, message) => {
    const { ended, exitCode, err, out } = await run(args, everybody);
    expect(err).toContain(message);
    expect({ ended, exitCode, out }).toEqual({ ended: [], exitCode: code, out: "" });
  });

  test("asks for a terminal that something in a session has opened", async () => {
    const sudo = { ...processOf(906, 904, "bash"), tty: "pts/7" };
    const world = {
      report: machine([{ ...alice, innerTerminals: [{ tty: "pts/7", program: undefined, activity: undefined }] }]),
    };
    const deep = { report: { ...world.report, processes: new Map([...world.report.processes, [906, sudo]]) } };
    const asked = person(true);
    expect(await run("kill pts/7", { ...deep, prompts: asked })).toMatchObject({ ended: [903], exitCode: 0 });
    expect(asked.questions).toEqual(["End 1 session on web1?"]);
  });

  test("says that nothing was done where it is not known who is meant", async () => {
    const world = { report: machine([session({ pid: 943, kind: undefined, ttys: [], lastInputMs: undefined })]) };
    const { ended, exitCode, err } = await run("kill-all --idle 1h --yes", world);
    expect({ ended, exitCode }).toEqual({ ended: [], exitCode: 5 });
    expect(err).toContain("sshctl: nothing was done: it is not known whether 1 session is meant\n");
    expect(await run("kill-all --idle 1h --dry-run", world)).toMatchObject({ exitCode: 5 });
    expect(await run("kill-all --dry-run", { report: machine([own]) })).toMatchObject({ exitCode: 6 });
    expect(await run("kill-all --dry-run", { report: machine([]) })).toMatchObject({ exitCode: 1 });
  });

  test("takes what PAM still opens for a session to be, and names what else is there where there is none", async () => {
    const opening = session({
      pid: 963,
      monitorPid: undefined,
      identity: { pid: 963, startTicks: 963 },
      phase: "opening",
    });
    const closing = session({
      pid: 973,
      monitorPid: undefined,
      identity: { pid: 973, startTicks: 973 },
      phase: "closing",
    });
    const world = { report: machine([opening, closing]) };
    expect((await run("kill-all --yes", world)).ended).toEqual([963]);
    expect((await run("kill-all --yes --phase closing", world)).ended).toEqual([973]);
    expect((await run("kill-all --yes --phase any", world)).ended).toEqual([963, 973]);
    const { ended, exitCode, err } = await run("kill-all --yes --phase open", world);
    expect({ ended, exitCode }).toEqual({ ended: [], exitCode: 1 });
    expect(err).toContain("1 login whose session is still being opened, 1 session still being closed");
  });

  test("means no session without a terminal by --idle or --not-idle, and that is no lack of knowledge", async () => {
    const tunnel = session({ pid: 943, kind: "tunnel", ttys: [], lastInputMs: undefined });
    const world = { report: machine([tunnel, { ...alice, lastInputMs: now - 7_200_000 }]) };
    expect(await run("kill-all --idle 1h --yes", world)).toMatchObject({ ended: [903], exitCode: 0 });
    expect(await run("kill-all --not-idle 1h --yes", world)).toMatchObject({ ended: [], exitCode: 1 });
  });

  test.each([
    ["kill-all --user nobody --yes", []],
    ["kill-all --user nobody --dry-run", []],
    ["kill pts/99", []],
    ["kill 903 pts/99", [903]],
  ])("%s --ok-if-none ends with 0", async (args, pids) => {
    expect(await run(`${args} --ok-if-none`, everybody)).toMatchObject({ ended: pids, exitCode: 0 });
    const { out, exitCode } = await run(`${args} --ok-if-none -o json`, everybody);
    expect(exitCode).toBe(0);
    expect(violationsOf("kill-1", JSON.parse(out))).toEqual([]);
  });

  test("--ok-if-none without a name, as from an empty list of a script, ends nobody and with 0", async () => {
    const { ended, exitCode, out } = await run("kill --ok-if-none -o json", everybody);
    expect([ended, exitCode, JSON.parse(out).sessions ?? []]).toEqual([[], 0, []]);
    expect(await run("kill", everybody)).toMatchObject({ ended: [], exitCode: 2 });
  });

  test("--ok-if-none excuses nothing else", async () => {
    const world = { report: machine([session({ pid: 943, kind: undefined, ttys: [], lastInputMs: undefined }), own]) };
    expect(await run("kill-all --idle 1h --yes --ok-if-none", world)).toMatchObject({ exitCode: 5 });
    expect(await run("kill 923 --ok-if-none", world)).toMatchObject({ ended: [], exitCode: 6 });
    expect(await run("kill nonsense --ok-if-none", world)).toMatchObject({ exitCode: 2 });
    expect(await run("kill-all --not-user bobb --yes --ok-if-none", world)).toMatchObject({ exitCode: 1 });
  });

  test.each(["--yes", "--dry-run", "--yes --ok-if-none"])("says with %s that there is no such user", async (option) => {
    const { err, ended } = await run(`kill-all --user alicee ${option}`, everybody);
    expect(err).toContain("sshctl: there is no user alicee, did you mean alice?\n");
    expect(ended).toEqual([]);
    const some = await run(`kill-all --user alicee,bob ${option}`, everybody);
    expect(some.err).toBe("sshctl: there is no user alicee, did you mean alice?\n");
    expect(some.ended).toEqual(option === "--dry-run" ? [] : [913]);
  });

  test("spares nobody who does not exist", async () => {
    const world = everybody;
    expect(await run("kill-all --yes --not-user bobb", world)).toMatchObject({
      ended: [],
      exitCode: 1,
      err: expect.stringContaining("There is no user bobb, so --not-user would spare nobody. Nothing was done."),
    });
    // Whoever is logged in can be spared, whether or not the account is still there.
    expect(await run("kill-all --yes --not-user bob", world, { passwd: "root:x:0:0::/root:/bin/sh" })).toMatchObject({
      ended: [903],
    });
  });

  test("asks for a PID deep inside of a session, and not for its shell", async () => {
    const deep = { report: machine([alice], ["make"]) };
    const asked = person(true);
    expect(await run("kill 905", { ...deep, prompts: asked })).toMatchObject({ ended: [903], exitCode: 0 });
    expect(asked.questions).toEqual(["End 1 session on web1?"]);
    expect(await run("kill 905", deep)).toMatchObject({
      ended: [],
      exitCode: 6,
      err: expect.stringContaining("PID 905 is make, inside the session of PID 903, alice on pts/1"),
    });
    expect(await run("kill 905 --yes", deep)).toMatchObject({ ended: [903], exitCode: 0 });
  });

  test("ends nothing when one of them belongs to a container", async () => {
    const inside = session({ pid: 943, container: true });
    const { ended, exitCode, err } = await run("kill 903 943 --include-self", { report: machine([alice, inside]) });
    expect({ ended, exitCode }).toEqual({ ended: [], exitCode: 6 });
    expect(err).toContain("PID 943 belongs to a container");
  });

  test("lets people choose, but not their own session", async () => {
    expect(await run("kill", { ...everybody, prompts: person(true) })).toMatchObject({ ended: [903], exitCode: 0 });
    const shown: string[] = [];
    const choose: Prompts["choose"] = async (_, choices, titles) => {
      shown.push(titles, ...choices.map(({ label }) => label));
      return Promise.resolve([]);
    };
    const calledOff = { ...everybody, prompts: { ...person(), choose }, width: 100 };
    expect(await run("kill", calledOff)).toMatchObject({ ended: [], exitCode: 6 });
    expect(shown.map((line) => line.split(/ +/).slice(0, 7).join(" "))).toEqual([
      "USER KIND TTY FROM PID LOGIN IDLE",
      "alice shell pts/1 10.0.0.7:5001 903 08:00 1m",
      "bob shell pts/2 10.0.0.8:5002 913 08:00 1m",
    ]);
    const alone = { report: machine([own]), prompts: person() };
    expect(await run("kill", alone)).toMatchObject({ ended: [], exitCode: 1 });
  });
});

describe("a connection that several share", () => {
  const untimed = { startedAtMs: undefined, activity: undefined };
  const shell = (pid: number, tty: string | undefined) =>
    ({
      ...untimed,
      pid,
      kind: "shell",
      tty,
      program: { name: "bash", line: "-bash", startedAtMs: undefined },
      busy: false,
    }) as const;
  const rsync = {
    ...untimed,
    pid: 906,
    kind: "command",
    tty: undefined,
    program: { name: "rsync", line: "rsync", startedAtMs: undefined },
    busy: true,
  } as const;
  const listening = (address: string) => ({ kind: "remote-listener", listen: { address, port: 9902 } }) as const;
  const shared = session({
    ...alice,
    kind: "mixed",
    ttys: ["pts/1", "pts/5"],
    channels: [shell(904, "pts/1"), shell(905, "pts/5"), rsync],
    forwards: [listening("::1"), listening("127.0.0.1"), { kind: "agent", path: "/tmp/a" }],
    rootInside: [{ pid: 907, comm: "bash" }],
  });
  const world = () => {
    const seen = machine([shared, bob]);
    const more = [
      { ...processOf(904, 903, "bash"), tty: "pts/1" },
      { ...processOf(905, 903, "bash"), tty: "pts/5" },
      processOf(906, 903, "rsync"),
      { ...processOf(907, 905, "bash"), tty: "pts/5" },
    ];
    return {
      report: { ...seen, processes: new Map([...seen.processes, ...more.map((each) => [each.pid, each] as const)]) },
    };
  };

  test.each([
    [
      "kill pts/5",
      "pts/5 shares",
      'this also ends pts/1, rsync (PID 906), -R 9902 and agent /tmp/a; "sshctl kill pts/5 --only-this" ends pts/5 alone',
    ],
    ["kill 905", "pts/5 shares", '"sshctl kill pts/5 --only-this" ends pts/5 alone'],
    ["kill 906", "rsync (PID 906) shares", "this also ends pts/1, pts/5, -R 9902 and agent /tmp/a\n"],
    ["kill 907", "PID 907 is bash, inside", "all of it ends, with pts/1, rsync (PID 906), -R 9902"],
    ["kill pts/5 904", "pts/5 shares", "this also ends rsync (PID 906), -R 9902"],
  ])("%s is asked for, with all that ends, too", async (args, name, others) => {
    const unasked = await run(args, world());
    expect(unasked).toMatchObject({ ended: [], exitCode: 6, out: "" });
    expect(unasked.err).toContain(name);
    expect(unasked.err).toContain(others);
    expect(await run(args, { ...world(), prompts: person(true) })).toMatchObject({ ended: [903], exitCode: 0 });
    expect(await run(`${args} --yes`, world())).toMatchObject({ ended: [903], exitCode: 0, err: "" });
  });

  test.each([
    ["--tty pts/5", "pts/5 shares the connection of PID 903", "this also ends pts/1, rsync (PID 906), -R 9902"],
    ["--tty pts/1,pts/5", "pts/1 shares", "this also ends rsync (PID 906), -R 9902"],
    ["--forward-port 9902", "-R 9902 cannot be ended without", "this also ends pts/1, pts/5, rsync (PID 906)"],
    ["--forward remote-listener", "-R 9902 cannot be ended without", "this also ends pts/1, pts/5, rsync (PID 906)"],
  ])("kill-all %s says that more ends than it names", async (selection, name, others) => {
    for (const how of ["", " --dry-run"]) {
      const { err, ended } = await run(`kill-all ${selection}${how}`, world());
      expect(ended).toEqual([]);
      expect(err).toContain(name);
      expect(err).toContain(others);
    }
    expect((await run("kill-all --user alice --dry-run", world())).err).toBe("");
  });

  test.each(["kill 903", "kill 902", "kill 10.0.0.7:5001"])("%s means all of it, and ends it", async (args) => {
    expect(await run(args, world())).toMatchObject({ ended: [903], exitCode: 0 });
  });

  test("a shell with an agent and a display only is nothing to ask about", async () => {
    const forwards = [
      { kind: "agent", path: "/tmp/a" },
      { kind: "x11-listener", listen: { address: "::1", port: 6010 } },
    ] as const;
    const plain = session({ ...alice, channels: [shell(904, "pts/1")], forwards });
    expect(await run("kill pts/1", { report: machine([plain]) })).toMatchObject({ ended: [903], exitCode: 0 });
  });

  test("every plan names what goes along, and where root is inside", async () => {
    const { out } = await run("kill-all --dry-run", world());
    expect(out).toContain("also ends: rsync (PID 906), -R 9902 and agent /tmp/a (PID 903, alice on pts/1,pts/5");
    expect(out).toContain("root inside: bash (PID 907) (PID 903, alice on pts/1,pts/5");
    expect(await run("kill-all --dry-run --root-inside", world())).toMatchObject({
      out: expect.not.stringContaining("bob"),
    });
    expect(await run("kill-all --yes --not-root-inside", world())).toMatchObject({ ended: [913], exitCode: 0 });
  });

  test("--only-this ends one terminal by HUP, and leaves the rest", async () => {
    const plan = await run("kill pts/5 --only-this --dry-run", world());
    expect(plan.out).toContain("web1: 1 terminal to end, with HUP, then KILL after 5s\n");
    expect(plan.out).toContain("stays on the same connection: pts/1, rsync (PID 906), -R 9902 and agent /tmp/a\n");
    const { out, err, ended, signals, exitCode, recorded } = await run("kill pts/5 --only-this", world());
    expect({ ended, signals, exitCode, err }).toEqual({ ended: [], signals: ["HUP"], exitCode: 0, err: "" });
    expect(out).toContain("its connection stays open, with pts/1, rsync (PID 906), -R 9902 and agent /tmp/a\n");
    expect(recorded).toHaveLength(1);
    const json: unknown = JSON.parse((await run("kill 905 --only-this -s KILL -o json", world())).out);
    expect(json).toMatchObject({ id: expect.stringMatching(/^20261123T/) });
    expect(violationsOf("kill-1", json)).toEqual([]);
    expect(json).toMatchObject({
      signal: "KILL",
      sessions: [
        { victims: [905], channel: { tty: "pts/5", pid: 905 }, connectionStays: true, outcome: { kind: "ended" } },
      ],
    });
  });

  test("--only-this says what ends with a terminal that was to end alone", async () => {
    const { exitCode, err, out } = await run("kill pts/5 --only-this", {
      ...world(),
      // Another channel ends at the same moment.
      reports: () => {
        const { report: seen } = world();
        const orphan = seen.processes.get(904);
        return orphan === undefined
          ? seen
          : { ...seen, processes: new Map([...seen.processes, [904, { ...orphan, ppid: 905 }]]) };
      },
    });
    expect({ exitCode, err }).toEqual({ exitCode: 5, err: "sshctl: also ended in the meantime: pts/1\n" });
    expect(out).toContain("its connection stays open, with rsync (PID 906)");
  });

  test.each([
    ["kill pts/5 pts/1 --only-this", "Name exactly one"],
    ["kill --only-this", "Name exactly one"],
    [
      "kill 903 --only-this",
      "903 does not name one terminal of its connection. Nothing was done. It has pts/1, pts/5.",
    ],
    ["kill 906 --only-this", "rsync (PID 906) has no terminal: it cannot be ended without the rest of its connection."],
    ["kill 907 --only-this", "907 does not name one terminal"],
    ["kill pts/5 --only-this --everything", "--everything means all"],
    ["kill pts/5 --only-this --backend pkill", "--backend pkill selects whole sessions"],
    ["kill-all --only-this", "--only-this"],
  ])("%s is refused", async (args, message) => {
    const { ended, signals, exitCode, err } = await run(args, world());
    expect({ ended, signals, exitCode }).toEqual({ ended: [], signals: [], exitCode: 2 });
    expect(err).toContain(message);
  });
});

test.each([
  ["-9", "KILL"],
  ["-KILL", "KILL"],
  ["-SIGHUP", "HUP"],
  ["-s INT", "INT"],
  ["-1", "HUP"],
  ["--signal=15", "TERM"],
])("takes %s for a signal", async (habit, signal) => {
  expect((await run(`kill ${habit} 903`, everybody)).signals).toEqual([signal]);
  expect((await run(`killall ${habit} --yes`, everybody)).signals).toEqual([signal]);
});

describe("kill-all", () => {
  test("ends what matches, but not the own session, which it names with the reason", async () => {
    const { ended, exitCode, out, recorded } = await run("kill-all --yes --reason stolen", everybody);
    expect({ ended, exitCode }).toEqual({ ended: [903, 913], exitCode: 0 });
    expect(out).toContain(
      "spared: PID 923, alice on pts/3 from 10.0.0.7:5000, is your own session: you run this inside it",
    );
    expect(recorded).toMatchObject([
      { reason: "stolen", outcome: expect.stringMatching(/^ended by TERM in [0-9.]+s$/) },
      { reason: "stolen" },
    ]);
  });

  test("spares what may be the own session", async () => {
    const { ended, out } = await run("kill-all --yes", { report: machine([alice, doubtful]) });
    expect(ended).toEqual([903]);
    expect(out).toContain("may be your own session: nobody knows");
    expect((await run("kill-all --yes", { report: machine([own, doubtful]) })).exitCode).toBe(6);
    expect((await run("kill-all --yes --include-self", { report: machine([own, alice]) })).ended).toEqual([903, 923]);
  });

  test("who may be one's own and is root's to end is not offered to --include-self", async () => {
    const theirs = { report: machine([doubtful]) };
    const others = { foreign: [doubtful.pid] };
    const alike = { ended: [], exitCode: 4, err: expect.stringContaining("not yours to end. Run it as root") };
    for (const self of ["", " --include-self"]) {
      expect(await run(`kill ${String(doubtful.pid)}${self}`, theirs, others)).toMatchObject(alike);
      expect(await run(`kill-all --yes${self}`, theirs, others)).toMatchObject(alike);
    }
    const both = await run(
      "kill-all --yes",
      { report: machine([doubtful, { ...alice, self: undefined, selfProof: "nobody knows" }, own]) },
      others,
    );
    expect(both).toMatchObject({ ended: [], exitCode: 4 });
    expect(both.err).toMatch(
      /not yours to end; PID 903 may be your own session: nobody knows\. Run it as root, with sudo\. --include-self/,
    );
    const mine = { report: machine([own]) };
    const { exitCode, err } = await run(`kill ${String(own.pid)}`, mine, { foreign: [own.pid] });
    expect([exitCode, err]).toEqual([
      4,
      expect.stringContaining("is your own session: you run this inside it. Only root"),
    ]);
    expect((await run("kill-all --yes", mine, { foreign: [own.pid] })).err).not.toContain("--include-self");
  });

  test("asks once, and once more for what the sessions have started", async () => {
    const once = person(true);
    expect(await run("kill-all --user bob", { ...everybody, prompts: once })).toMatchObject({ ended: [913] });
    expect(once.questions).toEqual(["End 1 session on web1?"]);
    const twice = person(true, true);
    expect(await run("kill-all --everything", { ...everybody, prompts: twice })).toMatchObject({ ended: [903, 913] });
    expect(twice.questions[1]).toBe("And 2 processes that they started?");
    for (const answers of [[false], [true, false]]) {
      const refused = await run("kill-all --everything", { ...everybody, prompts: person(...answers) });
      expect(refused).toMatchObject({ ended: [], exitCode: 6, recorded: [], out: "" });
    }
  });

  test("shows a plan in every format and does nothing", async () => {
    const nothing = { signalFault: "nothing must be done" };
    const plan = await run("kill-all -n", everybody, nothing);
    expect(plan).toMatchObject({ exitCode: 0, err: "" });
    expect(plan.out.split("\n")[0]).toBe("web1: 2 sessions to end, with TERM, then KILL after 5s");
    const json = await run("kill-all -n -o json", everybody, nothing);
    expect(violationsOf("kill-1", JSON.parse(json.out))).toEqual([]);
    expect(JSON.parse(json.out)).toMatchObject({ dryRun: true, sessions: [{ outcome: null }, { outcome: null }] });
    expect((await run("kill-all -n --user nobody", everybody, nothing)).exitCode).toBe(1);
  });

  test("does not plan, ask, warn or act where all belong to others, and names them beside those that do not", async () => {
    const others = { foreign: [903, 913] };
    for (const args of ["kill-all --warn 1m", "kill-all --yes -o json", "kill 903"]) {
      const refused = await run(args, everybody, others);
      expect(refused).toMatchObject({ ended: [], told: [], exitCode: 4, out: "" });
      expect(refused.err).toMatch(/^sshctl: Nothing was done: PID 903, alice .*: not yours to end. Run it as root/);
    }
    const plan = await run("kill-all -n", everybody, others);
    expect(plan).toMatchObject({ exitCode: 4, err: "" });
    expect(plan.out).toContain("web1: 0 sessions to end");
    const one = await run("kill-all -n", everybody, { foreign: [913] });
    expect(one.exitCode).toBe(0);
    expect(one.out).toContain("web1: 1 session to end");
    expect(one.out).toContain("not permitted: PID 913, bob on pts/2 from 10.0.0.8:5002: only root can end it");
    const asked = person(false);
    await run("kill-all", { ...everybody, prompts: asked }, { foreign: [913] });
    expect(asked.questions).toEqual(["End 1 session on web1?"]);
  });

  test("tells before what may keep running and who cannot be warned, and afterwards how to end what does", async () => {
    const tunnel = session({ pid: 943, ttys: [], kind: "tunnel" });
    const world = { report: machine([alice, tunnel]) };
    const plan = await run("kill-all -n --warn 2m", world);
    expect(plan.out).toContain("2 sessions to end, with TERM, then KILL after 5s, 2m after a warning");
    expect(plan.out).toContain("not warned: PID 943, alice from 10.0.0.7:5000: it has no terminal");
    expect(plan.out).toContain("may keep running: 2 processes started by these sessions\n  904 bash (alice)");
    const kept = { report: machine([alice], ["nc", "nc"]) };
    const done = await run("kill 903", kept, { survivors: [905, 906] });
    expect(done.out).toContain("still running: 2 processes started by these sessions\n  905 nc (alice)");
    expect(done.out).toContain("  to end them: kill 905 906\n");
  });

  test("marks programs that should not be interrupted", async () => {
    const { out } = await run("kill-all -n --user bob", { report: machine([bob], ["apt-get"]) });
    expect(out).toContain("\nDANGER: apt-get (PID 915) installs packages in the session of bob, PID 913\n");
  });

  test("leaves out and names sessions whose key is unknown or unverified", async () => {
    const auth = { method: "publickey", source: "journal", verified: true } as const;
    const key = { type: "ED25519", fingerprint: "SHA256:abc", certificate: undefined, comment: "laptop" };
    const proven = { ...alice, auth: { ...auth, key } };
    const claimed = { ...bob, auth: { ...auth, key, source: "/var/log/auth.log", verified: false } };
    const unknown = session({ pid: 943, ttys: ["pts/9"] });
    const world = { report: machine([proven, claimed, unknown]) };
    const { ended, exitCode, out } = await run("kill-all --yes --key laptop", world);
    expect({ ended, exitCode }).toEqual({ ended: [903], exitCode: 5 });
    expect(out).toContain("left out: PID 913");
    expect(out).toContain("left out: PID 943");
    const others = await run("kill-all --yes --not-key SHA256:zzz", world);
    expect(others).toMatchObject({ ended: [903], exitCode: 5 });
  });

  test("tells of sessions that have come meanwhile, and ends them with --until-none", async () => {
    const late = session({ pid: 953, ttys: ["pts/7"] });
    const come = () => {
      const reports = [machine([alice]), machine([alice, late]), machine([late])];
      return { reports: () => reports.shift() ?? machine([]) };
    };
    const told = await run("kill-all --yes", come());
    expect(told).toMatchObject({ ended: [903], exitCode: 5 });
    expect(told.out).toContain("opened in the meantime: PID 953");
    const all = await run("kill-all --yes --until-none", come());
    expect(all).toMatchObject({ ended: [903, 953], exitCode: 0 });
    expect(all.err.match(/^sshctl: PID \d+, .*: ended by TERM/gm)).toHaveLength(2);
  });

  test("--until-none is not finished by one look at which a client that comes back is away", async () => {
    const back = session({ pid: 953, ttys: ["pts/7"] });
    const reports = [machine([alice]), machine([]), machine([]), machine([back])];
    const world = { reports: () => reports.shift() ?? machine([]) };
    expect(await run("kill-all --yes --until-none", world)).toMatchObject({ ended: [903, 953], exitCode: 0 });
  });

  test("--until-none says that it has not finished", async () => {
    let pid = 903;
    const endless = { reports: () => machine([session({ pid: (pid += 10), ttys: ["pts/7"] })]) };
    const tired = await run("kill-all --yes --until-none", endless);
    expect(tired).toMatchObject({
      exitCode: 5,
      err: expect.stringContaining("not finished: sessions were still being opened"),
    });
    const interrupted = new AbortController();
    const look = () => {
      const report = machine([session({ pid: (pid += 10), ttys: ["pts/7"] })]);
      if (pid > 1300) interrupted.abort();
      return report;
    };
    const stopped = await run("kill-all --yes --until-none", { reports: look, interruption: interrupted.signal });
    expect(stopped).toMatchObject({ exitCode: 5, err: expect.stringContaining("not finished: interrupted") });
  });

  test("spares with --idle whoever types while the warning runs", async () => {
    const reports = [machine([alice, bob]), machine([{ ...alice, lastInputMs: now }, bob])];
    const world = { reports: () => reports.shift() ?? machine([]) };
    const { ended, err } = await run("kill-all --idle 1m --warn 2m --yes", world);
    expect(ended).toEqual([913]);
    expect(err).toContain("already ended, or no longer matching: PID 903, alice on pts/1");
    const calledOff = await run("kill-all --warn 2m --yes", { ...everybody, interruption: AbortSignal.abort() });
    expect(calledOff).toMatchObject({ ended: [], exitCode: 6, recorded: [] });
  });

  test("keeps evidence before, and does nothing when that fails", async () => {
    const { kept, ended, err, recorded } = await run("kill-all --yes --evidence case-17 --reason CHG-1", everybody);
    expect(ended).toHaveLength(2);
    const manifest = kept.get("case-17/manifest.json") ?? "";
    expect(JSON.parse(manifest)).toMatchObject({
      command: "kill-all",
      reason: "CHG-1",
      by: "root (logged in as alice)",
    });
    expect(violationsOf("evidence-manifest-1", JSON.parse(manifest))).toEqual([]);
    expect(violationsOf("evidence-1", JSON.parse(kept.get("case-17/evidence.json") ?? ""))).toEqual([]);
    expect(err).toContain(createHash("sha256").update(manifest).digest("hex"));
    // Two sessions, each recorded when its evidence was taken and when it was ended.
    expect(recorded).toHaveLength(4);
    const full = new FileTrouble("broken", "x cannot be written: the file system is full");
    const fail = () => {
      throw full;
    };
    const archives = [
      [{ isThere: () => true }, 2, "Choose another name"],
      [{ inFolder: () => "exists" as const }, 2, "Choose another name"],
      [{ freeBytes: () => 1024 }, 3, "there is room for 1.0 KiB"],
      [{ inFolder: fail }, 3, "the file system is full"],
      [{ inFolder: () => ({ place: "/x", add: fail, finish: fail }) }, 3, "/x holds what was written before"],
    ] as const;
    for (const [spec, exitCode, message] of archives) {
      const failed = await run("kill-all --yes --evidence x", everybody, { archives: spec });
      expect(failed).toMatchObject({ ended: [], exitCode });
      expect(failed.err).toContain(message);
    }
  });

  test("writes a tar of evidence to standard output, and everything else to standard error", async () => {
    const { kept, ended, out, err } = await run("kill-all --yes --evidence -", everybody);
    expect(ended).toHaveLength(2);
    expect(out).toBe("");
    expect(err).toContain("in standard output");
    expect(err).toContain("ended by TERM");
    expect([...kept.keys()].filter((name) => name.endsWith("/manifest.json"))).toHaveLength(1);
  });

  test.each([
    ["kill-all --yes --evidence - --output json", {}, "both need standard output"],
    ["kill-all --yes --evidence -", { isOutputTerminal: () => true }, "which is a terminal"],
    ["kill-all --yes --memory", {}, "--memory needs --evidence"],
    ["kill-all --yes --save before.json", {}, "Use --evidence DIR"],
    ["kill 903 --save before.json", {}, "Use --evidence DIR"],
  ])("%s is refused", async (line, archives, message) => {
    const { ended, exitCode, err } = await run(line, everybody, { archives });
    expect({ ended, exitCode }).toEqual({ ended: [], exitCode: 2 });
    expect(err).toContain(message);
  });

  test("spares whom a name means, however it is written, and whom it may mean", async () => {
    const bobs = { kind: "account", uid: bob.uid ?? 0, name: "bob", others: [] } as const;
    const world = { ...everybody, directory: { Bob: bobs, "who?": { kind: "unknown" } as const } };
    expect(await run("kill-all --yes --not-user Bob", world)).toMatchObject({ ended: [903], exitCode: 0 });
    expect(await run("kill-all --yes --user Bob", world)).toMatchObject({ ended: [913], exitCode: 0 });
    expect(await run("kill-all --yes --not-user who?", world)).toMatchObject({ ended: [] });
  });

  test("tells when the system log has taken nothing", async () => {
    const { exitCode, err } = await run("kill-all --yes", everybody, { isLogFull: true });
    expect(exitCode).toBe(5);
    expect(err).toContain("the system log did not accept the record");
  });

  test("does not end systemd, restarts no listener that nobody knows, and none that would not start again", async () => {
    const socket = { pid: 1, server: "openssh", addresses: [] } as const;
    const activated = { report: { ...machine([alice]), listeners: [socket] } };
    expect(await run("kill-all --yes --include-listener", activated)).toMatchObject({ ended: [], exitCode: 2 });
    expect(await run("kill-all --yes --restart-listener", everybody)).toMatchObject({ ended: [], exitCode: 2 });
    const broken = { units: { 800: "ssh.service" }, configurationFault: "line 3: Bad" };
    const refused = await run("kill-all --yes --restart-listener", everybody, broken);
    expect(refused).toMatchObject({ ended: [], exitCode: 3 });
    expect(refused.err).toContain("line 3: Bad");
    const silent = { units: { 800: "ssh.service" }, isSilent: true };
    const told = await run("kill-all --yes --restart-listener", everybody, silent);
    expect(told).toMatchObject({ ended: [903, 913], exitCode: 5 });
    expect(told.err).toContain("does not answer on 127.0.0.1 port 22");
    expect(told.out).not.toContain("was restarted");
  });

  describe("tells what became of the listener", () => {
    const known = { units: { 800: "ssh.service" } };
    const nobody = { report: machine([]) };
    const silent = { report: { ...machine([alice]), listeners: [] } };
    const isGone =
      "the listener (PID 800) has ended: nobody can log in until it is started again: systemctl start ssh.service";

    test.each([
      ["kill-all --yes --restart-listener", "ssh.service was restarted, and answers on every port"],
      ["kill-all --yes --include-listener", isGone],
    ])("%s", async (line, note) => {
      const { out, exitCode } = await run(line, everybody, known);
      expect(exitCode).toBe(0);
      expect(out.trimEnd().split("\n").at(-1)).toBe(note);
      expect(JSON.parse((await run(`${line} -o json`, everybody, known)).out)).toMatchObject({ notes: [note] });
    });

    test("also where nobody else ends", async () => {
      expect(await run("kill-all --yes --include-listener", nobody, known)).toMatchObject({
        exitCode: 0,
        out: `${isGone}\n`,
      });
      expect(await run("kill-all --dry-run --include-listener", nobody, known)).toMatchObject({ exitCode: 0 });
    });

    test("where systemd holds its port, or has another way in", async () => {
      const local = { ...known, socket: { listen: ["/run/s"], isPerConnection: true } };
      const { out, err } = await run("kill-all --yes --include-listener", everybody, local);
      expect(out).toContain("nobody can log in through it until it is started again: systemctl start ssh.service");
      expect(out).toContain("logins by ssh.socket on /run/s go on");
      expect(out + err).not.toContain("nobody can log in any more");
      const activated = { ...known, socket: { listen: ["[::]:22"] } };
      const refused = await run("kill-all --yes --include-listener", everybody, activated);
      expect(refused).toMatchObject({ ended: [], exitCode: 2, err: expect.stringContaining("stop ssh.socket") });
    });

    test("and where there is none", async () => {
      const refused = await run("kill-all --yes --restart-listener", silent, known);
      expect(refused).toMatchObject({ ended: [], exitCode: 2, err: expect.stringContaining("No listener was found") });
      const done = await run("kill-all --yes --include-listener", silent, known);
      expect(done).toMatchObject({ ended: [903], exitCode: 0 });
      expect(done.out).toContain("no listener was found to end");
    });
  });

  test("ends strangers only when they are asked for", async () => {
    const world = { report: machine([alice, stranger({ pid: 961, identity: { pid: 961, startTicks: 1 } })]) };
    expect((await run("kill-all --yes", world)).ended).toEqual([903]);
    expect((await run("kill-all --yes --phase authenticating", world)).ended).toEqual([961]);
  });

  test("prints nothing raw that a stranger has chosen", async () => {
    const evil = { ...bob, user: "bob\u001b[2J", command: "vi\u202em\nroot" };
    for (const args of ["kill-all -n", "kill-all --yes", "kill-all --yes -o json"]) {
      const { out, err } = await run(args, { report: machine([evil]) });
      expect(out + err).not.toMatch(/[\u001b\u202e]/);
    }
  });
});

describe("what happens meanwhile", () => {
  test("a target that ends while its user is warned does not save the others", async () => {
    const reports = [machine([alice, bob]), machine([bob])];
    const world = { reports: () => reports.shift() ?? machine([]) };
    const { ended, exitCode, err } = await run("kill pts/1 pts/2 --warn 2m", world);
    expect({ ended, exitCode }).toEqual({ ended: [913], exitCode: 0 });
    expect(err).toContain("already ended, or no longer matching: PID 903, alice");
  });

  test("a terminal that is somebody else's after the warning is left alone", async () => {
    const heir = session({ pid: 953, user: "carol", ttys: ["pts/1"] });
    const reports = [machine([alice]), machine([heir])];
    const world = { reports: () => reports.shift() ?? machine([]) };
    expect((await run("kill pts/1 --warn 2m", world)).ended).toEqual([]);
  });

  test("a session that comes during the warning is named, and ended with --until-none", async () => {
    const late = session({ pid: 953, ttys: ["pts/7"] });
    const come = () => {
      const reports = [machine([alice]), machine([alice, late]), machine([late])];
      return { reports: () => reports.shift() ?? machine([]) };
    };
    const told = await run("kill-all --yes --warn 2m", come());
    expect(told).toMatchObject({ ended: [903], exitCode: 5 });
    expect(told.out).toContain("opened in the meantime: PID 953");
    expect(await run("kill-all --yes --warn 2m --until-none", come())).toMatchObject({
      ended: [903, 953],
      exitCode: 0,
    });
  });

  test("whoever was still logging in has come meanwhile", async () => {
    const identity = { pid: 961, startTicks: 1 };
    const reports = [
      machine([alice, stranger({ pid: 961, identity })]),
      machine([session({ pid: 962, identity, ttys: ["pts/9"] })]),
    ];
    const world = { reports: () => reports.shift() ?? machine([]) };
    expect(await run("kill-all --yes", world)).toMatchObject({ ended: [903], exitCode: 5 });
  });

  test("the own session stays when the restarted listener does not answer", async () => {
    const silent = { units: { 800: "ssh.service" }, isSilent: true };
    const world = { report: machine([alice, own]) };
    const { ended, exitCode, out } = await run("kill-all --yes --include-self --restart-listener", world, silent);
    expect({ ended, exitCode }).toEqual({ ended: [903], exitCode: 5 });
    expect(out).toContain("not tried");
  });

  test("what fails after the listener has ended is told with what was done", async () => {
    const listener = { pid: 800, server: "openssh", addresses: [] } as const;
    const failing = { survivors: [800], signalFault: "EIO: kill" };
    const base = machine([alice]);
    const processes = new Map([...base.processes, [800, processOf(800, 1, "sshd")]]);
    const world = { report: { ...base, processes, listeners: [listener] } };
    const { exitCode, err } = await run("kill-all --yes --include-listener", world, failing);
    expect(exitCode).toBe(5);
    expect(err).toContain("the listener (PID 800) did not end");
    expect(err).toContain("EIO: kill");
  });

  test("a machine that cannot be read any more does not hide what was done", async () => {
    const reports = [machine([alice])];
    const world = {
      reports: () => {
        const next = reports.shift();
        if (next === undefined) throw new Error("EIO: /proc/stat");
        return next;
      },
    };
    const { exitCode, out, err, recorded } = await run("kill-all --yes", world);
    expect(exitCode).toBe(5);
    expect(out).toContain("ended by TERM");
    expect(err).toContain("EIO: /proc/stat");
    expect(recorded).toHaveLength(1);
  });
});

describe("/etc/sshctl/protected", () => {
  const withOthers = { report: machine([alice, bob]) };

  test("kill-all spares whom it names, and says by which line", async () => {
    const outcome = await run("kill-all --yes", withOthers, { protects: "# these\nbob\n" });
    expect(outcome).toMatchObject({ ended: [903], exitCode: 0 });
    expect(outcome.out).toContain("is protected by line 2 of /etc/sshctl/protected, bob");
  });

  test.each([
    ["kill 913 903", "--even-protected bob"],
    ["kill 913 --dry-run", "--even-protected bob"],
    ["kill-all --user bob --yes", "--even-protected bob"],
    ["kill-all --from 10.0.0.8 --yes --even-protected bob", "--even-protected 10.0.0.8/32"],
  ])("%s ends nobody", async (args, remedy) => {
    const { ended, exitCode, err } = await run(args, withOthers, { protects: "bob\n10.0.0.8/32\n" });
    expect({ ended, exitCode, err }).toEqual({ ended: [], exitCode: 6, err: expect.stringContaining(remedy) });
  });

  test("each line is set aside by itself, which is recorded", async () => {
    const args = "kill 913 --even-protected bob --even-protected 10.0.0.8/32";
    const spec = { protects: "bob\n10.0.0.8/32\nroot\n" };
    expect(await run(args, withOthers, spec)).toMatchObject({
      ended: [913],
      exitCode: 0,
      setAside: ["bob 10.0.0.8/32"],
    });
  });

  test.each([
    ["kill 903", "10.0.0.0/33\n", 3, "line 1 of /etc/sshctl/protected"],
    ["kill-all --yes", "root\nSHA256:ab\n", 3, "line 2 of /etc/sshctl/protected"],
    ["kill-all --dry-run", "root\nalice bob\n", 3, "line 2 of /etc/sshctl/protected"],
    ["kill 903 --even-protected carol", "root\n", 2, "has no such line"],
    ["kill 903 --even-protected carol", "", 2, "It protects nobody"],
  ])("%s with %j does nothing", async (args, protects, code, message) => {
    const { ended, exitCode, err } = await run(args, withOthers, { protects });
    expect({ ended, exitCode, err }).toEqual({ ended: [], exitCode: code, err: expect.stringContaining(message) });
  });
});
