import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../../../src/errors.ts";
import { parseInventory } from "../../../../src/fleet/names/inventory.ts";
import { resolveHosts } from "../../../../src/fleet/names/resolve-hosts.ts";
import { findForeignArgument, splitWords } from "../../../../src/fleet/names/ssh-args.ts";
import type { CallerProgram, CallerPrograms } from "../../../../src/host/programs/as-caller.ts";
import type { GroupEnd } from "../../../../src/host/programs/run-group.ts";

type Answer = (program: CallerProgram) => GroupEnd;

const missing: Answer = () => ({ kind: "missing" });

function says(stdout: string, exitCode = 0, stderr = ""): GroupEnd {
  return { kind: "ended", stdout: Buffer.from(stdout), stderr, exitCode };
}

async function resolve(on: string[], answer: Answer = missing, more: { notOn?: string[]; inventory?: string } = {}) {
  const callerPrograms: CallerPrograms = { run: async (program) => Promise.resolve(answer(program)) };
  return resolveHosts({ on, notOn: more.notOn ?? [], inventory: more.inventory }, { callerPrograms });
}

const names = async (...args: Parameters<typeof resolve>) => (await resolve(...args)).map(({ name }) => name);

describe("names alone", () => {
  test("need no other program, and come in their order", async () => {
    expect(await names(["web[9-11],db", "web9"])).toEqual(["db", "web9", "web10", "web11"]);
  });

  test("can be left out", async () => {
    expect(await names(["web[1-4]"], missing, { notOn: ["web[2-3]", "other"] })).toEqual(["web1", "web4"]);
    await expect(resolve(["web1"], missing, { notOn: ["web[1-9]"] })).rejects.toThrow("leaves out every host");
  });

  test("of too many are refused", async () => {
    await expect(resolve(["a[1-6000]", "b[1-6000]"])).rejects.toThrow("more than 10000 hosts");
  });
});

/** ClusterShell with two groups. */
const clusterShell: Answer = ({ name, args }) => {
  if (name !== "nodeset") return { kind: "missing" };
  const answers: Readonly<Record<string, GroupEnd>> = {
    "@web": says("web1 web2 web3\n"),
    "@db": says("db1\n"),
    "@web!web2": says("web1 web3\n"),
    "@evil": says("-oProxyCommand=reboot\n"),
    "@x:web": says("", 1, 'nodeset: Unknown group source: "x"\n'),
  };
  return answers[args.at(-1) ?? ""] ?? says("\n");
};

describe("groups of ClusterShell", () => {
  test.each([
    ["@web", "web1 web2 web3"],
    ["@web,@db,other[1-2]", "db1 other1 other2 web1 web2 web3"],
    ["@web!web2", "web1 web3"],
  ])("%s", async (text, all) => {
    expect(await names([text], clusterShell)).toEqual(all.split(" "));
  });

  test.each([
    ["@nope", "There is no group @nope, or it is empty."],
    ["@web,@nope", "There is no group @nope"],
    ["@web!@nope", "There is no group @nope"],
    ["@x:web", 'is not understood by ClusterShell: Unknown group source: "x".'],
    ["@evil", "not a host name"],
  ])("%s is refused", async (text, why) => {
    await expect(resolve([text], clusterShell)).rejects.toThrow(UsageError);
    await expect(resolve([text], clusterShell)).rejects.toThrow(why);
  });

  test("need ClusterShell", async () => {
    await expect(resolve(["@web"])).rejects.toThrow("needs ClusterShell, which is not installed here");
    await expect(resolve(["@web"], () => ({ kind: "late" }))).rejects.toThrow("did not say what");
  });
});

const document = {
  _meta: {
    hostvars: {
      web1: {
        ansible_host: "192.0.2.1",
        ansible_port: 2222,
        ansible_user: "deploy",
        ansible_ssh_private_key_file: "/k",
        ansible_ssh_common_args: '-J bastion -o "ProxyCommand=ssh -W %h:%p b"',
        ansible_become: true,
        ansible_password: "hunter2",
        ansible_become_password: "hunter3",
      },
      web2: {},
      tpl: { ansible_host: "{{ ip }}" },
      local: { ansible_connection: "local" },
      fwd: { ansible_ssh_extra_args: "-A" },
      open: { ansible_ssh_common_args: '-o "x' },
      port: { ansible_port: "22; reboot" },
      dash: { ansible_host: "-oProxyCommand=reboot" },
    },
  },
  all: { children: ["web", "rest", "ungrouped"] },
  web: { hosts: ["web1", "web2"] },
  prod: { children: ["web", "prod"] },
  rest: { hosts: ["tpl", "local", "fwd", "open", "port", "dash"] },
};

