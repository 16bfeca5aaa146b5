import { posix } from "node:path";
import { doors, featureOrder, floors, outside } from "./floors.ts";

/** An import that the floor plan does not allow. */
export interface Violation {
  file: string;
  imported: string;
  why: string;
}

/** @param sources - the text of each file of src/, by its path from there. */
export function violationsIn(sources: ReadonlyMap<string, string>): Violation[] {
  return [...sources].flatMap(([file, text]) =>
    importsIn(text).flatMap((specifier) => {
      const why = specifier.startsWith(".")
        ? insideFault(file, targetOf(file, specifier))
        : outsideFault(file, specifier);
      return why === undefined ? [] : { file, imported: specifier, why };
    }),
  );
}

/** What stands behind `from` or in `import()`; the formatter writes both in one way. */
function importsIn(text: string): string[] {
  return [...text.matchAll(/(?:^|\s)(?:from|import\()\s*"([^"]+)"/gm)].map(([, specifier = ""]) => specifier);
}

function targetOf(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier);
}

function insideFault(file: string, target: string): string | undefined {
  // package.json, which says what version this is.
  if (target === "../package.json") return undefined;
  // The contract that what other hosts write is held against.
  if (file.startsWith("report/thread/") && target.startsWith("../docs/schemas/")) return undefined;
  const [from, to] = [floorOf(file), floorOf(target)];
  if (from < 0) return `there is no room ${roomOf(file)}`;
  if (to < 0) return `there is no room ${roomOf(target)}`;
  if (from === to && floors[from] === "features") return featureFault(file, target);
  return to < from ? `${floors[to] ?? ""} lies above ${floors[from] ?? ""}` : undefined;
}

function featureFault(file: string, target: string): string | undefined {
  const [from, to] = [featureOf(file), featureOf(target)];
  if (from === to) return undefined;
  const [fromRank, toRank] = [rankOf(from), rankOf(to)];
  if (fromRank < 0 || toRank < 0) return `there is no feature ${fromRank < 0 ? from : to}`;
  if (toRank <= fromRank) return `${from} may not know ${to}`;
  const ways = doors[to] ?? [];
  const isOpen = to === openFeature || ways.some((door) => target === `features/${door}`);
  return isOpen ? undefined : `the door of ${to} is ${ways.join(" or ") || "missing"}`;
}

/** Whose selection and columns all commands share. */
const openFeature = "sessions";

function outsideFault(file: string, specifier: string): string | undefined {
  const folder = posix.dirname(file);
  const allowed = Object.entries(outside).some(
    ([room, names]) =>
      (folder === room || folder.startsWith(`${room}/`)) &&
      names.some((name) => specifier === name || (name.endsWith(":") && specifier.startsWith(name))),
  );
  return allowed ? undefined : `${folder} may not import ${specifier}`;
}

function roomOf(file: string): string {
  return file.split("/")[0] ?? "";
}

function featureOf(file: string): string {
  return file.split("/")[1] ?? "";
}

function floorOf(file: string): number {
  return floors.findIndex((floor) => floor === roomOf(file));
}

function rankOf(feature: string): number {
  return featureOrder.findIndex((rank) => rank.some((name) => name === feature));
}
