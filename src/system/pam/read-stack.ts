/** Which modules PAM asks for a service, and what becomes of their answers: pam.conf(5), pam.d(5). */
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";

export const phases = ["auth", "account"] as const;
export type PamPhase = (typeof phases)[number];

/** One line of a stack. A substack is judged by itself as far as `done` and `die` go. */
export type PamRule = PamModule | { kind: "substack"; rules: readonly PamRule[] };

export interface PamModule {
  kind: "module";
  path: string;
  line: number;
  /** Without a folder and ".so": "pam_unix". */
  module: string;
  args: readonly string[];
  control: PamControl;
}

/** What to do for each answer; `default` for all others. A number skips so many lines. */
export type PamControl = ReadonlyMap<string, string>;

export interface PamStack {
  /** The file that it begins in; undefined where there is none. */
  path: string | undefined;
  rules: readonly PamRule[];
}

const folders = ["/etc/pam.d", "/usr/lib/pam.d"];

/** A service without lines of its own for a phase has those of "other". */
export function readPamStack(service: string, phase: PamPhase, files: Files): PamStack {
  for (const name of [service, "other"]) {
    const path = pathOf(name, files);
    const rules = path === undefined ? [] : readRules(path, phase, files, []);
    if (rules.length > 0) return { path, rules };
  }
  return { path: undefined, rules: [] };
}

function pathOf(name: string, files: Files): string | undefined {
  if (name.startsWith("/")) return name;
  return folders.map((folder) => `${folder}/${name.toLowerCase()}`).find((path) => isPresent(files.facts(path)));
}

/** @param within - the files that this one is included by. */
function readRules(path: string, phase: PamPhase, files: Files, within: readonly string[]): PamRule[] {
  const chain = [...within, path];
  return logicalLines(orUndefined(files.read(path)) ?? "").flatMap(({ text, line }): PamRule[] => {
    const included = (name: string) => {
      const found = pathOf(name, files);
      if (found === undefined) return [];
      return chain.includes(found) ? [endless(path, line)] : readRules(found, phase, files, chain);
    };
    const whole = /^@include\s+(\S+)/.exec(text)?.[1];
    if (whole !== undefined) return included(whole);
    const [, type = "", bracketed, word = "", name = "", rest = ""] = ruleForm.exec(text) ?? [];
    if (type.toLowerCase() !== phase) return [];
    if (word.toLowerCase() === "include") return included(name);
    if (word.toLowerCase() === "substack") return [{ kind: "substack", rules: included(name) }];
    return [
      {
        kind: "module",
        path,
        line,
        module: name.replace(/^.*\//, "").replace(/\.so$/, ""),
        args: rest.split(/\s+/).filter(Boolean),
        control: bracketed === undefined ? controlOfWord(word) : parseControl(bracketed),
      },
    ];
  });
}

/** A file that includes itself: PAM refuses to load it (PAM_ABORT), and nobody gets in. */
function endless(path: string, line: number): PamModule {
  return { kind: "module", path, line, module: "include", args: [], control: parseControl("default=die") };
}

/** A "-" in front only keeps the log silent where there is no such module. */
const ruleForm = /^-?(\w+)\s+(?:\[([^\]]*)\]|(\w+))\s+(\S+)\s*(.*)$/;

/** Without comments; a backslash at the end goes on with the next line. */
function logicalLines(text: string): { text: string; line: number }[] {
  const lines: { text: string; line: number }[] = [];
  let open: { text: string; line: number } | undefined;
  for (const [index, raw] of text.split("\n").entries()) {
    const part = raw.replace(/#.*/, "").trim();
    const joined = open === undefined ? part : `${open.text} ${part}`;
    const line = open?.line ?? index + 1;
    if (joined.endsWith("\\")) open = { text: joined.slice(0, -1).trim(), line };
    else {
      open = undefined;
      if (joined !== "") lines.push({ text: joined, line });
    }
  }
  return lines;
}

/** What the words stand for: pam.d(5). */
const controls: Readonly<Record<string, string>> = {
  required: "success=ok new_authtok_reqd=ok ignore=ignore default=bad",
  requisite: "success=ok new_authtok_reqd=ok ignore=ignore default=die",
  sufficient: "success=done new_authtok_reqd=done default=ignore",
  optional: "success=ok new_authtok_reqd=ok default=ignore",
};

/** A word that PAM does not know makes the line fail. */
function controlOfWord(word: string): PamControl {
  return parseControl(controls[word.toLowerCase()] ?? "default=bad");
}

function parseControl(text: string): PamControl {
  return new Map(
    text
      .split(/\s+/)
      .filter(Boolean)
      .map((pair) => {
        const [answer = "", action = ""] = pair.split("=");
        return [answer.toLowerCase(), action.toLowerCase()] as const;
      }),
  );
}

/** Every module of a stack, substacks included. */
export function modulesOf(rules: readonly PamRule[]): PamModule[] {
  return rules.flatMap((rule) => (rule.kind === "module" ? rule : modulesOf(rule.rules)));
}

/** Whether the module is installed: where distributions keep them. */
export function isInstalled(module: string, files: Files): boolean {
  const architectures = (orUndefined(files.names("/usr/lib")) ?? []).filter((name) => name.includes("-linux-"));
  const places = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", ...architectures.map((name) => `/usr/lib/${name}`)];
  return places.some((place) => isPresent(files.facts(`${place}/security/${module}.so`)));
}
