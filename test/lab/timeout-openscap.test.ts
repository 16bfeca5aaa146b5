/** What auditors say about the limit for everybody: the rule accounts_tmout of ComplianceAsCode, by OpenSCAP. */
import { beforeAll, describe, expect, test } from "vitest";
import { useMachine } from "./machine/lab-test.ts";
import { holds, installOpenscap, products } from "./machine/openscap.ts";
import { chosenSuites } from "./machine/suites.ts";

describe.each(chosenSuites().filter(({ hasOpenscap }) => hasOpenscap))("$name", ({ name }) => {
  const lab = useMachine(name);

  beforeAll(async () => {
    await installOpenscap(lab());
  }, 400_000);

  const verdicts = async () => Promise.all(products.map(async (product) => holds(lab(), product)));
  const everywhere = (verdict: boolean) => products.map(() => verdict);

  test("nothing is set", async () => {
    expect(await verdicts()).toEqual(everywhere(false));
  });

  test.each([
    ["1", true],
    ["180", true],
    ["10m", true],
    ["300 --except-user root --ssh-only", true],
    ["601", false],
    ["300 --no-export", false],
  ])("set %s --global passes: %s", async (args, verdict) => {
    expect(await lab().sshctl(["timeout", "set", ...args.split(" "), "--global"])).toMatchObject({ exitCode: 0 });
    expect(await verdicts()).toEqual(everywhere(verdict));
  });

  test("after unset it fails again", async () => {
    expect(await lab().sshctl(["timeout", "set", "300", "--global"])).toMatchObject({ exitCode: 0 });
    expect(await verdicts()).toEqual(everywhere(true));
    expect(await lab().sshctl(["timeout", "unset", "--global"])).toMatchObject({ exitCode: 0 });
    expect(await verdicts()).toEqual(everywhere(false));
  });
});
