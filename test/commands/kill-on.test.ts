/** kill and kill-all with --on: hosts are a recorded one, of which sessions end, and hostile ones, that a stand-in for ssh(1) plays. */
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import type { CallerProgram } from "../../src/host/programs/as-caller.ts";
import type { GroupEnd } from "../../src/host/programs/run-group.ts";
import type { CaseDocument } from "../../src/text/json-contract.ts";
import { hostFolder } from "../contract/recorded-hosts.ts";
import { fakeHost, type FakeHost } from "../helpers/fake-host.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";

const boot = "0d2b5c1e-7d0f-4c55-9c0e-2f1a55a0c7d1";

/** The shell of root on pts/1 is the one that asks. */
const debian = readFileSync(`${hostFolder("debian-13")}/recording.tsv`, "utf8").replace(
  /^taken-at\t.*\n/m,
  String.raw`$&observer	170
text	/proc/sys/kernel/random/boot_id	${boot}\n` + "\n",
);

interface Plan {
  nonce: string;
  sessions: { id: string; processes: string[]; record: string }[];
  text: string;
}

/** What was sent to act.sh; undefined where nothing was. */
function planIn(input: string): Plan | undefined {
  const text = /<<'sshctl_input'\n([^]*?)sshctl_input\n/.exec(input)?.[1];
  if (text === undefined) return undefined;
  const sessions = [...text.matchAll(/^session (\S+) (.*)\nrecord (.*)$/gm)].map(
    ([, id = "", processes = "", record = ""]) => ({ id, processes: processes.split(" "), record }),
  );
  return { nonce: /^plan 1 (\w+)$/m.exec(text)?.[1] ?? "", sessions, text };
}

type Rows = (plan: Plan) => string;

const allEnd: Rows = ({ sessions }) => sessions.map(({ id }) => `ended ${id} TERM 12\n`).join("");
const whole =
  (rows: Rows): Rows =>
  (plan) =>
    `acting ${plan.nonce}\n${rows(plan)}acted ${plan.nonce}\n`;

interface Fate {
  /** What act.sh says, or how the connection ends. */
  act?: (plan: Plan) => string | GroupEnd;
  /** Whether the sessions are really gone then. */
  ends?: boolean;
  /** Whether it answers afterwards. */
  isSilent?: boolean;
  protectedThere?: string;
  stderr?: string;
  boot?: string;
}

const refused: GroupEnd = {
  kind: "ended",
  stdout: Buffer.from(""),
  stderr: "ssh: connect to host x port 22: Connection refused\n",
  exitCode: 255,
};

/** By the start of a host's name. */
const fates: Readonly<Record<string, Fate>> = {
  web: { ends: true },
  stays: { act: whole(({ sessions }) => sessions.map(({ id }) => `survived ${id} 142 D\n`).join("")) },
  liar: {},
  late: { act: () => ({ kind: "late" }), ends: true },
  hangs: { act: () => ({ kind: "late" }) },
  mute: { act: () => ({ kind: "late" }), isSilent: true },
  cut: { act: ({ nonce }) => `acting ${nonce}\nended 124:596314 TE`, ends: true },
  lost: { act: () => refused },
  down: { isSilent: true },
  again: { act: whole(() => "other-boot\n") },
  nosudo: { act: () => "", stderr: "sudo: a password is required\n" },
  denied: { act: whole(({ sessions }) => sessions.map(({ id }) => `refused ${id}\n`).join("")) },
  escapes: { act: whole(() => "ended 124:596314 \u001b[2J 3\nsurvived 124:596314 \u001b[31m \u001b\nown 1:1\n") },
  safe: { ends: true, protectedThere: "owner\tdrwxr-xr-x\t0\nowner\t-rw-r--r--\t0\nline\talice\n" },
  group: {
    ends: true,
    protectedThere:
      "owner\tdrwxr-xr-x\t0\nowner\t-rw-r--r--\t0\nline\t%ops\ngroup\tops\t27\ngids\t1000\t1000 27\ngids\t1001\t1001\n",
  },
  open: { ends: true, protectedThere: "owner\tdrwxr-xr-x\t0\nowner\t-rw-rw-r--\t0\nline\talice\n" },
  wrong: { ends: true, protectedThere: "owner\tdrwxr-xr-x\t0\nowner\t-rw-r--r--\t0\nline\t10.0.0.0/99\n" },
  unsaid: { ends: true, protectedThere: "none" },
};

