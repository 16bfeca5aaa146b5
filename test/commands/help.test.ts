import { describe, expect, test } from "vitest";
import type { Command } from "../../src/cli/command.ts";
import { count } from "../../src/features/sessions/count.ts";
import { commands as table } from "../../src/commands.ts";
import { fleetOptions } from "../../src/features/sessions/fleet/options.ts";
import { list } from "../../src/features/sessions/list.ts";
import { version } from "../../src/cli/version.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { session } from "../helpers/sessions.ts";

const commands: readonly [string, Command][] = [list, count].map((command) => [command.name, command]);

/** Somebody has logged in with the key that examples name. */
const key = { type: "ED25519", fingerprint: "SHA256:wcPFP6DVx", certificate: undefined, comment: undefined };
const auth = { method: "publickey", key, source: "journal", verified: true };
const forwards = [9902, 8000].map((port) => {
  return { kind: "remote-listener" as const, listen: { address: "127.0.0.1", port } };
});
const world = { sessions: [session({ auth, forwards })] };

function headingsOf(text: string): string[] {
  return [...text.matchAll(/^(\S.*):$/gm)].map(([, heading = ""]) => heading);
}

const unread = { failure: new Error("The machine was read.") };

describe("the overview", () => {
  test.each([[[]], [["help"]], [["--help"]], [["-h"]], [["help", "--help"]]])("%j", async (args) => {
    const { exitCode, out, err } = await sshctl(args, unread);
    expect([exitCode, err]).toEqual([0, ""]);
    for (const [name, { summary }] of commands) expect(out).toMatch(new RegExp(`^  ${name} +${summary}$`, "m"));
    const groups = ["Look", "End", "Hold still", "Keep out", "Prevent", "Set up"];
    const others = ["SESSION", "Examples", "Global options", "Exit codes", "Documentation"];
    expect(headingsOf(out)).toEqual([...groups, ...others]);
    expect(out).toContain("\nUsage: sshctl COMMAND ");
  });

  test("has every command once", async () => {
    const grouped = [...table.overview.groups.values()].flat();
    expect(grouped.toSorted()).toEqual([...table.loaders.keys()].toSorted());
    const { out } = await sshctl(["--help"], unread);
    for (const name of grouped) expect(out.match(new RegExp(`^  ${name}  `, "gm"))).toHaveLength(1);
  });

  test.each(table.overview.examples)("has an example that is understood: %s", async (line) => {
    const args = line.replace(/^(?:sudo )?sshctl /, "").split(" ");
    expect(await sshctl([...args, "--help"], unread)).toMatchObject({ exitCode: 0, err: "" });
  });

  test.each(commands)("what is said to work everywhere works with %s", async (name) => {
    const { out } = await sshctl(["--help"]);
    const everywhere = [...(/Global options:\n(.*?)\n\n/s.exec(out)?.[1] ?? "").matchAll(/(?<=[ ,])--?[a-zA-Z]+/g)].map(
      ([option]) => option,
    );
    expect(everywhere).toEqual(["-h", "--help", "-V", "--version"]);
    for (const option of everywhere)
      expect(await sshctl([name, option], unread)).toMatchObject({ exitCode: 0, err: "" });
  });
});

test.each(["--version", "-V"])("%s", async (option) => {
  expect(await sshctl([option], unread)).toEqual({ exitCode: 0, out: `${version}\n`, err: "" });
});

