import { describe, expect, test } from "vitest";
import type { Command } from "../../src/cli/command.ts";
import { count } from "../../src/features/sessions/count.ts";
import { list } from "../../src/features/sessions/list.ts";
import { version } from "../../src/cli/version.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { session } from "../helpers/sessions.ts";

const commands: readonly [string, Command][] = [list, count].map((command) => [command.name, command]);

/** Somebody has logged in with the key that examples name. */
const key = { type: "ED25519", fingerprint: "SHA256:wcPFP6DVx", certificate: undefined, comment: undefined };
const auth = { method: "publickey", key, source: "journal", verified: true };
const world = { sessions: [session({ auth })] };

const unread = { failure: new Error("The machine was read.") };

describe("the overview", () => {
  test.each([[[]], [["help"]], [["--help"]], [["-h"]], [["help", "--help"]]])("%j", async (args) => {
    const { exitCode, out, err } = await sshctl(args, unread);
    expect([exitCode, err]).toEqual([0, ""]);
    for (const [name, { summary }] of commands) expect(out).toMatch(new RegExp(`^  ${name} +${summary}$`, "m"));
    expect(out.indexOf("Examples:")).toBeGreaterThan(0);
    expect(out.indexOf("Examples:")).toBeLessThan(out.indexOf("Commands:"));
  });

  test.each(commands)("what is said to work everywhere works with %s", async (name) => {
    const { out } = await sshctl(["--help"]);
    const everywhere = [...(out.split("Global options:")[1] ?? "").matchAll(/(?<=[ ,])--?[a-zA-Z]+/g)].map(
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
    const { exitCode, err } = await sshctl(line.split(" ").slice(1), world);
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

  test.each(Object.entries(command.options))("--%s is accepted", async (option, { value, alias }) => {
    const given = value === undefined ? [] : [values[option.replace(/^not-/, "")] ?? ""];
    for (const spelled of [`--${option}`, ...(alias === undefined ? [] : [`-${alias}`])])
      expect(await sshctl([name, spelled, ...given], world)).toMatchObject({ exitCode: 0, err: "" });
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
