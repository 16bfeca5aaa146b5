import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { floors } from "./floors.ts";
import { violationsIn } from "./imports.ts";

const root = new URL("../../src/", import.meta.url);

test("every import follows the floor plan", () => {
  const files = readdirSync(root, { encoding: "utf8", recursive: true }).filter((file) => file.endsWith(".ts"));
  const sources = new Map(files.map((file) => [file, readFileSync(new URL(file, root), "utf8")]));
  expect(sources.size).toBeGreaterThan(200);
  expect(violationsIn(sources)).toEqual([]);
});

/** Each floor but the lowest could be violated from the next one below. */
const upwards = floors.slice(1).map((floor, index) => [floor, floors[index] ?? ""]);

function pathIn(room: string): string {
  return room.endsWith(".ts") ? room : `${room}/${room === "features" ? "kill/" : ""}file.ts`;
}

describe("a violation is found:", () => {
  test.each(upwards)("%s imports from %s", (below, above) => {
    const file = pathIn(below);
    const up = "../".repeat(file.split("/").length - 1) || "./";
    const text = `import type { A } from "${up}${pathIn(above)}";\n`;
    expect(violationsIn(new Map([[file, text]]))).toMatchObject([{ file, why: `${above} lies above ${below}` }]);
  });

  test.each([
    ["a feature of its neighbour", "features/timeout/a.ts", "../doctor/b.ts", "timeout may not know doctor"],
    ["a feature of one above it", "features/kill/a.ts", "../keys/b.ts", "kill may not know keys"],
    [
      "past the door of a feature",
      "features/keys/a.ts",
      "../kill/carry-out.ts",
      "the door of kill is kill/end-sessions.ts or kill/fleet/end-elsewhere.ts",
    ],
    ["of a feature without a door", "features/watch/a.ts", "../history/b.ts", "the door of history is missing"],
    ["a new feature without a place", "features/new/a.ts", "../kill/b.ts", "there is no feature new"],
    ["a new room without a floor", "new/a.ts", "../domain/b.ts", "there is no room new"],
    ["of Node, outside of the host", "domain/a.ts", "node:fs", "domain may not import node:fs"],
    ["of a package where none is used", "features/kill/a.ts", "chalk", "features/kill may not import chalk"],
  ])("%s", (_, file, specifier, why) => {
    for (const text of [`import { b } from "${specifier}";\n`, `await import("${specifier}");\n`])
      expect(violationsIn(new Map([[file, text]]))).toEqual([{ file, imported: specifier, why }]);
  });

  test("even if it is only a type, or spread over lines", () => {
    const text = 'import type {\n  A,\n} from "../features/kill/kill.ts";\nexport { b } from "../cli/run.ts";\n';
    expect(violationsIn(new Map([["domain/a.ts", text]]))).toHaveLength(2);
  });
});
