/** The live screen on a real terminal: what it shows, what its keys do, and what it leaves behind. */
import { afterEach, describe, expect, test } from "vitest";
import { describeOldestAndNewest, useMachine } from "../machine/lab-test.ts";
import { node, sshctl } from "../machine/machine.ts";
import { openShell, type SshClient } from "../machine/ssh-client.ts";
import { TmuxScreen } from "./tmux-screen.ts";

const watch = `${node} ${sshctl} watch -n 0.3`;

describeOldestAndNewest("versions of tmux, years apart", (suite) => {
  const lab = useMachine(suite.name);
  const opened: SshClient[] = [];
  let screen: TmuxScreen | undefined;

  async function open<T extends SshClient>(client: Promise<T>): Promise<T> {
    opened.push(await client);
    return client;
  }

  async function start(columns: number, rows: number, command = watch, env?: string): Promise<TmuxScreen> {
    screen = await TmuxScreen.open(lab(), columns, rows, env);
    await screen.type(command, "Enter");
    return screen;
  }

  afterEach(async () => {
    await screen?.close();
    screen = undefined;
    await Promise.all(opened.splice(0).map(async (client) => client.end()));
  });

  test("shows who comes and goes, at 60x10, and follows its size", async () => {
    const alice = await open(openShell(lab()));
    const shown = await start(60, 10);
    await shown.shows(new RegExp(`> {6}alice  pts/\\d+ +127.0.0.1:${String(alice.local.port)}`));
    const bob = await open(openShell(lab(), { user: "bob" }));
    await shown.shows(/^ \+ {5}bob/m);
    await bob.end();
    await shown.shows(/^ - {5}bob/m);
    const text = await shown.shows(/^(?!.*bob)/s);
    expect(text).toMatch(/since \d\d:\d\d: 1 login, 1 logout/);
    expect(text.trimEnd().split("\n")).toHaveLength(10);
    await shown.resize(100, 12);
    const lines = (await shown.shows(/COMMAND/)).split("\n").slice(0, -1);
    expect(lines).toHaveLength(12);
    expect(lines[11]).toMatch(/q quit$/);
  });

  test("filters, shows details, and ends a session as kill does", async () => {
    const [alice, bob] = [await open(openShell(lab())), await open(openShell(lab(), { user: "bob" }))];
    const shown = await start(100, 30);
    await shown.shows(/alice[^]*bob/);
    await shown.type("/", "b", "o");
    await shown.shows(/^filter: bo_\n(?!.*alice)/ms);
    await shown.type("Enter", "Enter");
    await shown.shows(/^user +bob \(uid/m);
    expect(await shown.shows(/^auth +publickey/m)).toContain(`127.0.0.1:${String(bob.local.port)}`);
    await shown.type("Escape");
    await shown.shows(/^> {6}bob/m);
    await shown.type("f");
    await shown.shows(/Freeze PID \d+, bob.*\? \[y\/N\]/);
    await shown.type("y");
    await shown.shows(/frozen by the freezer/);
    await shown.type("Escape");
    await shown.shows(/^> {6}bob/m);
    await shown.type("f");
    await shown.shows(/Thaw it\? \[y\/N\]/);
    await shown.type("y");
    await shown.shows(/: thawed/);
    await shown.type("Escape");
    await shown.shows(/^> {6}bob/m);
    await shown.type("x");
    await shown.shows(/End 1 session on .*\? \[y\/N\]/);
    await shown.type("n");
    await shown.shows(/Nothing was done/);
    await shown.type("Escape");
    await shown.shows(/^> {6}bob/m);
    await shown.type("x");
    await shown.shows(/\[y\/N\]/);
    await shown.type("y");
    await shown.shows(/ended by TERM in/);
    expect(await bob.exited).toBe(255);
    expect(await alice.ask("echo alive")).toMatch(/^alive$/m);
    expect(await lab().must("journalctl -q -o cat -t sshctl")).toContain("bob");
  });

  test("spares the own session", async () => {
    const own = await open(openShell(lab()));
    own.write(`sudo TERM=xterm ${watch}\n`);
    await own.waitFor(/> {2}\*/);
    own.write("x");
    await own.waitFor(/is your own session/);
    own.write("\u001Bq");
    await own.waitFor(/\[\?1049l[^]*\$ $/);
    expect(await own.ask("echo alive")).toMatch(/alive/);
  });

  test("stops with Ctrl-Z and goes on with fg", async () => {
    await open(openShell(lab()));
    const shown = await start(80, 20);
    await shown.shows(/alice/);
    await shown.type("C-z");
    await shown.shows(/Stopped/);
    expect(await shown.state()).toBe("cursor 1 alternate 0");
    await shown.type("fg", "Enter");
    await shown.shows(/q quit/);
    await shown.type("q");
    await shown.shows(/ready>\s*$/);
    expect(await shown.state()).toBe("cursor 1 alternate 0");
  });

  describe("gives the terminal back", () => {
    const kill = (signal: string) => async (shown: TmuxScreen) => {
      void shown;
      await lab().must(`pkill -${signal} -f '[s]shctl.js watch'`);
    };
    test.each<[string, (shown: TmuxScreen) => Promise<void>, number]>([
      ["q", async (shown) => shown.type("q"), 0],
      ["Ctrl-C", async (shown) => shown.type("C-c"), 0],
      ["SIGINT", kill("INT"), 130],
      ["SIGTERM", kill("TERM"), 143],
      ["SIGHUP", kill("HUP"), 129],
    ])("after %s", async (_, end, code) => {
      const shown = await start(80, 20);
      await shown.shows(/q quit/);
      await end(shown);
      await shown.shows(/ready>\s*$/);
      await shown.type("echo code $?; stty -a | grep -ow -e icanon -e echo", "Enter");
      await shown.shows(new RegExp(`^code ${String(code)}\\n(?:icanon|echo)\\n(?:icanon|echo)$`, "m"));
      expect(await shown.state()).toBe("cursor 1 alternate 0");
    });

    test("after a defect, which can be read then", async () => {
      await lab().writeFile("/tmp/defect.cjs", 'setTimeout(() => { throw new Error("a defect") }, 1500);');
      const shown = await start(80, 24, `NODE_OPTIONS='--require /tmp/defect.cjs' ${watch}; echo "code $?"`);
      await shown.shows(/q quit/);
      expect(await shown.shows(/code [1-9]/)).toContain("a defect");
      expect(await shown.state()).toBe("cursor 1 alternate 0");
    });
  });

  test("ends with its terminal, and leaves no program behind", async () => {
    const shown = await start(80, 20);
    await shown.shows(/q quit/);
    await expect.poll(async () => (await lab().sh("pgrep -x journalctl")).exitCode).toBe(0);
    await shown.close();
    screen = undefined;
    await expect.poll(async () => (await lab().sh("pgrep -x journalctl || pgrep -f '[s]shctl.js'")).exitCode).toBe(1);
  });

  test("streams where TERM is dumb", async () => {
    const shown = await start(80, 20, `TERM=dumb ${watch} --once`);
    expect(await shown.shows(/snapshot/)).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}  snapshot +\d+ sessions?$/m,
    );
  });
});
