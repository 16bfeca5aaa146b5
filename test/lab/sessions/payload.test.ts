import { afterAll, beforeAll, expect, test } from "vitest";
import { startDropbear } from "../machine/dropbear.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import type { Machine } from "../machine/machine.ts";
import {
  openCommand,
  openSftp,
  openShell,
  openTerminalCommand,
  openTunnel,
  type SshClient,
} from "../machine/ssh-client.ts";
import { listJson, rowOf, type SessionsJson } from "../sessions-json.ts";

const keptAlive = ["-o", "ServerAliveInterval=1"];

/** SSH_FXP_REALPATH of ".". */
const realPath = "\0\0\0\n\x10\0\0\0\x01\0\0\0\x01.";

/** What a client writes again and again, and how often it has. */
class Writer {
  sent = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(target: { write: (text: string) => void }, text: string) {
    this.#timer = setInterval(() => {
      target.write(text);
      this.sent += text.length;
    }, 500);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

describeEverySuite("processes, their counters and ss(8)", (suite) => {
  const lab = useMachine(suite.name);
  const clients = new Map<string, SshClient>();
  const writers = new Map<string, Writer>();
  let seen: SessionsJson;
  let most: ReadonlyMap<string, number>;
  let grown: ReadonlyMap<string, number>;

  /** The same bytes, seven at a time, so that what has arrived is a multiple of seven. */
  const write = (name: string, target: { write: (text: string) => void }, text = "123456\n") =>
    writers.set(name, new Writer(target, text));

  async function openAll(machine: Machine): Promise<void> {
    clients.set("shell", await openShell(machine, { args: keptAlive }));
    clients.set("root's shell", await openShell(machine, { user: "root", args: keptAlive }));
    clients.set("dropbear's shell", await openShell(machine, { port: 2200, args: keptAlive }));
    clients.set("unused tunnel", await openTunnel(machine, { args: keptAlive }));
    clients.set("clock", await openTerminalCommand(machine, { user: "bob" }, "sh -c 'while sleep 0.3; do date; done'"));
    for (const [name, target] of [
      ["typed", { user: "carol" }],
      ["typed to root", { user: "root" }],
      ["typed to dropbear", { user: "carol", port: 2200 }],
    ] as const) {
      const client = await openCommand(machine, target, "cat >/dev/null");
      clients.set(name, client);
      write(name, client);
    }
    const tunnel = await openTunnel(machine, { user: "deploy", args: ["-L", "8888:127.0.0.1:7777"] });
    clients.set("tunnel", tunnel);
    await machine.spawn(["sh", "-c", "nc -l -p 7777 >/dev/null"]);
    await machine.run(["sh", "-c", "until ss -Htln | grep -q :7777; do :; done"]);
    write("tunnel", await machine.spawn(["nc", "127.0.0.1", "8888"]));
    const sftp = await openSftp(machine, { user: "deploy" });
    clients.set("sftp", sftp);
    write("sftp", sftp, realPath);
  }

  /** How much the process of each session has written in all. */
  async function written({ sessions }: SessionsJson): Promise<Map<string, number>> {
    const files = sessions.map(({ pid }) => `/proc/${String(pid)}/io`);
    const { stdout } = await lab().run(["sed", "-n", "s/wchar: //p", ...files]);
    const numbers = stdout.trim().split("\n").map(Number);
    return new Map(sessions.map(({ id }, index) => [id, numbers[index] ?? 0]));
  }

  beforeAll(async () => {
    await startDropbear(lab());
    await openAll(lab());
    const first = await listJson(lab());
    const before = await written(first);
    const sentBefore = new Map([...writers].map(([name, { sent }]) => [name, sent]));
    seen = await listJson(lab(), ["--payload", "4s"]);
    most = new Map([...writers].map(([name, { sent }]) => [name, sent - (sentBefore.get(name) ?? 0)]));
    const after = await written(first);
    grown = new Map([...after].map(([id, bytes]) => [id, bytes - (before.get(id) ?? 0)]));
  }, 120_000);

  afterAll(() => {
    for (const writer of writers.values()) writer.stop();
  });

  const rowFor = (name: string) => {
    const client = clients.get(name);
    if (client === undefined) throw new Error(name);
    return rowOf(seen, client);
  };

  test.each(["shell", "root's shell", "dropbear's shell", "unused tunnel"])("%s only keeps alive", (name) => {
    const { id, payload } = rowFor(name);
    expect(grown.get(id), "answers to keepalives").toBeGreaterThan(0);
    expect(payload).toMatchObject({ fromClientBytes: 0, toClientBytes: 0 });
    expect(payload?.seconds).toBeGreaterThanOrEqual(4);
  });

  test.each(["typed", "typed to root", "typed to dropbear", "tunnel"])("%s carries what its client sends", (name) => {
    const { payload } = rowFor(name);
    expect(payload?.toClientBytes).toBeLessThan(somePackets);
    expect(payload?.fromClientBytes).toBeGreaterThan(0);
    expect(payload?.fromClientBytes).toBeLessThanOrEqual((most.get(name) ?? 0) + slack);
    expect((payload?.fromClientBytes ?? 1) % 7).toBe(0);
  });

  test("a program that prints", () => {
    const { payload } = rowFor("clock");
    expect(payload?.fromClientBytes).toBeLessThan(somePackets);
    expect(payload?.toClientBytes).toBeGreaterThan(0);
  });

  test("requests of sftp and their answers", () => {
    const { payload } = rowFor("sftp");
    expect(payload?.fromClientBytes).toBeGreaterThan(0);
    expect(payload?.toClientBytes).toBeGreaterThan(0);
  });

  test("an ordinary user is told that it takes root", async () => {
    const { stderr, stdout } = await lab().sshctl(["list", "--payload", "1s", "--columns", "user,payload"], {
      user: "alice",
    });
    expect(stderr).toContain("what sessions carry is unknown: only root may read it");
    expect(stdout).toMatch(/^carol +-$/m);
  });
});

/** What was sent before the first look may arrive after it. */
const slack = 140;
/** Of what never pauses, the last packets may be counted as they come, encrypted. */
const somePackets = 500;
