/** What is told as certain of a login is what a real bash does. */
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { followLogin } from "../../../../../src/features/timeout/shell/follow-login.ts";
import type { UserFile } from "../../../../../src/host/files/user-files.ts";
import { askBash, secondsOf } from "../../../../helpers/real-bash.ts";
import { fakeHost } from "../../../../helpers/fake-host.ts";
import { builtinCases, pieces, plainCases, structuredCases, type TmoutCase } from "../../../../helpers/tmout-cases.ts";

const account = { name: "alice", uid: 65_534, gid: 65_534, home: "/home/alice", shell: "/bin/bash" };

/** The files are read as those of a login: .bashrc stands for the first one. */
function told(files: Readonly<Record<string, string>>, unreadable: readonly string[] = []) {
  const texts = Object.entries(files).map(([name, text]) => [
    `/home/alice/${name === ".bashrc" ? ".bash_profile" : name}`,
    text,
  ]);
  const odd = Object.fromEntries(
    unreadable.map((name): [string, UserFile] => [
      `/home/alice/${name}`,
      { kind: "unreadable", problem: "it cannot be read: permission denied", isRefused: true, isRefusedToAll: true },
    ]),
  );
  const host = fakeHost({ texts: { "/etc/profile": "", ...Object.fromEntries(texts) }, odd });
  return followLogin(account, [], "bash", host);
}

/** What is told as certain, and what is real instead, if it is not the same; undefined where nothing is told. */
function compare(files: Readonly<Record<string, string>>, unreadable: readonly string[] = []) {
  const { seconds, readonly, exported } = told(files, unreadable);
  if (seconds === "unknown" && readonly === undefined && exported === undefined) return undefined;
  const real = askBash(files, unreadable);
  if (real === undefined) return seconds === "unknown" ? undefined : { told: seconds, real: "no prompt" };
  return {
    told: {
      seconds: seconds === "unknown" ? secondsOf(real) : seconds,
      readonly: readonly ?? real.readonly,
      exported: exported ?? real.exported,
    },
    real: { seconds: secondsOf(real), readonly: real.readonly, exported: real.exported },
  };
}

const filesOf = (given: TmoutCase) => (typeof given === "string" ? { ".bashrc": given } : given);
const all = [...plainCases, ...structuredCases, ...builtinCases];

describe("as bash does", () => {
  test.each(all.map((given) => [JSON.stringify(given), given] as const))("%s", (_, given) => {
    const compared = compare(filesOf(given));
    expect(compared?.told).toEqual(compared?.real);
  });

  test("a file that its user cannot read", () => {
    for (const text of [". ~/.other\nTMOUT=7\n", "[ -r ~/.other ] && . ~/.other\nTMOUT=7\n"]) {
      const compared = compare({ ".bashrc": text, ".other": "TMOUT=600\nreadonly TMOUT\n" }, [".other"]);
      expect(compared?.real).toEqual({ seconds: 7, readonly: false, exported: false });
      expect(compared?.told).toEqual(compared?.real);
    }
  });

  test("most of it for certain", () => {
    const shareOf = (cases: readonly TmoutCase[]) =>
      cases.filter((given) => told(filesOf(given)).seconds !== "unknown").length / cases.length;
    expect(shareOf(plainCases)).toBeGreaterThan(0.95);
    expect(shareOf(structuredCases)).toBeGreaterThan(0.7);
    expect(shareOf(builtinCases)).toBeGreaterThan(0.4);
  });
});

describe("of random scripts", () => {
  const line = fc.constantFrom(...pieces);
  const script: fc.Arbitrary<string> = fc.letrec<{ block: string; item: string }>((tie) => ({
    item: fc.oneof(
      { weight: 5, arbitrary: line },
      fc.tuple(line, fc.constantFrom(" && ", " || ", "; ", " | "), line).map((parts) => parts.join("")),
      fc
        .tuple(line, tie("block"), tie("block"))
        .map(([condition, yes, no]) => `if ${condition}; then\n${yes}\nelse\n${no}\nfi`),
      tie("block").map((body) => `for i in 1 2; do\n${body}\ndone`),
      tie("block").map((body) => `f() {\n${body}\n}`),
      tie("block").map((body) => `{\n${body}\n}`),
      tie("block").map((body) => `while false; do\n${body}\ndone`),
    ),
    block: fc.array(tie("item"), { minLength: 1, maxLength: 4 }).map((items) => items.join("\n")),
  })).block;

  property.prop([script, script], { numRuns: Number(process.env["TMOUT_RUNS"] ?? 100) })(
    "what is certain is so",
    (main, other) => {
      const compared = compare({ ".bashrc": `${main}\n`, ".other": `${other.replaceAll(". ~/.other", "true")}\n` });
      // A subshell of bash whose assignment has failed goes on with the input of its parent, which then has none.
      if (compared?.real !== "no prompt") expect(compared?.told).toEqual(compared?.real);
    },
  );
});

describe("a file that its user has made to do harm", () => {
  const many = (text: string, size = 1_000_000) => text.repeat(Math.floor(size / text.length));
  test.each([
    ["parentheses", many("(")],
    ["arithmetic", many("$((")],
    ["braces", many("${")],
    ["brackets", `x ${many("[")}`],
    ["lists", `export ${many("{")}`],
    ["quotes", many("'\"`")],
    ["backquotes", many("`a` ")],
    ["a here-document", `cat <<E\n${many("${")}\nE\n`],
    ["a prompt", `PS1='${many("${", 60_000)}'\n`],
    ["doubling text", `x=aa\n${many("x=$x$x\n", 1000)}TMOUT=$x\n`],
    ["eval of itself", 'x=\'eval "$x"\'\neval "$x"\n'],
    ["a function that calls itself", "f() { f; f; }\nf\n"],
    ["a file that reads itself", ". ~/.bash_profile; . ~/.bash_profile\n"],
    ["many names", Array.from({ length: 100_000 }, (_, index) => `x${String(index)}=1\n`).join("")],
    ["many commands", many("true\n")],
    ["many hooks", many("PROMPT_COMMAND=true\n")],
    ["loops in loops", `${many("for i in 1 2 3 4 5 6 7 8 9; do ", 800)}true${many("; done", 150)}\n`],
    ["conditions in conditions", `${many("if a; then ", 800)}b; ${many("fi; ", 280)}\n`],
  ])("%s is read in time", (_, text) => {
    expect(told({ ".bashrc": text }).touches).toBeDefined();
  });
});
