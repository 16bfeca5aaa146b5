/**
 * Kinds of session, ended by signals, on the generations: what the client, PAM and the others see of it. Every pair of two of
 * these three is tried; all combinations are with `npm run test:all`, or where one generation is asked for by name.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDropbear } from "../machine/dropbear.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import type { Machine } from "../machine/machine.ts";
import {
  openCommand,
  openMaster,
  openSftp,
  openShell,
  openSilent,
  openTerminalCommand,
  openTunnel,
  type SshClient,
  type SshShell,
} from "../machine/ssh-client.ts";
import { killJson } from "./kill-json.ts";
import { everySuite, runsEverything } from "../machine/suites.ts";
import { pairwise } from "./pairwise.ts";
import { reloadSshd } from "../reload-sshd.ts";
import { listJson, rowOf } from "../sessions-json.ts";
import type { SessionJson } from "../../../src/text/json-contract.ts";

const kinds: Readonly<Record<string, (machine: Machine) => Promise<SshClient>>> = {
  shell: async (machine) => openShell(machine),
  "command on a terminal": async (machine) => openTerminalCommand(machine),
  command: async (machine) => openCommand(machine, { user: "bob" }),
  sftp: async (machine) => openSftp(machine),
  "internal-sftp": async (machine) => openSftp(machine, { user: "deploy" }),
  tunnel: async (machine) => openTunnel(machine),
  "shared connection": async (machine) => {
    const master = await openMaster(machine);
    await openShell(machine, { over: master });
    return master.client;
  },
  "root's shell": async (machine) => openShell(machine, { user: "root" }),
  "root's command": async (machine) => openCommand(machine, { user: "root" }),
  unauthenticated: async (machine) => openSilent(machine),
  "dropbear's shell": async (machine) => openShell(machine, { port: 2200 }),
  "dropbear's command": async (machine) => openCommand(machine, { port: 2200, user: "root" }),
};

const signals = ["TERM", "HUP", "KILL"] as const;
const all = everySuite().flatMap(({ name }) =>
  signals.flatMap((signal) => Object.keys(kinds).map((kind) => [name, signal, kind] as const)),
);
const tried = runsEverything() ? all : pairwise(all);

/** A single process of root does not close its PAM session on HUP and KILL: nobody is left to do it. */
function expectedPamLines({ server, monitorPid, phase }: SessionJson, signal: string): string[] {
  if (server !== "openssh" || phase !== "open") return [];
  return monitorPid !== null || signal === "TERM" ? ["opened", "closed"] : ["opened"];
}

/** What PAM has logged in the name of a connection process: a line for a session opened, one for a session closed. */
async function pamLines(machine: Machine, { id }: SessionJson): Promise<string[]> {
  const pid = id.split(":")[0] ?? "";
  const lines = await machine.must(
    `journalctl -q -o cat _PID=${pid} | grep -o 'pam_unix(sshd:session): session [a-z]*' || :`,
  );
  return lines
    .split("\n")
    .flatMap((line) => line.split(" ").at(-1) ?? [])
    .filter(Boolean);
}

/** Its exit code; netcat stays after the other side has closed, and its socket says that it has. */
async function endOf(machine: Machine, client: SshClient, kind: string): Promise<string> {
  if (kind !== "unauthenticated") return String(await client.exited);
  const [state = ""] = (await machine.must(`ss -tnH "sport = :${String(client.local.port)}"`)).split(" ");
  await client.end();
  return state;
}

describeEverySuite("which process gets a signal, and who closes the session with PAM and logind", (suite) => {
  const lab = useMachine(suite.name);

  describe.each(signals)("kill --signal %s", (signal) => {
    const ended = tried.filter((each) => each[0] === suite.name && each[1] === signal).map(([, , kind]) => kind);
    const clients = new Map<string, SshClient>();
    let bystander: SshShell;

    beforeAll(async () => {
      if (signal === "TERM") {
        await startDropbear(lab());
        await lab().writeFile("/etc/ssh/sshd_config.d/sftp.conf", "Match User deploy\nForceCommand internal-sftp\n");
        await reloadSshd(lab());
      }
      for (const kind of ended) {
        const client = await kinds[kind]?.(lab());
        if (client !== undefined) clients.set(kind, client);
      }
      bystander = await openShell(lab(), { user: "bob" });
    });

    afterAll(async () => bystander.end());

    test.each(ended)("ends the %s, and its client knows", async (kind) => {
      const client = clients.get(kind);
      if (client === undefined) throw new Error(kind);
      const row = rowOf(await listJson(lab(), ["--phase", "any"]), client);
      const { json, exitCode, stderr } = await killJson(lab(), ["kill", String(row.pid), "--signal", signal]);
      expect(stderr).toBe("");
      expect(json.sessions.map(({ outcome, session }) => [session.id, outcome?.kind, outcome?.signal])).toEqual([
        [row.id, "ended", signal],
      ]);
      expect(exitCode).toBe(0);
      // Before the login the helpers get it, and nobody has started them.
      for (const { belongings, victims } of json.sessions)
        expect(belongings.filter(({ pid }) => victims.includes(pid))).toEqual([]);
      expect(await endOf(lab(), client, kind)).toBe(kind === "unauthenticated" ? "CLOSE-WAIT" : "255");
      expect((await listJson(lab(), ["--phase", "any"])).sessions.map(({ id }) => id)).not.toContain(row.id);
      const pam = expectedPamLines(row, signal);
      expect(await pamLines(lab(), row)).toEqual(pam);
      const isClosed = pam.includes("closed") && row.logindSession !== null;
      expect(isClosed ? [false] : [true, false, null]).toContain(json.sessions[0]?.records?.openForLogind);
    });

    test("touches nobody else", async () => {
      expect((await bystander.ask("echo alive")).trim()).toBe("alive");
      const left = (await listJson(lab(), ["--phase", "any"])).sessions.map(({ peer }) => peer?.port);
      expect(left).toEqual([bystander.local.port]);
      const newcomer = await openShell(lab());
      await newcomer.end();
    });
  });
});
