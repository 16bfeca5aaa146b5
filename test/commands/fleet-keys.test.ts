/** keys --on: hosts run their own sshctl, which a stand-in for ssh(1) plays, and hostile ones pretend to. */
import { beforeAll, describe, expect, test } from "vitest";
import type { FleetKeysDocument, KeysDocument } from "../../src/text/json-contract.ts";
import { fakeHost } from "../helpers/fake-host.ts";
import { ended, told, workstationOf, type HostAnswer } from "../helpers/asked-hosts.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";

const ed = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const sha256 = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8";

/** What `sshctl keys -o json` writes on a host. */
let written = "";

beforeAll(async () => {
  const host = fakeHost({
    sshd: "",
    texts: {
      "/home/alice/.ssh/authorized_keys": `${ed} alice@laptop\n`,
      "/home/bob/.ssh/authorized_keys": `from="10.0.0.0/8" ${ed} \u001b[2Jbob\n${ed.replace("B1Ea", "B1Eb")} tablet\n`,
    },
  });
  written = (await sshctl(["keys", "-o", "json"], { host })).out;
});

function changed(change: (document: KeysDocument & Record<string, unknown>) => void): string {
  const document = JSON.parse(written) as KeysDocument & Record<string, unknown>;
  change(document);
  return JSON.stringify(document);
}

/** What a host answers, by the start of its name. */
const hosts: Readonly<Record<string, () => HostAnswer>> = {
  web: () => told(written),
  without: () => ended((nonce) => `missing\t${nonce}\n`),
  older: () =>
    told(
      changed((document) => Object.assign(document, { schema: "sshctl.keys/0" })),
      { version: "0.0.9" },
    ),
  newer: () =>
    told(
      changed((document) => Object.assign(document, { schema: "sshctl.keys/2" })),
      { version: "2.0.0" },
    ),
  oldest: () => told("", { version: "0.0.1", code: 2, stderr: "sshctl: unknown option -o\n" }),
  refused: () => told("", { code: 1, stderr: "sudo: a password is required\n" }),
  nosudo: () => told("", { stderr: "exec: sudo: not found\n" }),
  broken: () => told("", { code: 3, stderr: "sshctl: /proc cannot be read: \u001b[31mno.\n" }),
  text: () => told("Hello"),
  list: () => told("[]"),
  nothing: () => told("null"),
  untold: () => told("{}"),
  odd: () =>
    told(
      changed(({ keys }) => {
        Object.assign(keys[0] ?? {}, { uid: "0" });
      }),
    ),
  liar: () =>
    told(
      changed(({ keys, findings }) => {
        for (const each of [...keys, ...findings]) Object.assign(each, { host: "web1" });
      }),
    ),
  time: () => told(changed((document) => Object.assign(document, { takenAt: "2026-99-99T99:99:99.999Z" }))),
  proto: () => told(`{"__proto__": {"schema": "sshctl.keys/1"}, "constructor": 1}`),
  deep: () => told("[".repeat(100_000)),
  cut: () => ended((nonce) => `sshctl\t${nonce}\t0.1.0\n${written.slice(0, 300)}`),
  other: () => ended(() => `sshctl\tffff\t0.1.0\n${written}\nend\tffff\t0\n`),
  endless: () => () => ({ kind: "too-much" }),
  down: () => ended(() => "", "ssh: connect to host down port 22: Connection refused\n", 255),
};

const { host: workstation, asked } = workstationOf((name) => hosts[name]?.());

async function run(line: string, width?: number) {
  asked.length = 0;
  return sshctl(line.split(" "), { host: workstation, ...(width === undefined ? {} : { width }) });
}

async function document(line: string): Promise<FleetKeysDocument> {
  const { out } = await run(`${line} -o json`);
  const json = JSON.parse(out) as FleetKeysDocument;
  expect(violationsOf("fleet-keys-1", json)).toEqual([]);
  expect(out).not.toContain("\u001b");
  return json;
}

