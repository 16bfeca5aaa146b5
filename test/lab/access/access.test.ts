/** What `access` says of an account, by what becomes of real logins. */
import { afterEach, beforeAll, expect, test } from "vitest";
import type { AccessDocument } from "../../../src/text/json-contract.ts";
import { violationsOf } from "../../helpers/schemas.ts";
import { byKey, cases } from "./cases.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import { oldestAndNewest } from "../machine/suites.ts";
import { reloadSshd } from "../reload-sshd.ts";
import { sshctl, type Machine } from "../machine/machine.ts";

const login = (user: string, client = byKey, port = 22) =>
  `${client} -p ${String(port)} ${user}@127.0.0.1 true </dev/null`;

/** Refused before the login with 255, and by /etc/nologin after it with 254: ssh(1), do_nologin() in session.c. */
const isIn = (exitCode: number) => exitCode < 254;

async function getsIn(machine: Machine, user: string, port?: number): Promise<boolean> {
  return isIn((await machine.sh(login(user, byKey, port))).exitCode);
}

/** Read before the lab's own, so what it says counts. */
const dropIn = "/etc/ssh/sshd_config.d/00-access.conf";

async function accessJson(machine: Machine, ...args: string[]): Promise<AccessDocument> {
  const { stdout, stderr, exitCode } = await machine.sshctl(["access", ...args, "-o", "json"]);
  expect(stderr).toBe("");
  return documentOf(stdout, exitCode);
}

function documentOf(text: string, exitCode: number): AccessDocument {
  const document = JSON.parse(text) as AccessDocument;
  expect(violationsOf("access-1", document)).toEqual([]);
  expect(exitCode).toBe({ yes: 0, no: 1, unknown: 5 }[document.answer]);
  return document;
}

/** What is said from here, and, at the same moment, whether a client gets in. */
async function compare(machine: Machine, user: string, client: string) {
  const ask = `${machine.node} ${sshctl} access ${user} --from 127.0.0.1 -o json`;
  const script = `${ask} >/tmp/said & ${login(user, client)} >/dev/null 2>&1; in=$?; wait $!; echo $? $in; cat /tmp/said`;
  const { stdout } = await machine.sh(script);
  const [codes = "", ...lines] = stdout.split("\n");
  const [code = 0, ssh = 0] = codes.split(" ").map(Number);
  return { ...documentOf(lines.join("\n"), code), gotIn: isIn(ssh) };
}

