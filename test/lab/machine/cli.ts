import { bringUp, findRunning, shutDown } from "./developer-machines.ts";
import { installHostTools, labUnavailable } from "./host.ts";
import type { Machine } from "./machine.ts";
import { suiteNamed, suites } from "./suites.ts";

const usage = `Machines to try things in. They stay until they are brought down, and forget everything then.

  npm run lab -- up SUITE               boot a machine
  npm run lab -- in SUITE [COMMAND...]  run a command in it as root, or a shell
  npm run lab -- ssh SUITE [ACCOUNT]    log in to it over SSH
  npm run lab -- down SUITE             stop it
  npm run lab -- status                 which of them run

SUITE is one of ${suites.map(({ name }) => name).join(", ")}.
In there: node is /opt/node/bin/node, the project is /opt/sshctl, and /root/.ssh/id_lab opens every account.`;

type Command = (suite: string, rest: readonly string[]) => Promise<number>;

const commands: Readonly<Record<string, Command>> = {
  async up(suite) {
    const machine = await bringUp(suiteNamed(suite).name);
    return say(`${suite} is up, its init is process ${String(machine.record.init.pid)}`);
  },

  async in(suite, command) {
    const machine = await running(suite);
    return machine.runOnTerminal(command.length === 0 ? ["bash", "-l"] : command);
  },

  async ssh(suite, [account = "alice"]) {
    const machine = await running(suite);
    const options = ["-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR", "-i", "/root/.ssh/id_lab"];
    return machine.runOnTerminal(["ssh", ...options, "-l", account, "localhost"]);
  },

  async down(suite) {
    const stopped = await shutDown(suiteNamed(suite).name);
    return say(stopped ? `${suite} is down` : `${suite} was not up`);
  },

  async status() {
    for (const { name } of suites) {
      const machine = await findRunning(name);
      say(machine === undefined ? `${name}: down` : `${name}: up, init is process ${String(machine.record.init.pid)}`);
    }
    return 0;
  },
};

async function running(suite: string): Promise<Machine> {
  const machine = await findRunning(suiteNamed(suite).name);
  if (machine === undefined) throw new Error(`${suite} is not up: npm run lab -- up ${suite}`);
  return machine;
}

function say(line: string): number {
  console.log(line);
  return 0;
}

async function main([name = "", suite = "", ...rest]: readonly string[]): Promise<number> {
  const command = commands[name];
  if (command === undefined || (suite === "" && name !== "status")) {
    console.error(usage);
    return 2;
  }
  const reason = labUnavailable();
  if (reason !== undefined) throw new Error(reason);
  installHostTools();
  return command(suite, rest);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
