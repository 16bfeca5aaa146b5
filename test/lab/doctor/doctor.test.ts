import { afterEach, expect, test } from "vitest";
import { documentOf } from "../machine/document.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import { node, sshctl } from "../machine/machine.ts";

interface Doctor {
  ok: boolean;
  checks: { id: string; status: string; says: string }[];
}

describeEverySuite("what it finds missing hangs on the versions of sshd and systemd", (suite) => {
  const lab = useMachine(suite.name);

  async function troubles(before: readonly string[] = []): Promise<{ exitCode: number | undefined; found: string[] }> {
    const { stdout, stderr, exitCode } = await lab().run([...before, node, sshctl, "doctor", "-o", "json"]);
    const { checks } = documentOf({ stdout, stderr, exitCode }) as Doctor;
    return { exitCode, found: checks.flatMap(({ id, status }) => (status === "ok" ? [] : `${id} ${status}`)) };
  }

  /** The lab keeps its journal in memory. */
  const usual = [...(suite.hasChannelTimeout ? [] : ["sshd-version optional"]), "journal optional", "records limited"];

  afterEach(async () => {
    await lab().sh("mv /usr/bin/killall.away /usr/bin/killall; rm -f /etc/ssh/sshd_config.d/zz-test.conf");
  });

  test("finds a machine as it is", async () => {
    expect(await troubles()).toEqual({ exitCode: 1, found: usual });
    await lab().writeFile("/etc/systemd/journald.conf.d/zz-test.conf", "[Journal]\nStorage=persistent\n");
    await lab().must("systemctl restart systemd-journald && journalctl --flush");
    const found = usual.filter((each) => each !== "journal optional" && each !== "records limited");
    expect(await troubles()).toEqual({ exitCode: 0, found });
    await lab().must("rm /etc/systemd/journald.conf.d/zz-test.conf && systemctl restart systemd-journald");
    await lab().must("rm -r /var/log/journal");
  });

  test("tells the version that the server tells itself", async () => {
    const { checks } = documentOf(await lab().run([node, sshctl, "doctor", "-o", "json"])) as Doctor;
    const greeting = await lab().must("bash -c 'exec 3<>/dev/tcp/127.0.0.1/22 && head -n 1 <&3'");
    const version = /OpenSSH_\d+\.\d+/.exec(greeting)?.[0];
    expect(checks.find(({ id }) => id === "sshd-version")?.says).toContain(version);
  });

  test("finds what is missing", async () => {
    await lab().must("mv /usr/bin/killall /usr/bin/killall.away");
    await lab().writeFile("/etc/ssh/sshd_config.d/zz-test.conf", "LogLevel ERROR\n");
    expect((await troubles()).found).toEqual([
      ...usual.slice(0, -1),
      "login-messages missing",
      "records limited",
      "killall optional",
    ]);
    await lab().writeFile("/etc/ssh/sshd_config.d/zz-test.conf", "NoSuchOption yes\n");
    const { found } = await troubles();
    expect(found).toContain("sshd-config missing");
  });

  test("tells an ordinary user what is hidden, wherever that stands", async () => {
    await lab().must("mkdir -p -m 0700 /root/closed");
    const asAlice = [
      "sh",
      "-c",
      `cd /root/closed && exec setpriv --reuid alice --regid alice --clear-groups "$@"`,
      "sh",
    ];
    const { exitCode, found } = await troubles(asAlice);
    expect(exitCode).toBe(1);
    const version = suite.hasChannelTimeout ? [] : ["sshd-version optional"];
    expect(found).toEqual(["root limited", ...version, "journal missing"]);
  });
});
