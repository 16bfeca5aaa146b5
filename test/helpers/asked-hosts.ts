/** Hosts that run their own sshctl, which a stand-in for ssh(1) plays. */
import type { CallerProgram } from "../../src/host/programs/as-caller.ts";
import type { GroupEnd } from "../../src/host/programs/run-group.ts";
import { fakeHost, type FakeHost } from "./fake-host.ts";

/** What a host answers to whoever has given it a nonce. */
export type HostAnswer = (nonce: string) => GroupEnd;

export function ended(stdout: HostText, stderr = "", exitCode = 0): HostAnswer {
  return (nonce) => ({ kind: "ended", stdout: Buffer.from(stdout(nonce)), stderr, exitCode });
}

type HostText = (nonce: string) => string;

/** A document of the host's sshctl, with what its login shell prints around it. */
export function told(text: string, { version = "0.1.0", code = 0, stderr = "" } = {}): HostAnswer {
  return ended(
    (nonce) => `Welcome!\nsshctl\t${nonce}\t${version}\n${text}\nend\t${nonce}\t${String(code)}\nBye.\n`,
    stderr,
  );
}

/** @param answerOf - of the start of a host's name; a host without an answer is late. */
export function workstationOf(answerOf: (name: string) => HostAnswer | undefined): {
  host: FakeHost;
  asked: CallerProgram[];
} {
  const asked: CallerProgram[] = [];
  const host = fakeHost({
    runAsCaller: async (program) => {
      if (program.name !== "ssh") return Promise.resolve({ kind: "missing" });
      asked.push(program);
      const name = program.args.at(-2)?.replace(/\d.*/, "") ?? "";
      const nonce = /^'sshctl_run' '([0-9a-f]{32})'/m.exec(program.input ?? "")?.[1] ?? "";
      return Promise.resolve(answerOf(name)?.(nonce) ?? { kind: "late" });
    },
  });
  return { host, asked };
}