describe.each(commands)("the help of %s", (name, command) => {
  const help = async () => (await sshctl([name, "--help"], unread)).out;

  test.each([[[name, "--help"]], [[name, "-h"]], [["help", name]], [["--help", name]]])("%j", async (args) => {
    expect(await sshctl(args, unread)).toEqual({ exitCode: 0, out: await help(), err: "" });
  });

  test("is shown whatever else is wrong with the options' values", async () => {
    expect((await sshctl([name, "--idle", "5x", "--help"], unread)).out).toBe(await help());
  });

  test("begins with examples", async () => {
    const [title, , heading, example] = (await help()).split("\n");
    expect([title, heading]).toEqual([`sshctl ${name}: ${command.summary}`, "Examples:"]);
    expect(example).toContain(`sshctl ${name}`);
  });

  test.each(command.examples)("has an example that works: %s", async (line) => {
    // Other hosts are not at hand: fleet.test.ts.
    const only = line.includes(" --on ") ? ["--help"] : [];
    const { exitCode, err } = await sshctl([...line.split(" ").slice(1), ...only], world);
    expect([exitCode, err]).toEqual([0, ""]);
  });

  const shown = Object.entries(command.options).filter(([, { hidden }]) => hidden === undefined);

  test.each(shown)("shows --%s", async (option, { describe: purpose, alias }) => {
    const line = (await help()).split("\n").find((each) => new RegExp(`^ {2}( {4}|-., )--${option} `).test(each));
    expect(line).toContain(purpose);
    expect(line).toContain(alias === undefined ? `    --${option}` : `-${alias}, --${option}`);
  });

  /** A value for every option that takes one. */
  const values: Readonly<Record<string, string>> = {
    user: "alice",
    from: "10.0.0.0/8",
    tty: "pts/1",
    kind: "shell",
    phase: "any",
    "local-port": "22",
    "peer-port": "5000",
    idle: "1m",
    "older-than": "1m",
    key: "SHA256:wcPF",
    payload: "1s",
    warn: "1000",
    crit: "1000",
    forward: "local",
    "forward-port": "8000",
    output: "csv",
    columns: "user",
    sort: "user",
    color: "never",
    by: "user",
    root: "/srv/recorded",
    source: "procfs",
  };

  const notes: Readonly<Record<string, string>> = {
    example: "sshctl: this is an example host, not this machine: for that, leave out --example\n",
  };

  /** What says how other hosts are reached is tested with them: fleet.test.ts. */
  const ofThisMachine = Object.entries(command.options).filter(([option]) => !Object.hasOwn(fleetOptions, option));

  test.each(ofThisMachine)("--%s is accepted", async (option, { value, alias }) => {
    const given = value === undefined ? [] : [values[option.replace(/^not-/, "")] ?? ""];
    for (const spelled of [`--${option}`, ...(alias === undefined ? [] : [`-${alias}`])])
      expect(await sshctl([name, spelled, ...given], world)).toMatchObject({ exitCode: 0, err: notes[option] ?? "" });
  });

  test("explains each value of a fixed list", async () => {
    const lines = (await help()).split("\n");
    const explained = Object.values(command.options).flatMap(({ hidden, values = {} }) =>
      hidden === undefined ? Object.entries(values) : [],
    );
    expect(explained.length).toBeGreaterThan(10);
    for (const [value, meaning] of explained)
      expect(lines.filter((each) => each.trim().startsWith(`${value} `) && each.endsWith(` ${meaning}`))).toHaveLength(
        1,
      );
  });

  const fixed = Object.entries(command.options).flatMap(([option, { offer, values }]) =>
    values === undefined ? [] : [[option, new Set(Object.keys(values)), new Set(offer)] as const],
  );

  test.each(fixed)("--%s explains the values that it takes, and no others", (_, explained, taken) => {
    expect(explained).toEqual(taken);
  });

  test("every choice can also be turned around", () => {
    const chosen = Object.entries(command.options).filter(([, { group }]) => group === "Select");
    const names = chosen.map(([option]) => option);
    const positive = names.filter((option) => !option.startsWith("not-"));
    expect(names.filter((option) => option.startsWith("not-"))).toEqual(positive.map((option) => `not-${option}`));
    expect(positive.length).toBeGreaterThan(5);
  });

  test("fits a terminal of 120 columns, apart from lists of names", async () => {
    const long = (await help()).split("\n").filter((line) => line.length > 120);
    expect(long.filter((line) => !line.includes("--columns"))).toEqual([]);
  });
});
