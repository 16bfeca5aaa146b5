/** The frame of commands that act on other hosts, with a deed that is made up. */
import { beforeEach, describe, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import type { Command } from "../../src/cli/command.ts";
import { consentOptions } from "../../src/cli/consent.ts";
import type { Context } from "../../src/cli/context.ts";
import { commands } from "../../src/commands.ts";
import { actOnHosts } from "../../src/features/sessions/fleet/act/act-on-hosts.ts";
import { lostHost, type DeedTarget, type FleetDeed } from "../../src/features/sessions/fleet/act/deed.ts";
import { actingFleetOptions, hostsToTry, parseFleetAct } from "../../src/features/sessions/fleet/act/options.ts";
import { askFirst, namedHosts, parseReach } from "../../src/features/sessions/fleet/look.ts";
import { colorOption, formatOptions, parseStyle } from "../../src/features/sessions/output-options.ts";
import type { HostResult, OutcomeKind } from "../../src/fleet/act/host-outcome.ts";
import type { DeedMode } from "../../src/fleet/act/steps.ts";
import type { CaseDocument } from "../../src/text/json-contract.ts";
import { fakeHost, type FakeHost } from "../helpers/fake-host.ts";
import { violationsOf } from "../helpers/schemas.ts";

/** What is found on a host, and what becomes of it. */
let fates: Record<string, OutcomeKind>;
let tried: string[];
let host: FakeHost;
let mode: DeedMode;

beforeEach(() => {
  fates = {};
  tried = [];
  mode = "ending";
  host = fakeHost({ texts: { "/etc/passwd": "root:x:0:0::/root:/bin/sh\n" } });
});

const paint: Command = {
  name: "kill-all",
  summary: "",
  examples: [],
  options: {
    ...actingFleetOptions,
    ...consentOptions,
    ...formatOptions(["table", "json"]),
    ...colorOption,
    user: { group: "Select", value: "NAME", describe: "" },
    reason: { group: "Safety and records", value: "TEXT", describe: "" },
  },
  run: async (given, context) => {
    const options = await parseFleetAct(paint, given, context);
    const hosts = hostsToTry(options, await namedHosts(given, context));
    const asked = await askFirst(hosts.length, parseReach(given), async () => Promise.resolve(hosts), context);
    const names = asked.hosts.map(({ name }) => name);
    const item = { id: "1-2", what: "bob \u001b[2J|", kind: "not-tried", text: "" } as const;
    const deed: FleetDeed<DeedTarget> = {
      mode,
      deed: "end 2 sessions",
      title: "SESSION",
      targets: names
        .filter((name) => !name.startsWith("down") && !name.startsWith("empty"))
        .map((name) => ({ name, items: [item] })),
      settled: names.flatMap((name): HostResult[] => {
        if (name.startsWith("down")) return [lostHost(name, { code: "no-route", message: "no route to host" })];
        return name.startsWith("empty") ? [{ name, kind: "nothing", text: "", items: [] }] : [];
      }),
      nothing: "No session matches: there is nothing to end.",
      act: async ({ name }) => {
        tried.push(name);
        const kind = fates[name] ?? "proven";
        const text = kind === "proven" ? "ended by TERM" : "1 session is left";
        return Promise.resolve({ kind, text, items: [{ ...item, kind, text }] });
      },
    };
    const style = parseStyle(given, context);
    const format = given.texts("output").at(-1) === "json" ? "json" : "table";
    return actOnHosts(deed, options, { format, style, planStyle: style, okIfNone: false, fanOut: 4 }, context);
  },
};

interface Person {
  answer?: boolean;
  interruption?: AbortSignal;
}

async function sshctl(line: string, { answer, interruption }: Person = {}) {
  const written = { out: "", err: "" };
  const questions: string[] = [];
  const output = (stream: "out" | "err") => ({
    write: (text: string) => {
      written[stream] += text;
    },
    isTerminal: false,
    width: 80,
  });
  const context: Context = {
    out: output("out"),
    err: output("err"),
    env: {},
    host: async () => Promise.resolve(host),
    reports: async () => Promise.reject(new Error("nobody reads reports here")),
    prompts: async () =>
      Promise.resolve(
        answer === undefined
          ? undefined
          : {
              confirm: async (question) => {
                questions.push(question);
                return Promise.resolve(answer);
              },
              choose: async () => Promise.resolve(undefined),
            },
      ),
    interruptible: async (work) => work(interruption ?? new AbortController().signal),
  };
  const table = { ...commands, loaders: new Map([["kill-all", async () => Promise.resolve(paint)]]) };
  const exitCode = await run(["kill-all", ...line.split(" ")], context, table);
  return { exitCode, ...written, questions };
}

const documentOf = (text: string | undefined) => JSON.parse(text ?? "") as CaseDocument;

describe("the question", () => {
  test("has both numbers, and says who did not answer", async () => {
    const { questions, err, exitCode } = await sshctl("--on web[1-9],down[1-3],empty[1-288]", { answer: false });
    expect(questions).toEqual(["End 2 sessions on 9 of 300 hosts? 3 hosts did not answer and may have more."]);
    expect(err).toContain("  down[1-3]  did not answer: no route to host\n");
    expect(err).toContain(String.raw`web[1-9]  bob \x1b[2J|`);
    expect([exitCode, tried]).toEqual([6, []]);
  });

  test("in a script --yes needs --at-most, which holds before anything is done", async () => {
    const without = await sshctl("--on web[1-9] --yes");
    expect([without.exitCode, tried]).toEqual([2, []]);
    expect(without.err).toContain("--at-most NUMBER");
    const few = await sshctl("--on web[1-9] --yes --at-most 8");
    expect([few.exitCode, tried]).toEqual([6, []]);
    expect(few.err).toContain("Nothing was done: it concerns 9 hosts, and --at-most allows 8.");
    expect((await sshctl("--on web[1-9] --yes --at-most 9")).exitCode).toBe(0);
    expect(tried).toHaveLength(9);
  });

  test("nobody who can be asked means that nothing is done", async () => {
    expect((await sshctl("--on web1")).exitCode).toBe(6);
    expect((await sshctl("--on web1 --dry-run")).exitCode).toBe(0);
    expect(tried).toEqual([]);
  });
});

describe("the result", () => {
  test("names what was done, and what not, with the command that tries the rest", async () => {
    fates = { web1: "not-done" };
    const { exitCode, err, out } = await sshctl("--on web[1-3],down1,empty1 --user bob", { answer: true });
    expect(exitCode).toBe(5);
    expect(tried).toEqual(["web1"]);
    expect(out).toMatch(/web1 .* 1 session is left/);
    expect(err).toContain("Done and proven on 0 of 5 hosts; nothing to do on 1. Not proven on 4 hosts:\n");
    expect(err).toContain("  web1      NOT DONE: 1 session is left\n");
    expect(err).toContain("  web[2-3]  not tried, because of web1\n");
    expect(err).toContain("To try again what is left: sshctl kill-all --on 'down1,web[1-3]' --user bob\n");
  });

  test.each([
    ["web1,empty1", 0],
    ["empty1", 1],
    ["down1", 3],
    ["down1,empty1", 5],
    ["web1,down1", 5],
  ])("of %s is told by the exit code %i", async (names, code) => {
    expect((await sshctl(`--on ${names}`, { answer: true })).exitCode).toBe(code);
  });

  test("after Ctrl-C the rest is named", async () => {
    const { exitCode, err } = await sshctl("--on web[1-3]", { answer: true, interruption: AbortSignal.abort() });
    expect([exitCode, tried]).toEqual([5, []]);
    expect(err).toContain("  web[1-3]  not tried: interrupted\n");
  });

  test("is one document for programs, also before anything is done", async () => {
    const dry = await sshctl("--on web[1-2],down1 --dry-run -o json");
    expect(violationsOf("case-1", documentOf(dry.out))).toEqual([]);
    expect(documentOf(dry.out)).toMatchObject({ dryRun: true, again: null, complete: false });
    const done = await sshctl("--on web[1-2],down1 -o json --reason CHG-1", { answer: true });
    expect(violationsOf("case-1", documentOf(done.out))).toEqual([]);
    expect(documentOf(done.out)).toMatchObject({ dryRun: false, reason: "CHG-1", decision: "sshctl kill-all" });
    expect(documentOf(done.out).hosts.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["down1", "lost"],
      ["web1", "proven"],
      ["web2", "proven"],
    ]);
  });
});