const ansible: Answer = ({ name, args }) => {
  expect([name, ...args]).toEqual(["ansible-inventory", "--inventory=/inv", "--list"]);
  return says(JSON.stringify(document));
};

describe("an inventory of Ansible", () => {
  const inventory = "/inv";

  test("says how a host is reached, and its secrets are not kept", async () => {
    const hosts = await resolve(["web1,web2"], ansible, { inventory });
    expect(hosts).toEqual([
      {
        name: "web1",
        address: "192.0.2.1",
        sshArgs: ["-p", "2222", "-l", "deploy", "-i", "/k", "-J", "bastion", "-o", "ProxyCommand=ssh -W %h:%p b"],
        becomes: true,
      },
      { name: "web2", sshArgs: [] },
    ]);
    expect(JSON.stringify([...(parseInventory(JSON.stringify(document))?.hosts ?? [])])).not.toContain("hunter");
  });

  test("has groups, also groups of groups", async () => {
    expect(await names(["@prod"], ansible, { inventory })).toEqual(["web1", "web2"]);
    expect(await names(["@all"], ansible, { inventory, notOn: ["@rest", "web1"] })).toEqual(["web2"]);
  });

  test.each([
    ["@nope", "no group @nope"],
    ["web9", "no host web9"],
    ["@web!web1", "has operators"],
    ["tpl", "ansible_host of tpl is a template"],
    ["local", "ansible_connection of local is not ssh"],
    ["fwd", "ansible_ssh_extra_args of fwd has -A"],
    ["open", "has a quote that is not closed"],
    ["port", "ansible_port of port is not a port"],
    ["dash", "not a host name"],
  ])("with %s is refused", async (text, why) => {
    await expect(resolve([text], ansible, { inventory })).rejects.toThrow(UsageError);
    await expect(resolve([text], ansible, { inventory })).rejects.toThrow(why);
  });

  test.each<[string, GroupEnd, string]>([
    ["is broken", says("", 5, "password=hunter2 cannot be parsed"), "cannot read /inv"],
    ["is no JSON", says("hunter2"), "cannot read /inv"],
    ["is a list", says("[]"), "cannot read /inv"],
    ["is endless", { kind: "too-much" }, "cannot read /inv"],
    ["needs Ansible", { kind: "missing" }, "needs ansible-inventory"],
  ])("that %s is told, and nothing of it shown", async (_, end, why) => {
    const error: unknown = await resolve(["web1"], () => end, { inventory }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain(why);
    expect(String(error)).not.toContain("hunter");
  });

  property.prop([fc.json()])("is read whatever it holds", (text) => {
    parseInventory(text);
  });

  property.prop([
    fc.record({
      _meta: fc.jsonValue(),
      all: fc.jsonValue(),
      web: fc.record({ hosts: fc.jsonValue(), children: fc.jsonValue() }),
    }),
  ])("is read whatever its parts are", (value) => {
    expect(parseInventory(JSON.stringify(value))?.groups.get("all")).toBeDefined();
  });
});

describe("arguments for ssh", () => {
  test.each([
    ["", []],
    ["-o A=b  -p 22", ["-o", "A=b", "-p", "22"]],
    [`-o "A=b c"`, ["-o", "A=b c"]],
    [`-o A='b "c"'`, ["-o", `A=b "c"`]],
    [String.raw`-o A="b \"c\""`, ["-o", `A=b "c"`]],
    [String.raw`a\ b`, ["a b"]],
    [`-o "A`, undefined],
    ["a\\", undefined],
  ])("%j are %j", (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  test.each([
    [["-o", "ProxyJump=b", "-J", "b", "-Jb", "-p22", "-46", "-F", "/c"], undefined],
    [["-A"], "-A"],
    [["-4A"], "-4A"],
    [["-tt"], "-tt"],
    [["-L", "1:b:2"], "-L"],
    [["-p", "22", "-N"], "-N"],
    [["host"], "host"],
    [["-oPermitLocalCommand=yes"], "PermitLocalCommand=yes"],
    [["-o", "localcommand reboot"], "localcommand reboot"],
    [["-o"], "-o"],
  ])("%j: %j is not taken over", (words, foreign) => {
    expect(findForeignArgument(words)).toBe(foreign);
  });

  property.prop([fc.array(fc.stringMatching(/^[^'\0]+$/), { maxLength: 6 })])(
    "in single quotes stay what they are",
    (words) => {
      expect(splitWords(words.map((word) => `'${word}'`).join(" "))).toEqual(words);
    },
  );
});