let ended: Map<string, Set<string>>;
let silenced: Set<string>;
let plans: { host: string; plan: Plan }[];
let asked: CallerProgram[];
let workstation: FakeHost;

beforeEach(() => {
  ended = new Map();
  silenced = new Set();
  plans = [];
  asked = [];
  workstation = workstationWith({});
});

const workstationWith = (texts: Record<string, string>) =>
  fakeHost({
    texts: { "/etc/passwd": "root:x:0:0::/root:/bin/sh\nalice:x:4000:4000::/:/bin/sh\n", ...texts },
    runAsCaller: async (program) => {
      asked.push(program);
      return Promise.resolve(answerOf(program.args.at(-2) ?? "", program.args.at(-1) ?? "", program.input ?? ""));
    },
  });

function answerOf(host: string, command: string, input: string): GroupEnd {
  const fate = fates[host.replace(/\d.*/, "")] ?? {};
  const plan = planIn(input);
  if (plan === undefined) {
    if (host.startsWith("down") || silenced.has(host)) return { kind: "late" };
    const nonce = /sshctl_protected (\w{32})/.exec(input)?.[1] ?? /--nonce (\w{32})/.exec(command)?.[1] ?? "";
    const protection = fate.protectedThere ?? "";
    const before = protection === "none" ? "" : `protected\t${nonce}\n${protection}\nunprotected\t${nonce}\n`;
    return textOf(`Welcome!\n${before}${recordingOf(host, nonce)}`);
  }
  plans.push({ host, plan });
  if (fate.ends === true)
    ended.set(host, new Set([...(ended.get(host) ?? []), ...plan.sessions.flatMap(({ processes }) => processes)]));
  if (fate.isSilent === true) silenced.add(host);
  const told = (fate.act ?? whole(allEnd))(plan);
  if (typeof told !== "string") return told;
  return textOf(told + recordingOf(host, plan.nonce), fate.stderr);
}

function textOf(stdout: string, stderr = ""): GroupEnd {
  return { kind: "ended", stdout: Buffer.from(stdout), stderr, exitCode: 0 };
}

/** Without the processes that have ended. */
function recordingOf(host: string, nonce: string): string {
  const pids = [...(ended.get(host) ?? [])].map((process) => process.split(":")[0] ?? "");
  const isGone = (line: string) => pids.some((pid) => line.includes(`\t/proc/${pid}/`));
  return debian
    .replace(/^recording\t2$/m, `recording\t2\t${nonce}`)
    .replace(/^end$/m, `end\t${nonce}`)
    .split("\n")
    .filter((line) => !isGone(line))
    .join("\n");
}

async function run(line: string, answer?: boolean) {
  const questions: string[] = [];
  const result = await sshctl(line.split(" "), {
    host: workstation,
    ...(answer === undefined
      ? {}
      : {
          prompts: {
            confirm: async (question: string) => {
              questions.push(question);
              return Promise.resolve(answer);
            },
            choose: async () => Promise.resolve(undefined),
          },
        }),
  });
  return { ...result, questions };
}

const documentOf = (text: string) => JSON.parse(text) as CaseDocument;

const itemsOf = (text: string, host: string) =>
  documentOf(text).hosts.flatMap(({ name, items }) => (name === host ? items : []));

