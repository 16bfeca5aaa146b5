/** What TMOUT really is at the first prompt of a bash, which runs as somebody without rights, in a home of its own. */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface RealTmout {
  /** Undefined: it is not set. */
  text: string | undefined;
  readonly: boolean;
  exported: boolean;
}

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const question =
  String.raw`builtin printf '\n@@%s@@%s@@%s@@\n' "\${TMOUT+set}" "$TMOUT" "$(builtin declare -p TMOUT 2>/dev/null)"`.replace(
    "\\$",
    "$",
  );

/**
 * @param files - of the home, by their names, byte by byte; bash reads `.bashrc` first of all.
 * @param unreadable - names of those that it must not read.
 * @returns undefined where it comes to no prompt.
 */
export function askBash(
  files: Readonly<Record<string, string>>,
  unreadable: readonly string[] = [],
): RealTmout | undefined {
  const home = mkdtempSync(join(tmpdir(), "real-bash-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = join(home, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, "latin1");
      if (isRoot) chownSync(path, nobody, nobody);
      if (unreadable.includes(name)) chmodSync(path, 0);
    }
    chmodSync(home, 0o755);
    if (isRoot) chownSync(home, nobody, nobody);
    return parse(run(home));
  } finally {
    rmSync(home, { recursive: true });
  }
}

/** A script can call itself without end, each time in a process of its own: none outlives its namespace, and they are not many. */
function run(home: string): string {
  const bash = ["bash", "--noprofile", "--rcfile", join(home, ".bashrc"), "-i"];
  // A change of user makes the kernel forget the signal of --kill-child: prctl(2), PR_SET_PDEATHSIG.
  const asNobody = [
    "setpriv",
    `--reuid=${String(nobody)}`,
    `--regid=${String(nobody)}`,
    "--clear-groups",
    "--pdeathsig=KILL",
  ];
  const confined = isRoot
    ? ["unshare", "--pid", "--fork", "--kill-child", ...asNobody, ...bash]
    : ["unshare", "--user", "--map-current-user", "--pid", "--fork", "--kill-child", ...bash];
  const { stdout } = spawnSync("prlimit", ["--nproc=100", ...confined], {
    cwd: home,
    env: {
      HOME: home,
      PATH: "/usr/bin:/bin",
      USER: "alice",
      LOGNAME: "alice",
      SSH_CONNECTION: "192.0.2.1 5 192.0.2.2 22",
    },
    input: `${question}\nbuiltin exit\n`,
    encoding: "latin1",
    timeout: 10_000,
    killSignal: "SIGKILL",
  });
  return stdout;
}

function parse(output: string): RealTmout | undefined {
  const [, isSet, text, declaration = ""] = /\n@@(set|)@@([^]*?)@@([^]*?)@@\n/.exec(output) ?? [];
  if (text === undefined) return undefined;
  const flags = /^declare -(\S+) TMOUT/.exec(declaration)?.[1] ?? "";
  return { text: isSet === "set" ? text : undefined, readonly: flags.includes("r"), exported: flags.includes("x") };
}

/** As bash takes the value for its limit: atoi(3). */
export function secondsOf({ text = "" }: RealTmout): number | undefined {
  const seconds = Number.parseInt(text.replace(/^[ \t\n\v\f\r]+/, ""), 10);
  return Number.isNaN(seconds) || seconds <= 0 ? undefined : seconds;
}
