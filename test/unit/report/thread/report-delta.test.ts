import { expect, test } from "vitest";
import { ReportDecoder, ReportEncoder } from "../../../../src/report/thread/report-delta.ts";
import { Host, now } from "../../../helpers/machine-builder.ts";
import { Sshd } from "../../../helpers/ssh-servers.ts";

/** As it comes out at the other end of a thread. */
function ends() {
  const [sender, receiver] = [new ReportEncoder(), new ReportDecoder()];
  return (host: Host) => {
    const report = host.report();
    const message = structuredClone(sender.messageOf(report));
    return { report, message, sighting: receiver.decode(message) };
  };
}

function busyHost() {
  const host = new Host();
  const sshd = Sshd.daemon(host, "10.0");
  host.terminal("pts/1", { idle: 70, quiet: 12 });
  const logins = [
    sshd.login({ user: "alice", ttys: ["pts/1"], scope: "1" }),
    sshd.login({ user: "bob" }),
    sshd.guess("root", "192.0.2.1:4711"),
  ];
  return { host, sshd, logins };
}

test("what arrives is what was sent, whatever has happened between", () => {
  const { host, sshd, logins } = busyHost();
  const send = ends();
  const check = () => {
    const { report, sighting } = send(host);
    const { processes, ...rest } = report;
    expect(sighting).toMatchObject(rest);
    for (const { pid, startTicks } of processes.values())
      expect(sighting.processes.get(pid)?.startTicks).toBe(startTicks);
    expect(sighting.processes.get(999_999)).toBeUndefined();
  };
  check();
  check();
  host.terminal("pts/1", { idle: 72, quiet: 0 });
  check();
  const [first] = logins;
  for (const process of first?.programs ?? []) host.kill(process);
  check();
  sshd.login({ user: "carol", ttys: ["pts/2"] });
  check();
});

test("a session is sent once, and again only when something about it has changed", () => {
  const { host, logins } = busyHost();
  const send = ends();
  expect(send(host).message.changed).toHaveLength(3);
  expect(send(host).message.changed).toEqual([]);
  host.terminal("pts/1", { idle: 99 });
  const later = send(host);
  expect(later.message.changed.map(({ lastInputMs }) => lastInputMs)).toEqual([now - 99_000]);
  const shell = logins[0]?.programs[0];
  if (shell === undefined) throw new Error("no shell");
  host.run(shell, "vim");
  expect(send(host).message.changed.map(({ command }) => command)).toEqual(["vim"]);
});

test("a session without change stays the same object", () => {
  const { host } = busyHost();
  const send = ends();
  const [before, after] = [send(host).sighting.sessions, send(host).sighting.sessions];
  expect(after.every((session, index) => session === before[index])).toBe(true);
});