describe("kill-all --on", () => {
  test("ends what matches on every host, proves it, and tells it", async () => {
    const { exitCode, out, err, questions } = await run("kill-all --on web[1-12] --user alice", true);
    expect(questions).toEqual(["End 48 sessions on 12 of 12 hosts?"]);
    expect(exitCode, err).toBe(0);
    expect(out).toMatch(/^web\[1-12\] +PID 142, alice on pts\/0 from 198.51.100.7:38783 +ended by TERM in 0.1s$/m);
    expect(err).toContain("Done and proven on 12 of 12 hosts.\n");
    expect(plans).toHaveLength(12);
  });

  test("sends each host a plan of its own processes, and what is to stand in its log", async () => {
    await run("kill-all --on web1 --user alice --kind shell --grace 2s --no-escalate --reason CHG-7 -s HUP", true);
    const [{ plan } = { plan: undefined }] = plans;
    expect(plan?.text).toMatch(
      new RegExp(`^plan 1 \\w{32}\nboot ${boot}\nsignal HUP\ngrace 200 only\nsession 124:596314 124:596314 142:\\d+\n`),
    );
    expect(plan?.text.endsWith(`\nend ${plan.nonce}\n`)).toBe(true);
    expect(plan?.sessions).toHaveLength(2);
    expect(plan?.sessions[0]?.record).toMatch(
      /^v="1" act="kill-all" id="[^"]+" caller="root" caller_uid="0" session="124:596314" .*caller_host="web1" reason="CHG-7"$/,
    );
  });

  test("never touches what is, or may be, my own", async () => {
    const { out } = await run("kill-all --on web1 --everyone --dry-run -o json", true);
    const own = itemsOf(out, "web1").filter(({ outcome }) => outcome === "refused");
    expect(own.map(({ what }) => what.split(",")[0])).toEqual(["PID 169", "PID 349"]);
    expect(own.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^spared: it is your own session/),
      expect.stringMatching(/^spared: it may be your own session/),
    ]);
  });

  test("needs to be told that everybody is meant", async () => {
    expect(await run("kill-all --on web1", true)).toMatchObject({ exitCode: 2 });
    expect((await run("kill-all --on web1 --everyone --user bob", true)).exitCode).toBe(2);
    expect(asked).toEqual([]);
    expect((await run("kill-all --on web1 --everyone", true)).exitCode).toBe(0);
    expect(plans[0]?.plan.sessions).toHaveLength(10);
  });

  test.each([
    ["stays", "not-done", "NOT ENDED: PID 142 is still running (state D)", 5],
    ["liar", "not-done", `NOT ENDED: it is still there, though the host says "ended by TERM in 0.1s"`, 5],
    ["late", "proven", "ended", 0],
    ["cut", "proven", "ended", 0],
    ["hangs", "not-done", "NOT ENDED: it is still there", 5],
    ["mute", "undecided", "UNDECIDED", 5],
    ["lost", "lost", "not tried: the host was lost", 3],
    ["again", "refused", "not tried", 5],
    ["nosudo", "refused", "NOT ENDED: not permitted", 4],
    ["denied", "refused", "NOT ENDED: not permitted", 4],
  ])("a host that %s: %s, %s", async (name, outcome, text, code) => {
    const { exitCode, out } = await run(`kill-all --on ${name}1 --user alice --kind tunnel -o json`, true);
    expect(violationsOf("case-1", documentOf(out))).toEqual([]);
    expect(documentOf(out).hosts).toMatchObject([{ name: `${name}1`, outcome }]);
    expect(itemsOf(out, `${name}1`).map(({ message }) => message)).toEqual([text]);
    expect(exitCode).toBe(code);
  });

  test("stops at the first host where it does not succeed, and never acts twice", async () => {
    const { err, exitCode } = await run("kill-all --on hangs1,web[1-12] --user alice", true);
    expect(exitCode).toBe(5);
    expect(plans.map(({ host }) => host)).toEqual(["hangs1"]);
    expect(err).toContain("  hangs1     NOT DONE: sessions are left\n");
    expect(err).toContain("  web[1-12]  not tried, because of hangs1\n");
    plans = [];
    await run("kill-all --on hangs1,web[1-12] --user alice --keep-going", true);
    expect(plans).toHaveLength(13);
  });

  test("says in its question who may have more", async () => {
    const { questions } = await run("kill-all --on web1,down[1-3] --user alice", false);
    expect(questions).toEqual(["End 4 sessions on 1 of 4 hosts? 3 hosts did not answer and may have more."]);
    expect(plans).toEqual([]);
  });

  test("prints nothing that a terminal could obey, and believes only what is in the plan", async () => {
    for (const format of ["table", "json"]) {
      const { out, err } = await run(`kill-all --on escapes1 --user alice -o ${format}`, true);
      expect(out + err).not.toContain("\u001b");
      expect(out).not.toContain("1:1");
    }
  });

  test("the plan of a host reaches no other", async () => {
    await run("kill-all --on web[1-3] --user alice --no-steps", true);
    const acted = asked.filter(({ input }) => planIn(input ?? "") !== undefined);
    expect(acted.map(({ args }) => args.at(-2))).toEqual(["web1", "web2", "web3"]);
    expect(new Set(acted.map(({ input }) => planIn(input ?? "")?.nonce)).size).toBe(3);
  });

  test("with sudo runs what is installed there, and sends the plan alone", async () => {
    await run("kill-all --on web1 --user alice --sudo", true);
    const input = asked.at(-1)?.input ?? "";
    expect(asked.at(-1)?.args.at(-1)).toBe("sh -s");
    expect(input).toMatch(/^sh -c '.*sudo -n.*' \/usr\/lib\/sshctl\/act\.sh --nonce \w{32} <<'sshctl_input'\nplan 1 /);
    expect(input).toMatch(/ \/usr\/lib\/sshctl\/collect\.sh --nonce \w{32} <\/dev\/null\n$/);
  });

  describe("whom root protects", () => {
    const alice = async (name: string, options = "") => {
      const result = await run(`kill-all --on ${name}1 --user alice --kind tunnel ${options}-o json`, true);
      return { ...result, items: itemsOf(result.out, `${name}1`).map(({ message }) => message) };
    };

    test("on this machine is spared on every host, by name", async () => {
      workstation = workstationWith({ "/etc/sshctl/protected": "alice\n" });
      expect(await alice("web")).toMatchObject({
        exitCode: 6,
        items: ["spared: it is protected by line 1 of /etc/sshctl/protected, alice"],
      });
      expect((await alice("web", "--even-protected alice ")).exitCode).toBe(0);
      expect((await run("kill-all --on web1 --user alice --even-protected bob", true)).exitCode).toBe(2);
    });

    test("there is spared there, also by a group", async () => {
      const text = "spared: it is protected by line 1 of /etc/sshctl/protected, alice there";
      expect(await alice("safe")).toMatchObject({ exitCode: 6, items: [text] });
      expect((await alice("group")).items[0]).toContain("%ops there");
      expect((await run("kill-all --on group1 --user bob", true)).exitCode).toBe(0);
      expect((await alice("safe", "--even-protected alice ")).exitCode).toBe(0);
    });

    test.each([
      ["open", "can be written by others"],
      ["wrong", "line 1 of /etc/sshctl/protected there protects nobody"],
      ["unsaid", "has not said whom it protects"],
    ])("where that cannot be told nothing is done: %s", async (name, why) => {
      const { exitCode, err } = await run(`kill-all --on ${name}1 --user alice`, true);
      expect([exitCode, plans]).toEqual([5, []]);
      expect(err).toContain(why);
    });
  });

  test.each([
    "--everything",
    "--warn 1m",
    "--restart-listener",
    "--include-listener",
    "--backend pkill",
    "--until-none",
    "--evidence x",
  ])("%s is for the sshctl of a host", async (option) => {
    const { exitCode, err } = await run(`kill-all --on web1 --user bob ${option}`, true);
    expect([exitCode, asked]).toEqual([2, []]);
    expect(err).toContain("only the sshctl of a machine can do that. Nothing was done. Run sshctl on the host.");
  });

  test.each(["--everyone", "--no-steps", "--keep-going", "--report x.json", "--resume x.json", "--at-most 3"])(
    "%s needs --on",
    async (option) => {
      expect((await run(`kill-all --user bob ${option}`, true)).err).toContain("Name them by --on.");
    },
  );
});

