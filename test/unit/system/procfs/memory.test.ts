import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { assembleSessions } from "../../../../src/domain/assemble-sessions.ts";
import { gone, isPresent, type Files } from "../../../../src/host/files/files.ts";
import type { Hold } from "../../../../src/host/files/held-files.ts";
import { Memory } from "../../../../src/system/procfs/memory.ts";
import { readSnapshot } from "../../../../src/system/procfs/snapshot.ts";
import { interceptFiles } from "../../../helpers/memory-files.ts";
import { Host, now } from "../../../helpers/machine-builder.ts";
import { Dropbear, generationNames, Sshd, type Generation, type Login } from "../../../helpers/ssh-servers.ts";

/** A machine that things happen to. */
class Busy {
  readonly host = new Host();
  readonly sshd: Sshd;
  readonly dropbear: Dropbear;
  readonly logins: Login[] = [];
  #ttys = 0;

  constructor(generation: Generation, tellsBirths: boolean) {
    this.host.tellsBirths = tellsBirths;
    this.sshd = Sshd.daemon(this.host, generation);
    this.dropbear = new Dropbear(this.host, { becomesUser: false });
    this.host.process({ comm: "cron", cgroup: "/system.slice/cron.service" });
  }

  tty(): string {
    this.#ttys += 1;
    return `pts/${String(this.#ttys)}`;
  }

  end(login: Login | undefined): void {
    if (login === undefined) return;
    for (const process of new Set([...login.programs, login.serving, login.connection])) this.host.kill(process);
    this.logins.splice(this.logins.indexOf(login), 1);
  }

  /** The process that has the PID now is the one that such a file tells of, as long as it lives. */
  readonly hold: Hold = (path) => {
    const pid = Number(path.split("/")[2]);
    const held = this.host.all.find((process) => process.pid === pid);
    this.held += 1;
    return {
      read: () => {
        const isThere = held !== undefined && held.pid === pid && this.host.all.includes(held);
        const text = isThere ? this.host.files().read(path) : gone;
        return isPresent(text) ? text : undefined;
      },
      close: () => {
        this.held -= 1;
      },
    };
  };
  held = 0;

  sessions(memory?: Memory, files: Files = this.host.files()) {
    const machine = { files, now: () => now, hostName: () => "web1", observer: undefined, pause: () => undefined };
    return assembleSessions(readSnapshot(machine, "rows", memory));
  }
}

const happenings: Readonly<Record<string, (busy: Busy) => void>> = {
  nothing: () => undefined,
  "a shell": (busy) => busy.logins.push(busy.sshd.login({ user: "alice", ttys: [busy.tty()], scope: "1" })),
  "a tunnel": (busy) => busy.logins.push(busy.sshd.login({ user: "bob" })),
  "root's command": (busy) => busy.logins.push(busy.sshd.login({ user: "root", command: ["sleep", "9"] })),
  "a stranger": (busy) => busy.logins.push(busy.sshd.guess("root", `192.0.2.1:${String(busy.host.number())}`)),
  "a shell of dropbear's": (busy) => busy.logins.push(busy.dropbear.login({ user: "carol", ttys: [busy.tty()] })),
  "an end": (busy) => busy.end(busy.logins[0]),
  "another end": (busy) => busy.end(busy.logins.at(-1)),
  "the end of a shell on a connection that stays": (busy) => {
    const login = busy.logins.find(({ serving }) => serving.title?.includes("@pts/"));
    if (login === undefined) return;
    for (const program of login.programs) busy.host.kill(program);
    login.serving.title = login.serving.title?.replace(/@pts.*/, "@notty");
  },
  "a program in a shell": (busy) => {
    const shell = busy.logins.flatMap(({ programs }) => programs).find(({ tty }) => tty !== undefined);
    if (shell !== undefined) busy.host.run(shell, "vim");
  },
  "an exec": (busy) => {
    const [program] = busy.logins.flatMap(({ programs }) => programs);
    if (program !== undefined) Object.assign(program, { comm: "tmux", args: ["tmux", "attach"] });
  },
  "a monitor that is killed": (busy) => {
    const login = busy.logins.find(({ connection, serving }) => connection !== serving);
    if (login !== undefined) busy.host.kill(login.connection);
    if (login !== undefined) busy.logins.splice(busy.logins.indexOf(login), 1);
  },
  "a login with the numbers of one that has ended": (busy) => {
    const old = busy.logins.find(({ connection, serving }) => connection !== serving);
    if (old === undefined) return;
    busy.end(old);
    const login = busy.sshd.login({ user: "mallory", ttys: [busy.tty()] });
    const [pid, child] = [old.connection.pid, old.serving.pid];
    for (const program of login.programs) program.ppid = child;
    Object.assign(login.serving, { pid: child, ppid: pid, pgid: pid, sid: pid });
    Object.assign(login.connection, { pid, pgid: pid, sid: pid });
    for (const given of [pid, child]) busy.host.give(given);
    busy.logins.push(login);
  },
  "a process with a number that another one had": (busy) => {
    const login = busy.logins[0];
    if (login === undefined) return;
    busy.end(login);
    const { pid } = login.serving;
    busy.host.process({ pid, comm: "nginx", startedAt: 900_000 + busy.host.number() });
  },
};

describe("a reading that remembers", () => {
  property.prop([
    fc.constantFrom(...generationNames),
    fc.boolean(),
    fc.array(fc.constantFrom(...Object.keys(happenings)), { maxLength: 60 }),
  ])("says the same as one that does not, whatever happens between", (generation, tellsBirths, names) => {
    const busy = new Busy(generation, tellsBirths);
    const memory = new Memory(tellsBirths ? busy.hold : undefined);
    for (const name of names) {
      happenings[name]?.(busy);
      expect(busy.sessions(memory), name).toEqual(busy.sessions(new Memory()));
      expect(busy.held).toBeLessThanOrEqual(2 * busy.host.all.length);
    }
  });

  test("a connection that has ended since the tables were read is none that no row explains", () => {
    const busy = new Busy("10.0", true);
    const [first] = [busy.sshd.login({ user: "alice" }), busy.sshd.login({ user: "bob" })];
    const memory = new Memory();
    busy.sessions(memory);
    busy.end(first);
    busy.host.disconnect(first.socket);
    const machine = { files: busy.host.files(), now: () => now, hostName: () => "web1", observer: undefined };
    const { warnings } = assembleSessions(readSnapshot({ ...machine, pause: () => undefined }, "rows", memory));
    expect(warnings).toEqual([]);
  });

  test.each([true, false])("does not read what it knows (PIDs are told: %s)", (tellsBirths) => {
    const busy = new Busy("10.0", tellsBirths);
    for (let count = 0; count < 50; count += 1) happenings["a tunnel"]?.(busy);
    const memory = new Memory();
    const readings = Array.from({ length: 6 }, () => {
      const paths: string[] = [];
      const files = interceptFiles(busy.host.files(), (path) => {
        paths.push(path);
        return undefined;
      });
      busy.sessions(memory, files);
      return paths;
    });
    const ofServers = (paths: readonly string[] = []) => paths.filter((path) => /^\/proc\/\d+\/(?!cmdline)/.test(path));
    expect(ofServers(readings[0]).length).toBeGreaterThan(250);
    expect(ofServers(readings.at(-1)).length).toBeLessThan(40);
    const looks = (paths: readonly string[] = []) => paths.filter((path) => /^\/proc\/\d+$/.test(path)).length;
    expect(looks(readings.at(-1)) > 0).toBe(!tellsBirths);
  });
});
