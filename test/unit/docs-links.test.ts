/** What the documents promise: links that lead somewhere, and commands that are understood. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { expect, test } from "vitest";
import { commands } from "../../src/commands.ts";
import { isGroup } from "../../src/cli/command.ts";
import { parseArguments } from "../../src/cli/arguments.ts";

const guides = readdirSync("docs")
  .filter((name) => name.endsWith(".md"))
  .map((name) => join("docs", name));
const pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", ...guides];

const fenced = /^(`{3,}).*?^\1$/gms;
const code = /^ {4}.*$|`[^`]*`/gm;

interface Link {
  /** From the root of the project. */
  file: string;
  anchor: string;
}

function linksOf(page: string): Link[] {
  const prose = readFileSync(page, "utf8").replace(fenced, "").replace(code, "");
  const targets = [...prose.matchAll(/\]\((?![a-z]+:)([^)#\s]*)#?([^)\s]*)\)/g)];
  return targets.map(([, path = "", anchor = ""]) => ({
    file: path === "" ? page : normalize(join(page, "..", path)),
    anchor,
  }));
}

/** As GitHub makes them: without punctuation, and with a number where another heading has the same. */
function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>();
  const headings = [
    ...readFileSync(page, "utf8")
      .replace(fenced, "")
      .matchAll(/^#{1,6} (.+)$/gm),
  ];
  return headings.map(([, heading = ""]) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-");
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${String(before)}`;
  });
}

test.each(pages)("the links of %s lead to files and headings that exist", (page) => {
  const links = linksOf(page);
  expect(links.filter(({ file }) => !existsSync(file))).toEqual([]);
  const toHeadings = links.filter(({ file, anchor }) => anchor !== "" && existsSync(file));
  expect(toHeadings.filter(({ file, anchor }) => !anchorsOf(file).includes(anchor))).toEqual([]);
});

test("every guide can be reached from README.md", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached)
    for (const { file } of linksOf(page)) if (file.endsWith(".md") && existsSync(file)) reached.add(file);
  expect(guides.filter((guide) => !reached.has(guide))).toEqual([]);
});

/** Words of a command line, as a shell parts them; single quotes are all that the guides need. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ""));
}

const commandLines = ["docs/tasks.md", "docs/classic-commands.md"].flatMap((page) =>
  [...readFileSync(page, "utf8").matchAll(/^ {4}sshctl (.+)$/gm)].map(([, line = ""]) => line),
);

test("the guides show commands", () => {
  expect(commandLines.length).toBeGreaterThan(50);
});

test.each([...new Set(commandLines)])("sshctl %s is understood", async (line) => {
  const words = wordsOf(line);
  const { command } = await parseArguments(words, commands);
  expect(command !== undefined && !isGroup(command)).toBe(true);
});
