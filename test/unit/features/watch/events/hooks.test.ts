import { describe, expect, test } from "vitest";
import type { SessionEvent } from "../../../../../src/domain/session-event.ts";
import { createHooks } from "../../../../../src/features/watch/events/hooks.ts";
import type { HookEnd, HookPrograms } from "../../../../../src/host/programs/hook.ts";
import { now } from "../../../../helpers/machine-builder.ts";
import { session } from "../../../../helpers/sessions.ts";

const opened = (given: Parameters<typeof session>[0] = {}): SessionEvent => {
  return { kind: "opened", timeMs: now, session: session(given), origin: "look" };
};

interface Run {
  input: string;
  variables: Readonly<Record<string, string>>;
  end: (how: HookEnd) => void;
}

function hooksWith({ fault, fullCommand = false }: { fault?: string; fullCommand?: boolean } = {}) {
  const runs: Run[] = [];
  const warnings: string[] = [];
  const programs: HookPrograms = {
    findFault: () => fault,
    run: async (_, input, variables) => new Promise((end) => runs.push({ input, variables, end })),
  };
  const plan = { path: "/p", jobs: 2, limitMs: 10_000, fullCommand };
  const hooks = createHooks(plan, programs, ({ message }) => warnings.push(message));
  return { hooks, runs, warnings };
}

const turn = async () => new Promise((resolve) => setImmediate(resolve));

/** Also what is added meanwhile. */
function* growing<T>(list: readonly T[]): Generator<T> {
  for (let index = 0; index < list.length; index += 1) yield* list.slice(index, index + 1);
}

async function finishAll(runs: Run[], idle: Promise<void>): Promise<void> {
  for (const { end } of growing(runs)) {
    end({ code: 0 });
    await turn();
  }
  await idle;
}

test("a program is told of an event as JSON and in variables, without arguments that may hold secrets", () => {
  const { hooks, runs } = hooksWith();
  hooks.offer(opened({ user: "al\u001Bice\0", commandLine: "vim s3cret", command: "vim" }), "web1");
  expect(JSON.parse(runs[0]?.input ?? "")).toMatchObject({ schema: "sshctl.event/1", event: "opened" });
  expect(runs[0]?.variables).toMatchObject({
    SSHCTL_EVENT: "opened",
    SSHCTL_HOST: "web1",
    SSHCTL_USER: String.raw`al\x1bice\x00`,
    SSHCTL_FROM: "10.0.0.7:5000",
    SSHCTL_TTY: "pts/1",
    SSHCTL_COMMAND: "vim",
  });
  expect(JSON.stringify(runs)).not.toContain("s3cret");
});

test("with --full-command it is told of them, as far as there is room", () => {
  const { hooks, runs } = hooksWith({ fullCommand: true });
  hooks.offer(opened({ commandLine: "x".repeat(200_000) }), "web1");
  expect(runs[0]?.variables["SSHCTL_COMMAND"]).toHaveLength(4096);
});

test("only so many run at once, and the others wait for their turn", async () => {
  const { hooks, runs, warnings } = hooksWith();
  for (let each = 0; each < 5; each += 1) hooks.offer(opened({ pid: 100 + each }), "web1");
  expect(runs).toHaveLength(2);
  runs[0]?.end({ code: 0 });
  await turn();
  expect(runs).toHaveLength(3);
  await finishAll(runs, hooks.idle());
  expect(runs.map(({ variables }) => variables["SSHCTL_PID"])).toEqual(["100", "101", "102", "103", "104"]);
  expect(warnings).toEqual([]);
});

test("too many are dropped, and it is said when that begins and how many it were", async () => {
  const { hooks, runs, warnings } = hooksWith();
  for (let each = 0; each < 1000; each += 1) hooks.offer(opened(), "web1");
  expect(warnings).toEqual(["/p is too slow: events are not passed to it for now"]);
  await finishAll(runs, hooks.idle());
  expect(runs).toHaveLength(258);
  expect(warnings[1]).toBe("742 events not passed to /p, which was too slow");
});

describe("what goes wrong is a warning", () => {
  test.each<[HookEnd, string]>([
    [{ code: 3 }, "/p exited with code 3 (event: opened)"],
    [{ signal: "SIGSEGV" }, "/p was killed by SIGSEGV (event: opened)"],
    ["late", "/p was killed after 10 s (event: opened)"],
    [{ problem: "spawn EACCES" }, "/p could not be run: spawn EACCES (event: opened)"],
  ])("%j", async (end, message) => {
    const { hooks, runs, warnings } = hooksWith();
    hooks.offer(opened(), "web1");
    runs[0]?.end(end);
    await hooks.idle();
    expect(warnings).toEqual([message]);
  });

  test("a program that somebody has changed is not run any more", async () => {
    const { hooks, runs, warnings } = hooksWith({ fault: "/p can be written by users other than root" });
    hooks.offer(opened(), "web1");
    await hooks.idle();
    expect(runs).toEqual([]);
    expect(warnings).toEqual(["/p was not run: /p can be written by users other than root (event: opened)"]);
  });
});
