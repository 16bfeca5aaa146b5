/**
 * What systemd starts a service with: the words of ExecStart=, with the variables of Environment= and EnvironmentFile= in their
 * places, as systemd.service(5) and systemd.exec(5) put them. Asked over the bus, because systemctl(1) shows words without
 * their quotes.
 */
import { orUndefined, type Files } from "../../host/files/files.ts";
import type { Programs } from "../../host/programs/run.ts";

const limitMs = 10_000;

export interface UnitCommand {
  program: string;
  args: readonly string[];
}

interface Service {
  path: string;
  argv: readonly string[];
  environment: readonly string[];
  /** A minus stands for "if it is there". */
  environmentFiles: readonly string[];
}

/** @returns undefined where there is no such service, or where nobody tells. */
export async function readUnitCommand(
  unit: string,
  { files, programs }: { files: Files; programs: Programs },
): Promise<UnitCommand | undefined> {
  const names = ["ExecStart", "Environment", "EnvironmentFiles"];
  const object = `/org/freedesktop/systemd1/unit/${escapeForBus(unit)}`;
  const target = ["org.freedesktop.systemd1", object, "org.freedesktop.systemd1.Service"];
  const output = await programs.run("busctl", ["--json=short", "get-property", ...target, ...names], limitMs);
  const service = output?.exitCode === 0 ? parseService(output.stdout) : undefined;
  if (service === undefined) return undefined;
  const variables = new Map<string, string>();
  const take = (lines: readonly string[]) => {
    for (const line of lines) variables.set(line.replace(/=.*/s, ""), line.replace(/^[^=]*=/, ""));
  };
  take(service.environment);
  for (const path of service.environmentFiles) take(parseEnvironmentFile(orUndefined(files.read(path)) ?? ""));
  return { program: service.path, args: expandWords(service.argv.slice(1), variables) };
}

/** sd_bus_path_encode(3). */
function escapeForBus(unit: string): string {
  return unit.replace(/[^A-Za-z0-9]|^\d/g, (letter) => `_${letter.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** Three lines of JSON: a(sasbttttuii), as, a(sb). */
function parseService(text: string): Service | undefined {
  const [starts, environment, files] = text.split("\n").map(dataOf);
  const [path, argv] = listOf(listOf(starts).at(-1));
  if (typeof path !== "string") return undefined;
  return {
    path,
    argv: textsOf(argv),
    environment: textsOf(environment),
    environmentFiles: textsOf(listOf(files).map((each) => listOf(each)[0])),
  };
}

function dataOf(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "data" in value ? value.data : undefined;
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textsOf(value: unknown): string[] {
  return listOf(value).filter((each) => typeof each === "string");
}

/** "$NAME" as a word of its own becomes as many words as its value has; "${NAME}" stays inside of its word. */
export function expandWords(words: readonly string[], variables: ReadonlyMap<string, string>): string[] {
  return words.flatMap((word) => {
    const own = /^\$([A-Za-z_]\w*)$/.exec(word)?.[1];
    if (own !== undefined) return splitWords(variables.get(own) ?? "");
    return word.replace(/\$\$|\$\{([A-Za-z_]\w*)\}/g, (all, name: string | undefined) =>
      name === undefined ? all.slice(1) : (variables.get(name) ?? ""),
    );
  });
}

/** Quotes hold words together and are taken off. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(/(?:"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|\\.|[^\s"'\\])+/gs)) {
    const plain = word.replace(
      /"((?:\\.|[^"\\])*)"?|'((?:\\.|[^'\\])*)'?|\\(.)/gs,
      (_, double: string | undefined, single: string | undefined, escaped: string | undefined) =>
        (double ?? single)?.replace(/\\(.)/gs, "$1") ?? escaped ?? "",
    );
    words.push(plain);
  }
  return words;
}

/** Lines NAME=VALUE; quotes around the whole value or a part of it are taken off: load_env_file() of systemd. */
export function parseEnvironmentFile(text: string): string[] {
  const joined = text.replace(/\\\n/g, "");
  return joined.split("\n").flatMap((line) => {
    const [, name, value = ""] = /^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined ? [] : `${name}=${unquoted(value)}`;
  });
}

/** In such a file a quote that begins in the middle of a word is a letter like others. */
function unquoted(value: string): string {
  const [, double, single] = /^(?:"((?:\\.|[^"\\])*)"|'([^']*)')$/s.exec(value) ?? [];
  if (single !== undefined) return single;
  if (double !== undefined) return double.replace(/\\(["\\`$])/g, "$1");
  return value.replace(/\\(.)/g, "$1");
}
