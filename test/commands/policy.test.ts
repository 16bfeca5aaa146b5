import { describe, expect, test } from "vitest";
import { FileTrouble } from "../../src/host/files/file-trouble.ts";
import type { Session } from "../../src/domain/session.ts";
import { fakeHost, type HostSpec } from "../helpers/fake-host.ts";
import { now } from "../helpers/machine-builder.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { report, session } from "../helpers/sessions.ts";

const file = "/etc/sshctl/policy.toml";
const night = `[[rule]]\nname = "night"\nidle = "1h"\nwarn = "5m"\naction = "kill"\nreason = "INC-1"\n`;
const idle = session({ lastInputMs: now - 7_200_000 });
const root = session({ pid: 2101, user: "root", uid: 0, ttys: ["pts/2"] });

async function check(
  args: readonly string[],
  policy: string | undefined,
  sessions: readonly Session[] = [idle, root],
  spec: HostSpec = {},
) {
  const texts = { ...(policy === undefined ? {} : { [file]: policy }), ...spec.texts };
  return sshctl(["policy", "check", ...args], { report: report(sessions), host: fakeHost({ ...spec, texts }) });
}

describe("policy check", () => {
  test("says what the rules do, and to whom now", async () => {
    const { out, err, exitCode } = await check([], night);
    expect(out).toContain("mode: observe (nobody is warned or ended; what would be done is written down)\n");
    expect(out).toContain("rule night: sessions that are idle for 1h are warned, and ended 5m later. Reason: INC-1\n");
    expect(out).toMatch(/2001 +alice +10.0.0.7:5000 +shell +night +is warned, and ended 5m later\n/);
    expect(out).not.toMatch(/^ *2101 /m);
    expect([err, exitCode]).toEqual(["", 0]);
  });

  test("keeps its contract", async () => {
    const { out } = await check(["--json"], night);
    const document: unknown = JSON.parse(out);
    expect(violationsOf("policy-check-1", document)).toEqual([]);
    expect(document).toMatchObject({ mode: "observe", sessions: [{ pid: 2001, rule: "night", verdict: "matched" }] });
  });

  test.each<[string, HostSpec, Session[], RegExp]>([
    ["is protected", { texts: { "/etc/sshctl/protected": "alice\n" } }, [idle, root], /is protected by line 1/],
    [
      "is the last way to root",
      {},
      [{ ...root, lastInputMs: now - 9e6 }],
      /the last open session that can become root/,
    ],
    ["is your own", {}, [{ ...idle, self: true, selfProof: "it runs sshctl" }, root], /is your own session/],
    ["may be your own", {}, [{ ...idle, self: undefined, selfProof: "two look alike" }, root], /may be your own/],
    [
      "is frozen",
      {},
      [{ ...idle, frozen: { by: undefined, fault: undefined } }, root],
      /it is frozen, so that somebody looks at it/,
    ],
    ["is not known", {}, [{ ...idle, lastInputMs: undefined }, root], /not everything is known/],
  ])("leaves alone what %s", async (_, spec, sessions, why) => {
    const { out } = await check([], night, sessions, spec);
    expect(out).toMatch(/left alone: /);
    expect(out).toMatch(why);
  });

  test("does nothing by a broken file of the protected", async () => {
    const { exitCode, err } = await check([], night, [idle], { texts: { "/etc/sshctl/protected": "a b c\n" } });
    expect([exitCode, err]).toEqual([3, expect.stringContaining("line 1 of /etc/sshctl/protected")]);
  });

  test.each([
    ["no file", undefined, {}, 1, /There is no \/etc\/sshctl\/policy.toml/],
    ["a fault", "mode = 1\n", {}, 2, /policy.toml:1:1: mode = 1 is not understood/],
    [
      "a file of somebody else",
      night,
      { troubles: { [file]: new FileTrouble("foreign", `${file} can be written by users other than root`) } },
      3,
      /can be written by users other than root/,
    ],
  ])("refuses %s", async (_, policy, spec, code, says) => {
    const { out, err, exitCode } = await check([], policy, [idle], spec);
    expect([out, exitCode]).toEqual(["", code]);
    expect(err).toMatch(says);
  });

  test("reads policy.d in its order, and a draft instead of both", async () => {
    const other = (name: string) => `[[rule]]\nname = "${name}"\nolder-than = "1d"\naction = "warn"\n`;
    const texts = {
      "/etc/sshctl/policy.d/20-b.toml": other("b"),
      "/etc/sshctl/policy.d/10-a.toml": other("a"),
      "/etc/sshctl/policy.d/.hidden.toml": "x",
      "/etc/sshctl/policy.d/README": "x",
      "/tmp/draft.toml": other("draft"),
    };
    const inPlace = await check([], night, [], { texts });
    expect([...inPlace.out.matchAll(/^rule (\S+):/gm)].map(([, name]) => name)).toEqual(["night", "a", "b"]);
    const draft = await check(["/tmp/draft.toml"], night, [], { texts });
    expect([...draft.out.matchAll(/^rule (\S+):/gm)].map(([, name]) => name)).toEqual(["draft"]);
  });

  test("names users whom nobody knows", async () => {
    const { err } = await sshctl(["policy", "check"], {
      report: report([idle]),
      host: fakeHost({ texts: { [file]: night.replace("idle", 'user = "alcie"\nidle') } }),
      directory: { alcie: { kind: "nobody" } },
    });
    expect(err).toContain("a rule names alcie, and it is not known which account that is");
  });
});
