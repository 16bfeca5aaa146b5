import { expect, test } from "vitest";
import { describeOldestAndNewest, useMachine } from "../machine/lab-test.ts";
import { node, sshctl, type Machine } from "../machine/machine.ts";
import { openShell, type SshShell } from "../machine/ssh-client.ts";

const tool = `${node} ${sshctl}`;

/** The peer ports of the sessions that sshctl takes for its own, when the command runs in that shell. */
async function ownPorts(shell: SshShell, wrap: (command: string) => string): Promise<number[]> {
  const rows = await shell.ask(wrap(`${tool} list -o ndjson`), { timeoutMs: 20_000 });
  return selfPorts(rows, wrap("").startsWith("sudo"));
}

function selfPorts(ndjson: string, isRoot: boolean): number[] {
  const rows = ndjson
    .trim()
    .split("\n")
    .filter((line) => line.startsWith("{"));
  const sessions = rows.map((row) => JSON.parse(row) as { self: boolean | null; peer: { port: number } });
  // The clients are root's: an ordinary user cannot see which session they run in, so only root is sure of the others.
  expect(isRoot && sessions.some(({ self }) => self === null)).toBe(false);
  return sessions.filter(({ self }) => self === true).map(({ peer }) => peer.port);
}

/** Runs sshctl in the multiplexer's window and reads what it wrote there. */
async function portsFromWindow(
  machine: Machine,
  type: (line: string) => readonly string[],
  sudo: boolean,
): Promise<number[]> {
  const command = `${sudo ? "sudo " : ""}${tool} list -o ndjson >/tmp/seen 2>&1; echo >/tmp/done`;
  await machine.must("rm -f /tmp/done; mkfifo -m 666 /tmp/done");
  const typed = await machine.run([...type(command)], { user: "alice" });
  expect(typed).toMatchObject({ exitCode: 0 });
  return selfPorts(await machine.must("timeout 20 cat /tmp/done; cat /tmp/seen"), sudo);
}

describeOldestAndNewest("tmux, screen and sudo, years apart", (suite) => {
  const lab = useMachine(suite.name);

  test.each<[string, (command: string) => string]>([
    ["itself", (command) => command],
    ["sudo", (command) => `sudo ${command}`],
    ["su", (command) => `sudo su - -c '${command}'`],
    ["nested shells", (command) => `sh -c 'bash -c "${command}; true"; true'`],
    ["setsid, which takes away its terminal", (command) => `setsid -w ${command}`],
    [
      "a command that has lost its parents",
      (command) =>
        `(setsid ${command} >/tmp/orphan 2>&1; echo >/tmp/done) & rm -f /tmp/done; mkfifo /tmp/done; cat /tmp/done; cat /tmp/orphan`,
    ],
  ])("knows its own session through %s", async (_, wrap) => {
    const [own, other] = [await openShell(lab()), await openShell(lab())];
    expect(await ownPorts(own, wrap)).toEqual([own.local.port]);
    await Promise.all([own.end(), other.end()]);
  });

  test("knows the sessions on whose clients tmux shows its window, and no others", async () => {
    const [first, second, third] = [await openShell(lab()), await openShell(lab()), await openShell(lab())];
    await first.ask("tmux new-session -d -s work");
    const type = (line: string) => ["tmux", "send-keys", "-t", "work", line, "Enter"];
    const attach = async (shell: SshShell) => {
      shell.write("TERM=xterm tmux attach -t work\n");
      await shell.waitFor(/\[work\]/);
    };
    expect(await portsFromWindow(lab(), type, true)).toEqual([]);
    await attach(second);
    for (const sudo of [false, true]) expect(await portsFromWindow(lab(), type, sudo)).toEqual([second.local.port]);
    await attach(third);
    expect(await portsFromWindow(lab(), type, true)).toEqual([second.local.port, third.local.port]);
    const tty = (await lab().must("tmux list-panes -t work -F '#{pane_tty}'", { user: "alice" })).trim().slice(5);
    const asked = await lab().sh(`${tool} show ${tty}`);
    expect(asked).toMatchObject({ exitCode: 1, stdout: "" });
    expect(asked.stderr).toMatch(
      new RegExp(`^sshctl: ${tty} is a window of tmux server \\d+ \\(alice\\), attached from `),
    );
    for (const { local } of [second, third]) expect(asked.stderr).toContain(`:${String(local.port)})`);
    expect(asked.stderr).not.toContain(`:${String(first.local.port)})`);
    await first.end();
    await second.end();
    expect(await portsFromWindow(lab(), type, true)).toEqual([third.local.port]);
    await third.end();
    await lab().must("tmux kill-server", { user: "alice" });
  });

  test("knows the session to which screen was moved", async () => {
    const [first, second] = [await openShell(lab()), await openShell(lab())];
    await first.ask("screen -dmS work");
    const type = (line: string) => ["screen", "-S", "work", "-p", "0", "-X", "stuff", `${line}\n`];
    const screens = async () => (await lab().sh("screen -ls", { user: "alice" })).stdout;
    // screen returns to the shell before it has made the socket that -r looks for.
    await expect.poll(screens).toContain("(Detached)");
    second.write("TERM=xterm screen -r work\n");
    await expect.poll(screens).toContain("(Attached)");
    await first.end();
    expect(await portsFromWindow(lab(), type, true)).toEqual([second.local.port]);
    await second.end();
  });

  test("knows both sessions when one was opened from within the other", async () => {
    const [outer, bystander] = [await openShell(lab(), { user: "root" }), await openShell(lab())];
    const inner = `echo $SSH_CONNECTION; sudo ${tool} list -o ndjson`;
    const said = await outer.ask(
      `ssh -i /root/.ssh/id_lab -o StrictHostKeyChecking=no alice@127.0.0.1 '${inner}' 2>/dev/null`,
    );
    const innerPort = Number(said.split(" ")[1]);
    expect(selfPorts(said, true)).toEqual([outer.local.port, innerPort]);
    await Promise.all([outer.end(), bystander.end()]);
  });
});
