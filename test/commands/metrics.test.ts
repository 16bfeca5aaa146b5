import { describe, expect, test } from "vitest";
import { FatalError } from "../../src/errors.ts";
import { FileTrouble } from "../../src/host/files/file-trouble.ts";
import { fakeHost } from "../helpers/fake-host.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { report, session } from "../helpers/sessions.ts";

const file = "/var/lib/prometheus/node-exporter/sshctl.prom";
const values = (text: string | undefined) => text?.replaceAll(/^#.*\n/gm, "");

test("writes text that ends as OpenMetrics says", async () => {
  const { exitCode, out, err } = await sshctl(["metrics"], { sessions: [session()] });
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
  expect(out).toContain('sshctl_sessions{kind="shell",server="openssh"} 1\n');
  expect(out).toContain('sshctl_locks{state="holding"} 0\n');
  expect(out).toMatch(/sshctl_build_info\{version="\d+\.\d+\.\d+"\} 1\n# EOF\n$/);
});

test("puts it into a file, and says nothing then", async () => {
  const host = fakeHost({ texts: { "/etc/passwd": "" } });
  const outcome = await sshctl(["metrics", "--textfile", file], { sessions: [session()], host });
  expect(outcome).toEqual({ exitCode: 0, out: "", err: "" });
  expect(host.texts.get(file)).toMatch(/^# HELP sshctl_sessions .*\n# EOF\n$/s);
});

describe("where not everything can be seen", () => {
  const reason = "root is not allowed to inspect processes here";
  const blind = ["no-ptrace", "user-namespace", "pid-namespace", "sockets-cut", "needs-root"].map((code) => ({
    report: { ...report([session()]), warnings: [{ code, message: reason }] },
    expected: { exitCode: 4, err: `sshctl: Nothing was counted: ${reason}.\n` },
  }));
  const broken = {
    failure: new FatalError("There is no /proc."),
    expected: { exitCode: 3, err: "sshctl: There is no /proc.\n" },
  };

  test.each([...blind, broken])("tells that alone: %j", async ({ expected, ...world }) => {
    const host = fakeHost({ texts: { "/etc/passwd": "" } });
    const { out, ...outcome } = await sshctl(["metrics"], { ...world, host });
    expect(outcome).toEqual(expected);
    expect(values(out)).toBe("sshctl_collection_success 0\n");
    expect(await sshctl(["metrics", "--textfile", file], { ...world, host })).toEqual({ out: "", ...expected });
    expect(values(host.texts.get(file))).toBe("sshctl_collection_success 0\n");
  });

  test("nor anything of keys for anybody but root", async () => {
    const host = fakeHost({ uid: 1000, texts: { "/etc/passwd": "" } });
    const { exitCode, out, err } = await sshctl(["metrics", "--findings"], { host });
    expect({ exitCode, err }).toEqual({
      exitCode: 4,
      err: "sshctl: Nothing was counted: only root may read the keys of all accounts.\n",
    });
    expect(values(out)).toBe("sshctl_keys_collection_success 0\n");
  });
});

test.each([
  ["refused", 4],
  ["foreign", 1],
  ["broken", 3],
] as const)("leaves a file that is %s as it was", async (kind, exitCode) => {
  const unwritable = { [file]: new FileTrouble(kind, `${file} cannot be written`) };
  const host = fakeHost({ texts: { "/etc/passwd": "", [file]: "old" }, unwritable });
  const outcome = await sshctl(["metrics", "--textfile", file], { sessions: [], host });
  expect(outcome).toMatchObject({ exitCode, out: "" });
  expect(outcome.err).toMatch(/^sshctl: \S+ cannot be written\. No metrics were written\./);
  expect(host.texts.get(file)).toBe("old");
});

test.each([
  [["--textfile", "sshctl.prom"], "absolute paths"],
  [["--textfile", "/tmp/sshctl.txt"], "absolute paths"],
  [["--textfile", file, "--example"], "this machine"],
  [["--textfile", file, "--root", "/srv"], "this machine"],
  [["--findings", "--example"], "this machine"],
  [["--findings", "--by", "user"], "no --by"],
  [["--by", "key"], "Allowed: user"],
  [["alice"], "alice"],
])("refuses %j", async (args, reason) => {
  const failure = new Error("read");
  const { exitCode, out, err } = await sshctl(["metrics", ...args], { failure });
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
  expect(err).toContain(reason);
});