describeEverySuite("sshd's rules, its keywords and PAM's modules differ", (suite) => {
  const lab = useMachine(suite.name);
  // What a module answers does not hang on sshd's version.
  const chosen = oldestAndNewest().includes(suite) ? cases : cases.filter(({ isOfPam }) => isOfPam !== true);
  let current: string | undefined;
  const configure = async (config: string | undefined) => {
    if (config === current) return;
    current = config;
    await (config === undefined ? lab().must(`rm -f ${dropIn}`) : lab().writeFile(dropIn, `${config}\n`));
    await reloadSshd(lab());
  };
  const state = "etc/passwd etc/shadow etc/group etc/gshadow etc/pam.d etc/security home/alice/.ssh";

  beforeAll(async () => {
    await lab().writeFile("/root/askpass", "#!/bin/sh\necho secret\n", "755");
    await lab().must(`groupadd -f operator; tar -C / -cpf /root/state.tar ${state}`);
  });

  afterEach(async () => {
    await lab().must(
      "rm -f /etc/nologin /run/nologin /etc/ssh/denied; chmod 755 /home/alice; tar -C / -xpf /root/state.tar",
    );
  });

  test.each(chosen)("$name", async ({ config, prepare, user = "alice", client = byKey, says, because = /./ }) => {
    if (prepare !== undefined) await lab().must(prepare);
    await configure(config);
    const { servers, answer, gotIn } = await compare(lab(), user, client);
    expect({ answer, because: servers.map((server) => server.because) }).toEqual({
      answer: says,
      because: [expect.stringMatching(because)],
    });
    // Where it is said to depend, a login has nothing to prove.
    expect(says === "unknown" ? says : gotIn ? "yes" : "no").toBe(says);
  });

  test("where a connection comes from is asked for where it matters", async () => {
    await configure("Match Address 10.0.0.0/8\nDenyUsers alice");
    const here = await accessJson(lab(), "alice");
    expect(here).toMatchObject({
      answer: "unknown",
      servers: [{ because: `depends on the connection, by ${dropIn}:2` }],
      notes: [expect.stringContaining("--from")],
    });
    expect(await accessJson(lab(), "alice", "--from", "10.1.2.3")).toMatchObject({
      answer: "no",
      servers: [
        {
          checks: expect.arrayContaining([
            expect.objectContaining({ topic: "rules", places: [{ path: dropIn, line: 2 }] }),
          ]),
        },
      ],
    });
    expect(await accessJson(lab(), "bob")).toMatchObject({ answer: "unknown" });
    await configure("Match Address 10.0.0.0/8 User bob\nDenyUsers bob");
    expect(await accessJson(lab(), "alice")).toMatchObject({ answer: "yes" });
  });

  test("ports and daemons that differ are told apart", async () => {
    await configure("Match LocalPort 2222\nDenyUsers alice");
    const second = "Port 2299\nPidFile none\nUsePAM no\nDenyUsers bob\n";
    await lab().writeFile(
      "/etc/ssh/second.conf",
      suite.hasPerSourcePenalties ? `${second}PerSourcePenalties no\n` : second,
    );
    await lab().must("/usr/sbin/sshd -f /etc/ssh/second.conf");
    const answers = async (user: string) => {
      const { servers } = await accessJson(lab(), user, "--from", "127.0.0.1");
      return Object.fromEntries(servers.map(({ name, answer }) => [/port (\d+)$/.exec(name)?.[1], answer]));
    };
    const logins = async (user: string) => {
      const found: Record<string, string> = {};
      for (const port of [22, 2222, 2299]) found[port] = (await getsIn(lab(), user, port)) ? "yes" : "no";
      return found;
    };
    await expect.poll(async () => (await lab().sh("ss -Hltn 'sport = :2299'")).stdout).not.toBe("");
    await lab().must("usermod -p '*' bob; usermod -p '*' alice");
    for (const user of ["alice", "bob"]) expect([user, await answers(user)]).toEqual([user, await logins(user)]);
    await lab().must("kill $(ss -Hltnp 'sport = :2299' | grep -o 'pid=[0-9]*' | head -1 | cut -d= -f2)");
  });

  test("what a daemon has not read yet is not taken for what holds", async () => {
    await lab().writeFile(dropIn, "DenyUsers alice\n");
    await lab().must(`touch -d '+2 seconds' ${dropIn}`);
    current = "unread";
    const { servers } = await accessJson(lab(), "alice");
    expect(servers[0]?.checks[0]).toMatchObject({
      topic: "configuration",
      answer: "unknown",
      text: expect.stringContaining(dropIn),
    });
    expect(await getsIn(lab(), "alice")).toBe(true);
    await lab().writeFile(dropIn, "NoSuchKeyword yes\n");
    expect(await accessJson(lab(), "alice")).toMatchObject({
      answer: "unknown",
      servers: [{ because: expect.stringContaining("NoSuchKeyword") }],
    });
  });

  test("nothing is opened, tried or written", async () => {
    await configure(undefined);
    const shadow = async () => lab().must("stat -c '%Y %i' /etc/shadow /etc/passwd /etc/ssh /etc/ssh/sshd_config.d");
    const cursor = (await lab().must("journalctl -q -n 1 --show-cursor -o cat | sed -n 's/^-- cursor: //p'")).trim();
    const before = await shadow();
    await accessJson(lab(), "alice");
    expect(await shadow()).toBe(before);
    await lab().must("journalctl --sync");
    const said = await lab().must(
      `journalctl -q -o cat --after-cursor='${cursor}' | grep -ciE 'pam_|session opened|Accepted' || true`,
    );
    expect(said.trim()).toBe("0");
  });

  const penalized = suite.hasPerSourcePenalties ? ["127.0.0.1"] : [];
  test.each(penalized)("%s, which sshd refuses for a while, is told", async (address) => {
    await lab().must("chage -E 0 bob");
    await configure("PerSourcePenalties authfail:60s min:1s\nPerSourcePenaltyExemptList none");
    await expect
      .poll(
        async () => {
          await getsIn(lab(), "bob");
          return (await accessJson(lab(), "alice", "--from", address)).answer;
        },
        { timeout: 20_000 },
      )
      .toBe("unknown");
    expect(await getsIn(lab(), "alice")).toBe(false);
    expect((await accessJson(lab(), "alice")).notes.join(" ")).toContain(address);
    await lab().must(`rm ${dropIn}; systemctl restart ssh`);
    current = undefined;
  });
});