describe("kill --on", () => {
  test("ends exactly the session that is named, without a question", async () => {
    const { exitCode, out } = await run("kill --on web3 142");
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^web3 +PID 142, alice on pts\/0/m);
    expect(plans.map(({ host, plan }) => [host, plan.sessions.map(({ id }) => id)])).toEqual([
      ["web3", ["124:596314"]],
    ]);
  });

  test("asks where more would end than is named", async () => {
    expect((await run("kill --on web1 pts/5")).exitCode).toBe(6);
    expect(plans).toEqual([]);
    const { questions } = await run("kill --on web1 pts/5", true);
    expect(questions).toEqual(["End 1 session on 1 of 1 host?"]);
  });

  test.each([
    ["kill --on web[1-2] 142", 2, "kill ends the sessions of one"],
    ["kill --on web1", 2, "needs a session"],
    ["kill --on web1 999", 1, "There is no process 999"],
    ["kill --on down1 142", 3, "down1 did not answer"],
    ["kill --on web1 169", 6, ""],
    ["kill --on web1 142 169", 6, "PID 169, root on pts/1 from 198.51.100.7:34247: spared: it is your own session"],
  ])("%s ends with %i", async (line, code, text) => {
    const { exitCode, err } = await run(line);
    expect([exitCode, plans]).toEqual([code, []]);
    expect(err).toContain(text);
  });
});
