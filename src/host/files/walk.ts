import { closeSync, constants, fstatSync, openSync, readlinkSync, type Stats } from "node:fs";
import { O_PATH, PathError } from "./handle.ts";
import { toSearch, type Permit } from "./user-rights.ts";

/** A file or folder on a way that was walked. */
export interface Step {
  /** Without links. */
  path: string;
  stats: Stats;
}

/** As many links as the kernel follows: path_resolution(7). */
const mostLinks = 40;

interface Rules {
  /** Is asked for every folder that is searched. */
  permit: Permit;
  /** Sees every place before it is touched, and may throw. */
  look?: (place: string) => void;
}

/**
 * Follows a path as realpath(3) does, but takes each step from a handle on the folder before: nobody who changes links or
 * moves folders meanwhile leads it to where `permit` would not have let it go.
 *
 * @param use - gets a handle (O_PATH) on the last step, and all steps from there up to `/`.
 * @throws PathError, or the kernel's own error
 */
export function walk<T>(path: string, rules: Rules, use: (handle: number, steps: readonly [Step, ...Step[]]) => T): T {
  const walker = new Walker(rules);
  try {
    walker.go(path);
    return use(walker.handle, walker.steps);
  } finally {
    closeSync(walker.handle);
  }
}

/** Somebody on the way, with one foot on the ground. */
class Walker {
  handle: number;
  #here: Step;
  #above: Step[] = [];
  #links = 0;
  readonly #rules: Rules;

  constructor(rules: Rules) {
    this.#rules = rules;
    this.handle = openSync("/", O_PATH);
    this.#here = { path: "/", stats: fstatSync(this.handle) };
  }

  get steps(): readonly [Step, ...Step[]] {
    return [this.#here, ...this.#above.toReversed()];
  }

  go(path: string): void {
    const waiting = partsOf(path);
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      const target = this.#take(part);
      if (target === undefined) continue;
      this.#links += 1;
      if (this.#links > mostLinks) throw new PathError("ELOOP");
      if (target.startsWith("/")) this.#toRoot();
      waiting.unshift(...partsOf(target));
    }
  }

  /** @returns where the part leads instead, when it is a link; no step is taken then. */
  #take(part: string): string | undefined {
    const place = this.#here.path === "/" ? `/${part}` : `${this.#here.path}/${part}`;
    if (part !== "..") this.#rules.look?.(place);
    this.#rules.permit(this.#here.stats, toSearch);
    const through = `/proc/self/fd/${String(this.handle)}/${part}`;
    const next = openSync(through, O_PATH | constants.O_NOFOLLOW);
    const stats = fstatSync(next);
    if (stats.isSymbolicLink()) {
      closeSync(next);
      return readlinkSync(through);
    }
    this.#stand(next);
    if (part === "..") this.#here = this.#above.pop() ?? this.#here;
    else {
      this.#above.push(this.#here);
      this.#here = { path: place, stats };
    }
    return undefined;
  }

  #toRoot(): void {
    this.#stand(openSync("/", O_PATH));
    this.#here = this.#above[0] ?? this.#here;
    this.#above = [];
  }

  #stand(next: number): void {
    closeSync(this.handle);
    this.handle = next;
  }
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}
