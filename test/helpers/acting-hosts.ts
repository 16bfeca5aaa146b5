/** Hosts whose sshctl acts, played by a stand-in for ssh(1): each call of sshctl that a script makes is answered by a function. */
import type { GroupEnd } from "../../src/host/programs/run-group.ts";
import { fakeHost, type FakeHost } from "./fake-host.ts";

/** What sshctl writes and ends with; "missing" where there is none. */
export type Sshctl = (args: readonly string[]) => { text?: string; code?: number; stderr?: string } | "missing";

/** A host with sshctl; or, one connection after the other, how ssh(1) ends instead, the last for ever. */
export interface ActingHost {
  sshctl: Sshctl;
  ends?: (connection: number) => GroupEnd | undefined;
  /** What a shell there makes of any other script. */
  shell?: (script: string) => string;
}

export interface Connection {
  host: string;
  /** The command lines of sshctl that ran there. */
  calls: string[][];
}

export function actingWorkstation(
  hostOf: (name: string) => ActingHost | undefined,
  texts: Readonly<Record<string, string>> = {},
): { host: FakeHost; connections: Connection[] } {
  const connections: Connection[] = [];
  const host = fakeHost({
    texts,
    runAsCaller: async ({ name, args, input = "" }) => {
      if (name !== "ssh") return Promise.resolve({ kind: "missing" });
      const on = args.at(-2) ?? "";
      const count = connections.filter((each) => each.host === on).length;
      const acting = hostOf(on);
      const end = acting?.ends?.(count);
      const calls = acting === undefined || end !== undefined ? [] : callsIn(input);
      connections.push({ host: on, calls: calls.map(({ words }) => words) });
      if (end !== undefined) return Promise.resolve(end);
      if (acting === undefined) return Promise.resolve(refusedConnection(on));
      if (calls.length === 0 && acting.shell !== undefined)
        return Promise.resolve({ kind: "ended", stdout: Buffer.from(acting.shell(input)), stderr: "", exitCode: 0 });
      return Promise.resolve(answerOf(calls, acting.sshctl));
    },
  });
  return { host, connections };
}

export function refusedConnection(name: string): GroupEnd {
  const stderr = `ssh: connect to host ${name} port 22: Connection refused\n`;
  return { kind: "ended", stdout: Buffer.alloc(0), stderr, exitCode: 255 };
}

function answerOf(calls: ReturnType<typeof callsIn>, sshctl: Sshctl): GroupEnd {
  let stdout = "Welcome!\n";
  let stderr = "";
  for (const { nonce, words } of calls) {
    const told = sshctl(words);
    if (told === "missing") stdout += `missing\t${nonce}\n`;
    else {
      const { text = "", code = 0, stderr: said = "" } = told;
      stdout += `sshctl\t${nonce}\t0.1.0\n${text}\nend\t${nonce}\t${String(code)}\n`;
      stderr += `sshctl\t${nonce}\n${said}`;
    }
  }
  return { kind: "ended", stdout: Buffer.from(stdout), stderr, exitCode: 0 };
}

/** The lines that a shell would run after the function. */
function callsIn(input: string): { nonce: string; words: string[] }[] {
  const lines = [...input.matchAll(/^'sshctl_run' '([0-9a-f]+)' '\w+' (.*) <\/dev\/null$/gm)];
  return lines.map(([, nonce = "", rest = ""]) => ({
    nonce,
    words: [...rest.matchAll(/'((?:[^']|'\\'')*)'/g)].map(([, word = ""]) => word.replaceAll(String.raw`'\''`, "'")),
  }));
}