describe("the report", () => {
  const kept = () => documentOf(host.texts.get("case.json"));

  test("is gone on with until nothing is left", async () => {
    fates = { web1: "undecided" };
    const first = await sshctl("--on web[1-3],down1 --user bob --report case.json", { answer: true });
    expect(first.exitCode).toBe(5);
    const again = "sshctl kill-all --on 'down1,web[1-3]' --resume case.json --user bob";
    expect(first.err).toContain(`To try again what is left: ${again}\n`);
    expect(violationsOf("case-1", kept())).toEqual([]);
    expect(kept()).toMatchObject({ complete: false, again });
    fates = {};
    tried = [];
    const second = await sshctl("--on web[1-3],down1 --user bob --resume case.json", { answer: true });
    expect(tried).toEqual(["web1", "web2", "web3"]);
    expect(second.exitCode).toBe(5);
    tried = [];
    const third = await sshctl("--on web[1-3] --user bob --resume case.json", { answer: true });
    expect([third.exitCode, tried]).toEqual([5, []]);
    expect(
      kept()
        .hosts.filter(({ outcome }) => outcome !== "proven")
        .map(({ name }) => name),
    ).toEqual(["down1"]);
    expect(kept().runs).toHaveLength(3);
  });

  test("ends with 0 when all is proven", async () => {
    expect((await sshctl("--on web1 --report case.json", { answer: true })).exitCode).toBe(0);
    expect(kept()).toMatchObject({ complete: true, again: null });
    expect((await sshctl("--on web1 --resume case.json", { answer: true })).exitCode).toBe(0);
    expect(tried).toEqual(["web1"]);
  });

  test("can be read by people, whatever a host has written", async () => {
    fates = { web1: "not-done" };
    await sshctl("--on web[1-2] --report case.json --reason a|b", { answer: true });
    const text = host.texts.get("case.md") ?? "";
    expect(text).toContain("# sshctl kill-all\n");
    expect(text).toContain(String.raw`bob \\x1b\[2J\|`);
    expect(text).toContain(String.raw`- Reason: a\|b`);
    expect(text).toContain("**Not proven on 2 hosts:**");
    expect(text).not.toContain("\u001b");
  });

  test("is never overwritten, and never goes on with something else", async () => {
    host.texts.set("case.json", "{}");
    const existing = await sshctl("--on web1 --report case.json", { answer: true });
    expect([existing.exitCode, tried]).toEqual([2, []]);
    expect((await sshctl("--on web1 --resume case.json", { answer: true })).err).toContain("no report");
    expect((await sshctl("--on web1 --resume none.json", { answer: true })).exitCode).toBe(2);
    expect((await sshctl("--on web1 --report case.txt", { answer: true })).err).toContain("end in .json");
    host.texts.delete("case.json");
    await sshctl("--on web1 --user bob --report case.json", { answer: true });
    tried = [];
    const other = await sshctl("--on web[1-2] --user alice --resume case.json", { answer: true });
    expect([other.exitCode, tried]).toEqual([2, []]);
    expect(other.err).toContain(`it is about "sshctl kill-all --user bob"`);
  });

  test("of a run that was killed says what was being tried", async () => {
    let seen: CaseDocument | undefined;
    fates = new Proxy({}, { get: () => ((seen ??= kept()), "proven") });
    await sshctl("--on web[1-3] --report case.json", { answer: true });
    expect(seen?.hosts.map(({ outcome }) => outcome)).toEqual(["undecided", "not-tried", "not-tried"]);
    expect(seen?.runs[0]?.endedAt).toBeNull();
  });
});
