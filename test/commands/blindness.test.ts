import { describe, expect, test } from "vitest";
import { sshctl } from "../helpers/run-cli.ts";
import { report, session } from "../helpers/sessions.ts";

const reason = "root is not allowed to inspect processes here";

describe.each(["no-ptrace", "user-namespace", "pid-namespace", "sockets-cut"])("%s", (code) => {
  const blind = (sessions = [session()]) => ({
    ...report(sessions),
    listeners: [],
    warnings: [{ code, message: reason }],
  });

  test("list shows what it can, and says what that is worth", async () => {
    const { exitCode, out, err } = await sshctl(["list"], { report: blind() });
    expect({ exitCode, rows: out.trim().split("\n").length }).toEqual({ exitCode: 0, rows: 2 });
    expect(err).toBe(`sshctl: ${reason}\n`);
  });

  test.each([[["kill-all", "--yes"]], [["kill-all", "--dry-run"]], [["watch", "--until-none", "-o", "lines"]]])(
    "%j does not decide by it, whether somebody is seen or not",
    async (args) => {
      for (const sessions of [[], [session()]]) {
        const { exitCode, out, err } = await sshctl(args, { report: blind(sessions) });
        expect({ exitCode, out }).toEqual({ exitCode: 4, out: "" });
        const nothing = args[0] === "kill-all" && !args.includes("--dry-run") ? "Nothing was done. " : "";
        const doctor = '"sshctl doctor" shows what is missing.';
        expect(err).toBe(`sshctl: Who is there cannot be decided: ${reason}. ${nothing}${doctor}\n`);
      }
    },
  );
});
