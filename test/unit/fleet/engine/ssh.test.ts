import { describe, expect, test } from "vitest";
import { sshArguments, sshEngine } from "../../../../src/fleet/engine/ssh.ts";
import { FatalError } from "../../../../src/errors.ts";
import { callerPrograms } from "../../../../src/host/programs/as-caller.ts";
import { describeEngine, job } from "../../../contract/engine.ts";

const engineOf = (ssh: string) =>
  sshEngine({
    callerPrograms: { run: async (program) => callerPrograms.run({ ...program, name: ssh }) },
    now: Date.now,
  });

describe("ssh as an engine", () => {
  describeEngine(engineOf);

  test("is missed where it is not installed", async () => {
    const settings = {
      fanOut: 1,
      login: undefined,
      connectSeconds: 1,
      hostSeconds: 1,
      stop: new AbortController().signal,
    };
    const run = engineOf("/nowhere/ssh").run([job("a")], settings, () => undefined);
    await expect(run).rejects.toThrow(FatalError);
    await expect(run).rejects.toThrow("ssh is not installed here");
  });

  test("is told to ask nothing, to open nothing, and to trust no more than its configuration says", () => {
    const host = { name: "web1", address: "192.0.2.1", sshArgs: ["-p", "2222"] };
    const args = sshArguments({ host, command: "sh -s" }, { login: "bob", connectSeconds: 7 });
    expect(args).toEqual([
      ..."-T -x -a -oBatchMode=yes -oForwardAgent=no -oForwardX11=no -oClearAllForwardings=yes".split(" "),
      ..."-oPermitLocalCommand=no -oRemoteCommand=none -oUpdateHostKeys=no -oServerAliveInterval=5".split(" "),
      ..."-oServerAliveCountMax=3 -oLogLevel=ERROR -oConnectTimeout=7 -l bob -p 2222 -- 192.0.2.1".split(" "),
      "sh -s",
    ]);
    expect(args.join(" ")).not.toMatch(/StrictHostKeyChecking|UserKnownHostsFile/);
  });
});
