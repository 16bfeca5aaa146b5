import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { describeSuites, useMachine } from "../machine/lab-test.ts";
import { prometheus } from "../machine/prometheus.ts";
import { openReverseTunnel, openSftp, openShell, openSilent } from "../machine/ssh-client.ts";
import { alertTests } from "./alert-tests.ts";

const project = fileURLToPath(new URL("../../../", import.meta.url));
const folder = "/var/lib/prometheus/node-exporter";
const file = `${folder}/sshctl.prom`;

/** What Prometheus is to do in there: look every second. */
const config = `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: node
    static_configs: [{ targets: ["127.0.0.1:9100"] }]
`;

describeSuites(
  ({ name }) => name === "trixie",
  "the packages of Prometheus",
  (suite) => {
    const lab = useMachine(suite.name, { layers: [prometheus] });
    const metrics = async (...args: string[]) => lab().sshctl(["metrics", ...args]);

    /** The value of one sample in the text. */
    const sample = (text: string, name: string) =>
      new Map([...text.matchAll(/^([^#\n]\S*(?: \S+")?\S*) (\S+)$/gm)].map(([, key = "", value]) => [key, value])).get(
        name,
      );

    /** Installs the service as the packages do, but for the program, which is the checkout's. */
    async function installUnits(): Promise<void> {
      for (const name of ["sshctl-metrics.service", "sshctl-metrics.timer"]) {
        const text = await readFile(`${project}packaging/units/${name}`, "utf8");
        await lab().writeFile(`/etc/systemd/system/${name}`, text.replace("/usr/bin/sshctl", "/usr/local/bin/sshctl"));
      }
      await lab().writeFile(
        "/usr/local/bin/sshctl",
        `#!/bin/sh\nexec ${lab().node} /opt/sshctl/bin/sshctl.js "$@"\n`,
        "755",
      );
      await lab().must("systemctl daemon-reload");
    }

    beforeAll(async () => {
      await installUnits();
      await openShell(lab());
      await openShell(lab(), { user: "root" });
      await openShell(lab(), { user: String.raw`CORP\bob` });
      await openSftp(lab(), { user: "deploy" });
      await openReverseTunnel(lab(), "9902:127.0.0.1:22", { user: "carol" });
      await openSilent(lab());
    }, 60_000);

    describe("the text", () => {
      test.each([[[]], [["--by", "user"]], [["--findings"]], [["--example"]]])(
        "of %j is what promtool takes",
        async (args) => {
          const { stdout, exitCode, stderr } = await metrics(...args);
          expect(exitCode, stderr).toBe(0);
          const checked = await lab().run(["promtool", "check", "metrics"], { input: stdout });
          expect(checked).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
        },
      );

      test("counts what the clients have opened", async () => {
        const { stdout } = await metrics("--by", "user");
        const seen = (name: string) => sample(stdout, name);
        expect(seen('sshctl_sessions{kind="shell",server="openssh"}')).toBe("3");
        expect(seen('sshctl_sessions{kind="sftp",server="openssh"}')).toBe("1");
        expect(seen('sshctl_sessions{kind="tunnel",server="openssh"}')).toBe("1");
        expect(seen('sshctl_sessions{kind="shell",server="dropbear"}')).toBe("0");
        expect(seen(String.raw`sshctl_user_sessions{user="CORP\\bob"}`)).toBe("1");
        expect(seen("sshctl_unauthenticated_connections")).toBe("1");
        expect(seen("sshctl_session_terminals")).toBe("3");
        // IPv4 and IPv6.
        expect(seen('sshctl_session_forwards{kind="remote-listener"}')).toBe("2");
        expect(seen('sshctl_sessions_idle{threshold="900"}')).toBe("0");
        expect(seen("sshctl_collection_success")).toBe("1");
      });
    });

    describe("the service", () => {
      test("is off until it is enabled, and confined", async () => {
        expect(await lab().must("systemctl is-enabled sshctl-metrics.timer || true")).toBe("disabled\n");
        const rated = await lab().must("systemd-analyze security --no-pager sshctl-metrics.service | tail -n 1");
        expect(Number(/: (\d\.\d)/.exec(rated)?.[1]), rated).toBeLessThanOrEqual(2.5);
      });

      test("counts sessions and proves locks", async () => {
        await lab().must("/usr/local/bin/sshctl lock dom.user-x --yes");
        await lab().must("systemctl start sshctl-metrics.service");
        const text = await lab().must(`cat ${file}`);
        expect(sample(text, 'sshctl_sessions{kind="shell",server="openssh"}')).toBe("3");
        expect(sample(text, 'sshctl_locks{state="holding"}')).toBe("1");
        expect(sample(text, 'sshctl_locks{state="broken"}')).toBe("0");
        expect(await lab().must(`stat -c '%U %a' ${file}; ls -A ${folder}`)).toBe("root 644\nsshctl.prom\n");
        expect(await lab().must("journalctl -q -o cat -u sshctl-metrics.service _COMM=node")).toBe("");
      });

      test("tells how the service of the rules stands", async () => {
        await lab().writeFile(
          "/etc/sshctl/policy.toml",
          '[[rule]]\nname = "old"\nolder-than = "30d"\naction = "kill"\n',
        );
        await lab().must("systemd-run -q --unit=rules /usr/local/bin/sshctl policy run");
        await lab().must("until [ -s /var/lib/sshctl/policy/status.json ]; do sleep 0.2; done", { timeoutMs: 60_000 });
        await lab().must("systemctl start sshctl-metrics.service");
        const text = await lab().must(`cat ${file}`);
        expect(sample(text, "sshctl_policy_running")).toBe("1");
        expect(sample(text, "sshctl_policy_acting")).toBe("0");
        expect(sample(text, 'sshctl_policy_acts_total{act="ended"}')).toBe("0");
        const checked = await lab().run(["promtool", "check", "metrics"], { input: text });
        expect(checked).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
        await lab().must("systemctl stop rules && systemctl start sshctl-metrics.service");
        expect(sample(await lab().must(`cat ${file}`), "sshctl_policy_running")).toBe("0");
      });

      test("writes that it has failed where it cannot see everything", async () => {
        await lab().writeFile(
          "/run/systemd/system/sshctl-metrics.service.d/blind.conf",
          "[Service]\nCapabilityBoundingSet=\n",
        );
        await lab().must("systemctl daemon-reload");
        expect(
          await lab().must("systemctl start sshctl-metrics.service || systemctl show -P ExecMainStatus sshctl-metrics"),
        ).toBe("4\n");
        expect((await lab().must(`cat ${file}`)).replaceAll(/^#.*\n/gm, "")).toBe("sshctl_collection_success 0\n");
        await lab().must("rm -r /run/systemd/system/sshctl-metrics.service.d && systemctl daemon-reload");
        await lab().must("systemctl start sshctl-metrics.service");
      });
    });

    describe("Prometheus", () => {
      const query = async (expression: string) => {
        const { stdout } = await lab().run(["promtool", "query", "instant", "http://127.0.0.1:9090", expression]);
        return stdout;
      };
      /** Asks until there is an answer: the first scrapes take their time. */
      const answer = async (expression: string, isIt: (text: string) => boolean) =>
        expect.poll(async () => isIt(await query(expression)), { timeout: 60_000, interval: 300 }).toBe(true);

      beforeAll(async () => {
        await lab().writeFile("/etc/prometheus/prometheus.yml", config);
        await lab().must(
          "printf 'ARGS=\"--web.listen-address=127.0.0.1:9100\"\\n' >/etc/default/prometheus-node-exporter",
        );
        await lab().must("printf 'ARGS=\"--web.listen-address=127.0.0.1:9090\"\\n' >/etc/default/prometheus");
        const { stdout } = await metrics("--by", "user", "--textfile", file);
        expect(stdout).toBe("");
        await lab().must("systemctl start prometheus-node-exporter prometheus", { timeoutMs: 60_000 });
      }, 120_000);

      test("has what the exporter has read, without an error", async () => {
        await answer("node_textfile_scrape_error", (text) => / => 0 @/.test(text));
        await answer('sshctl_sessions{kind="shell",server="openssh"}', (text) => / => 3 @/.test(text));
        expect(await query('sum(sshctl_sessions{job="node"})')).toMatch(/ => 5 @/);
        expect(await query(String.raw`sshctl_user_sessions{user="CORP\\bob"}`)).toMatch(/ => 1 @/);
        expect(await query("time() - sshctl_collection_timestamp_seconds < 3600")).toMatch(/ => \d/);
      }, 90_000);

      test("has the alerts of the documentation, which mean what they say", async () => {
        const document = await readFile(`${project}docs/metrics.md`, "utf8");
        const rules = /```yaml\n(.*?)```/s.exec(document)?.[1] ?? "";
        await lab().writeFile("/tmp/alerts.yml", rules);
        await lab().writeFile("/tmp/alert-tests.yml", alertTests);
        const checked = await lab().must("promtool check rules /tmp/alerts.yml");
        expect(checked).toContain("5 rules found");
        expect(await lab().must("promtool test rules /tmp/alert-tests.yml")).toContain("SUCCESS");
      });
    });
  },
);
