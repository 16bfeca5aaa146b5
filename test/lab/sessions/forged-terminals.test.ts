import { expect, test } from "vitest";
import { documentOf } from "../machine/document.ts";
import { describeOldestAndNewest, useMachine } from "../machine/lab-test.ts";
import { node, sshctl } from "../machine/machine.ts";
import { openShell } from "../machine/ssh-client.ts";
import { listJson, rowOf, type SessionsJson } from "../sessions-json.ts";

describeOldestAndNewest("sshd serves root alone, or with a monitor; namespaces are the kernel's", (suite) => {
  const lab = useMachine(suite.name);

  test("a terminal of a user's own file system is not taken for root's of the same number", async () => {
    const root = await openShell(lab(), { user: "root" });
    const bob = await openShell(lab(), { user: "bob" });
    const before = await listJson(lab());
    const [rootsTty] = rowOf(before, root).ttys;
    const [bobsTty] = rowOf(before, bob).ttys;
    expect([rootsTty, bobsTty]).toEqual(["pts/0", "pts/1"]);
    const inside = [
      "mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts",
      "script -qc 'tty; sleep 1000' /dev/null",
    ].join(" && ");
    bob.write(`unshare --user --map-root-user --mount sh -c "${inside}"\n`);
    await bob.waitFor(/\/dev\/pts\/0/);
    const seen = JSON.parse(await root.ask(`${node} ${sshctl} list -o json`)) as SessionsJson;
    expect(rowOf(seen, root)).toMatchObject({ self: true, ttys: ["pts/0"] });
    expect(rowOf(seen, bob)).toMatchObject({ self: false, ttys: ["pts/1"] });
    const shown = await lab().sshctl(["show", "pts/0", "-o", "json"]);
    expect(documentOf(shown)).toMatchObject({ session: { user: "root" } });
    const killed = JSON.parse(await root.ask(`${node} ${sshctl} kill-all --yes -o json`)) as { sessions: unknown[] };
    expect(killed.sessions).toMatchObject([{ session: { user: "bob" } }]);
    await bob.exited;
    await root.end();
  });

  test("a terminal inside of a session means that session", async () => {
    const shell = await openShell(lab());
    const other = await openShell(lab());
    shell.write("script -qc 'tty; sleep 1000' /dev/null\n");
    const [, inner = ""] = await shell.waitFor(/\/dev\/(pts\/\d+)\s/);
    const { pid, ttys } = rowOf(await listJson(lab()), shell);
    expect(ttys).not.toContain(inner);
    const shown = await lab().sshctl(["show", inner, "-o", "json"]);
    expect(documentOf(shown)).toMatchObject({ session: { pid } });
    expect((await listJson(lab(), ["--tty", inner])).sessions).toMatchObject([{ pid }]);
    const said = `${inner} inside ${ttys[0] ?? ""}`;
    expect((await lab().sshctl(["show", inner])).stdout).toContain(said);
    expect((await lab().sshctl(["kill", inner, "--dry-run"])).stderr).toContain(said);
    expect(await lab().sshctl(["kill", inner, "--yes"])).toMatchObject({ exitCode: 0 });
    await Promise.all([shell.exited, other.end()]);
  });
});