describe("keys --on", () => {
  test("shows what each host shows, with its name in front", async () => {
    const { out, exitCode } = await run("keys --on web[1-2]");
    expect(exitCode).toBe(0);
    const rows = out.trim().split("\n");
    expect(rows[0]).toMatch(/^HOST +USER +TYPE +BITS +FINGERPRINT +COMMENT +STATE .* FINDINGS$/);
    expect(rows.slice(1).map((row) => row.split(/ +/).slice(0, 2))).toEqual(
      ["web1", "web2"].flatMap((host) => ["alice", "bob", "bob"].map((user) => [host, user])),
    );
    const { keys } = await document("keys --on web1");
    const here = JSON.parse(written) as KeysDocument;
    expect(keys).toEqual(here.keys.map((key) => ({ ...key, host: "web1" })));
  });

  test("asks every host the same, word for word", async () => {
    await run("keys --on web1 --user alice --login bob");
    expect(asked[0]?.args.slice(-5).join(" ")).toBe("-l bob -- web1 sh -s");
    expect(asked[0]?.input).toMatch(/^'sshctl_run' '[0-9a-f]{32}' 'none' 'keys' '-o' 'json' <\/dev\/null\n$/m);
    await run("keys --on web1 --sudo --unused 90d --network-homes");
    expect(asked[0]?.input).toMatch(/ 'sudo' 'keys' '-o' 'json' '--unused' '90d' '--network-homes' </);
    await run("keys --on web1 --sudo-shell");
    expect(asked[0]?.args.at(-1)).toMatch(/^sh -c '.*' sh -s$/);
    expect(asked[0]?.input).toMatch(/ 'none' 'keys' /);
  });

  test("chooses accounts by name or uid on all of them", async () => {
    const users = async (line: string) => (await document(line)).keys.map(({ host, user }) => `${host} ${user}`);
    expect(await users("keys --on web[1-2] --user alice")).toEqual(["web1 alice", "web2 alice"]);
    expect(await users("keys --on web[1-2] --user 1001")).toEqual(["web1 bob", "web1 bob", "web2 bob", "web2 bob"]);
    expect(await run("keys --on web1 --user nobody-is-called-so")).toMatchObject({ exitCode: 0 });
  });

  test("shows findings of all hosts, alike ones once", async () => {
    const { out, exitCode } = await run("keys --on web[1-2] --findings --fail-on medium");
    expect(exitCode).toBe(1);
    expect(out).toMatch(
      /^medium {2}shared {2}web1 {2}alice {2}\/home\/alice\/\.ssh\/authorized_keys:1\nmedium {2}shared {2}web1 {2}bob /,
    );
    expect(out.match(/the same key opens 2 accounts/g)).toHaveLength(1);
    const { out: csv } = await run("keys --on web1 --findings -o csv");
    expect(csv).toMatch(/^host,severity,id,user,file,line,fingerprint,reason,remedy\nweb1,medium,shared,alice,/);
    expect((await run("keys --on web1 --findings --user alice -o csv --no-headers")).out).not.toContain("bob,");
  });

  test("sorts over all hosts, and gives programs every column", async () => {
    const { out } = await run("keys --on web[1-2] --sort -line,host --columns line,host --no-headers");
    expect(out.trim().split(/\s*\n\s*/)).toEqual([
      "2  web1",
      "2  web2",
      ...Array(2).fill("1  web1"),
      ...Array(2).fill("1  web2"),
    ]);
    const [header = ""] = (await run("keys --on web1 -o csv")).out.split("\n");
    expect(header).toMatch(/^host,user,uid,type,bits,fingerprint,comment,state,last,from,/);
  });

  test("names hosts that have no sshctl, or another one, and says what to do", async () => {
    const { err, exitCode } = await run("keys --on web1,without[1-3],older1,oldest1");
    expect(exitCode).toBe(5);
    expect(err).toContain("5 hosts did not answer:\n");
    expect(err).toMatch(/^ {2}without\[1-3\] +sshctl is not installed there$/m);
    expect(err).toContain("this command runs the sshctl of each host: install it there");
    expect(err).toMatch(/install there the version of this one, \d/);
    const { err: one } = await run("keys --on web1,older1");
    expect(one).toContain("older1  the sshctl there is of another version: 0.0.9, it writes sshctl.keys/0\n");
  });

  test("believes no host more than the contract allows", async () => {
    const { hosts: all, keys } = await document(
      `keys --on ${Object.keys(hosts)
        .map((name) => `${name}1`)
        .join()}`,
    );
    const answered = all.filter((host) => host.answered).map(({ name }) => name);
    expect(answered).toEqual(["liar1", "time1", "web1"]);
    expect(keys.filter(({ host }) => host === "web1")).toHaveLength(3);
    expect(keys.filter(({ host }) => host === "liar1")).toHaveLength(3);
    expect(Object.fromEntries(all.flatMap(({ name, error }) => (error ? [[name, error.code]] : [])))).toEqual({
      broken1: "sshctl-failed",
      cut1: "cut-off",
      deep1: "unreadable",
      down1: "connection-refused",
      endless1: "too-much",
      list1: "unreadable",
      newer1: "other-sshctl",
      nosudo1: "no-privileges",
      nothing1: "unreadable",
      odd1: "unreadable",
      older1: "other-sshctl",
      oldest1: "other-sshctl",
      other1: "no-recording",
      proto1: "unreadable",
      refused1: "no-privileges",
      text1: "unreadable",
      untold1: "unreadable",
      without1: "no-sshctl",
    });
    // A moment that is none is no reason to fail.
    expect(await run("keys --on time1", 100)).toMatchObject({ exitCode: 0 });
    expect((await run("keys --on web1,broken1")).err).toContain(String.raw`cannot be read: \x1b[31mno.`);
  });

  test("ends with 3 where nobody answers", async () => {
    expect(await run("keys --on without[1-2]")).toMatchObject({ exitCode: 3 });
  });
});

describe("keys show --on", () => {
  test("shows on which hosts a key opens which accounts", async () => {
    const { out, exitCode } = await run(`keys show ${sha256.slice(0, 15)} --on web[1-2]`);
    expect(exitCode).toBe(0);
    expect(out).toMatch(new RegExp(`^${sha256.replaceAll("+", "\\+")} {2}ED25519, 256 bits\n {2}MD5:`));
    expect(out.match(/^web\d {2}\w+ {2}.*:1$/gm)).toEqual(
      ["web1", "web2"].flatMap((host) =>
        ["alice", "bob"].map((user) => `${host}  ${user}  /home/${user}/.ssh/authorized_keys:1`),
      ),
    );
    expect(out).toContain(String.raw`comment   \x1b[2Jbob`);
    expect((await document(`keys show ${sha256} --on web1`)).keys).toHaveLength(2);
    expect((await document("keys show alice@laptop --on web[1-2]")).keys).toHaveLength(2);
  });

  test("says that it is nowhere, or that more than one is meant", async () => {
    const none = await run("keys show SHA256:nope --on web[1-2]");
    expect(none).toMatchObject({ exitCode: 1, out: "" });
    expect(none.err).toContain("No key SHA256:nope was found on 2 hosts.");
    expect(await run("keys show SHA256:nope --on web1,down1")).toMatchObject({ exitCode: 5, out: "" });
    const several = await run("keys show SHA256: --on web1");
    expect(several.exitCode).toBe(2);
  });
});
