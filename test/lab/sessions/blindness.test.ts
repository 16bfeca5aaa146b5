import { expect, test } from "vitest";
import { documentOf } from "../machine/document.ts";
import { describeOldestAndNewest, useMachine } from "../machine/lab-test.ts";
import { node, sshctl } from "../machine/machine.ts";
import { openShell } from "../machine/ssh-client.ts";
import { networkListeners, rowOf, type SessionsJson } from "../sessions-json.ts";

describeOldestAndNewest("sshd serves root alone, or with a monitor; namespaces are the kernel's", (suite) => {
  const lab = useMachine(suite.name);

  /** Runs sshctl as root in a service with these properties. */
  async function inService(properties: readonly string[], args: string) {
    const given = properties.map((property) => `-p ${property}`).join(" ");
    return lab().sh(`systemd-run --quiet --wait --pipe ${given} ${node} ${sshctl} ${args}`);
  }

  test.each([
    ["CapabilityBoundingSet=", "no-ptrace", "alice"],
    ["PrivateUsers=yes", "user-namespace", "alice"],
  ])("root with %s shows what it can, and decides nothing by it", async (property, code, user) => {
    const shell = await openShell(lab());
    const listed = await inService([property], "list -o json");
    expect(listed.exitCode).toBe(0);
    const seen = documentOf(listed) as SessionsJson;
    expect(seen.warnings).toMatchObject([{ code }]);
    expect(seen.sessions).toMatchObject([{ user, uid: code === "no-ptrace" ? 1000 : null, peer: null, kind: "shell" }]);
    for (const command of ["kill-all --yes", "kill-all --dry-run", "watch --until-none -o lines --wait 5s"]) {
      const { exitCode, stderr } = await inService([property], command);
      expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: expect.stringContaining("cannot be decided") });
    }
    const doctor = await inService([property], "doctor -o json");
    expect(documentOf(doctor)).toMatchObject({
      checks: expect.arrayContaining([expect.objectContaining({ id: "sight", status: "missing" })]),
    });
    await shell.end();
    const { exitCode } = await inService([property], "watch --until-none -o lines --wait 5s");
    expect(exitCode).toBe(4);
  });

  test("root in a network of its own sees the sessions of the machine, and can end them", async () => {
    const shell = await openShell(lab());
    const seen = documentOf(await inService(["PrivateNetwork=yes"], "list -o json")) as SessionsJson;
    expect(seen.warnings).toEqual([]);
    expect(networkListeners(seen)).toHaveLength(1);
    expect(rowOf(seen, shell)).toMatchObject({ user: "alice", container: false, peer: shell.local });
    const killed = await inService(["PrivateNetwork=yes"], `kill ${String(rowOf(seen, shell).pid)}`);
    expect(killed).toMatchObject({ exitCode: 0 });
    await shell.exited;
  });

  test("root in a PID namespace without a server does not take the machine for empty", async () => {
    const shell = await openShell(lab());
    const inside = (args: string) =>
      lab().sh(`unshare --pid --fork --mount-proc sh -c '${node} ${sshctl} ${args}; exit $?'`);
    const listed = await inside("list");
    expect(listed).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("only the processes of this PID") });
    expect(listed.stderr).not.toContain("No SSH server");
    expect(await inside("kill-all --yes")).toMatchObject({ exitCode: 4 });
    expect(await inside("watch --until-none -o lines")).toMatchObject({ exitCode: 4 });
    await shell.end();
  });

  test("whoever is in a user namespace that does not know root does not take the machine for empty", async () => {
    const shell = await openShell(lab());
    const asAlice = (args: string) => lab().sh(`unshare --user ${node} ${sshctl} ${args}`, { user: "alice" });
    const listed = await asAlice("list -o json");
    expect(listed.exitCode).toBe(0);
    expect((documentOf(listed) as SessionsJson).warnings).toMatchObject([{ code: "user-namespace" }]);
    expect((await asAlice("list")).stderr).not.toContain("No SSH server");
    expect(await asAlice("kill-all --yes")).toMatchObject({ exitCode: 4 });
    expect(await asAlice("watch --until-none -o lines")).toMatchObject({ exitCode: 4 });
    await shell.end();
  });

  test("a uid without an account, a home and HOME is told who is there, and can end nobody", async () => {
    const shell = await openShell(lab());
    const asNobody = (args: string) =>
      lab().sh(`setpriv --reuid 4711 --regid 4711 --clear-groups env -u HOME ${node} ${sshctl} ${args}`);
    expect((documentOf(await asNobody("list -o json")) as SessionsJson).sessions).toMatchObject([{ user: "alice" }]);
    const { exitCode, stderr } = await asNobody("kill-all --yes");
    expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: expect.not.stringContaining("defect") });
    await shell.end();
  });

  test("a user with CAP_SYS_PTRACE can ask how users logged in, whatever log files are closed to them", async () => {
    const shell = await openShell(lab());
    await lab().must("echo 'Nov 28 12:00:00 x sshd[1]: x' >/var/log/auth.log; chmod 600 /var/log/auth.log");
    const properties = "--uid=alice -p AmbientCapabilities=CAP_SYS_PTRACE";
    const { exitCode, stdout, stderr } = await lab().sh(
      `systemd-run --quiet --wait --pipe ${properties} ${node} ${sshctl} list --auth`,
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.not.stringContaining("defect") });
    expect(stdout).toContain("alice");
    await lab().must("rm /var/log/auth.log");
    await shell.end();
  });
});
