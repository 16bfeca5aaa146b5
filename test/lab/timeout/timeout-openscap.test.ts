/** What auditors say about the limit for everybody: the rule accounts_tmout of ComplianceAsCode, by OpenSCAP. */
import { expect, test } from "vitest";
import { describeSuites, useMachine } from "../machine/lab-test.ts";
import { holds, openscap, products } from "../machine/openscap.ts";

describeSuites(
  ({ hasOpenscap }) => hasOpenscap,
  "only its mirror has the content of all these products",
  ({ name }) => {
    const lab = useMachine(name, { layers: [openscap] });

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
  },
);
