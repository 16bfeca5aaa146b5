/** Which lines of sshd's configuration speak of a keyword, and under which Match: sshd_config(5). */
import { orUndefined, type Files } from "../../host/files/files.ts";

export interface ConfigLine {
  path: string;
  line: number;
  text: string;
  /** The criteria of the Match block it is in; undefined where it is for everybody. */
  match: string | undefined;
}

export const mainConfig = "/etc/ssh/sshd_config";

/** A configuration that includes itself is refused by sshd at a depth of 16. */
const deepest = 16;

/** @param keywords - in lower case. In the order in which sshd reads them. */
export function findConfigLines(
  keywords: ReadonlySet<string>,
  files: Files,
  path = mainConfig,
  depth = 0,
): ConfigLine[] {
  let match: string | undefined;
  return (orUndefined(files.read(path)) ?? "").split("\n").flatMap((text, index) => {
    const { name, value } = parseConfigLine(text);
    if (name === "match") match = value.toLowerCase() === "all" ? undefined : value;
    if (name === "include" && depth < deepest)
      return includedBy(value, files)
        .flatMap((included) => findConfigLines(keywords, files, included, depth + 1))
        .map((each) => ({ ...each, match: each.match ?? match }));
    return keywords.has(name) ? [{ path, line: index + 1, text: text.trim(), match }] : [];
  });
}

/** Every file that sshd reads, the given one first. */
export function findConfigPaths(files: Files, path = mainConfig, depth = 0): string[] {
  const lines = (orUndefined(files.read(path)) ?? "").split("\n").map(parseConfigLine);
  const included = lines.flatMap(({ name, value }) =>
    name === "include" && depth < deepest ? includedBy(value, files) : [],
  );
  return [path, ...included.flatMap((each) => findConfigPaths(files, each, depth + 1))];
}

/** The keyword in lower case, and what follows it; empty for a comment. */
export function parseConfigLine(text: string): { name: string; value: string } {
  const [, keyword = "", value = ""] = /^\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(text) ?? [];
  return { name: keyword.toLowerCase(), value };
}

function includedBy(value: string, files: Files): string[] {
  const patterns = value.replaceAll('"', "").split(/\s+/);
  return patterns.flatMap((pattern) => expand(pattern, files));
}

/** The usual patterns: one star, in the last part of the path. */
function expand(pattern: string, files: Files): string[] {
  const path = pattern.startsWith("/") ? pattern : `/etc/ssh/${pattern}`;
  const slash = path.lastIndexOf("/");
  const [folder, last] = [path.slice(0, slash), path.slice(slash + 1)];
  if (!last.includes("*")) return [path];
  const [start = "", end = ""] = last.split("*");
  const names = (orUndefined(files.names(folder)) ?? []).filter(
    (name) =>
      !name.startsWith(".") && name.startsWith(start) && name.endsWith(end) && name.length >= start.length + end.length,
  );
  return names.toSorted().map((name) => `${folder}/${name}`);
}

/** Whether files in sshd_config.d are read, for everybody. */
export function includesDropIns(files: Files, config = mainConfig): boolean {
  const matches = findConfigLines(new Set(["match"]), files, config);
  const text = orUndefined(files.read(config)) ?? "";
  const include = /^\s*include\s.*\bsshd_config\.d\/\*\.conf\b/im.exec(text);
  const firstMatch = matches.find(({ path }) => path === config)?.line ?? Number.POSITIVE_INFINITY;
  return include !== null && text.slice(0, include.index).split("\n").length < firstMatch;
}
