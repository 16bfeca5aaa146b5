/** Who tells what becomes of a key: step by step to people, in one document to programs. */
import { notice } from "../../sessions/notes.ts";
import { widthOf, type Context } from "../../../cli/context.ts";
import type { KeyReport } from "../inventory/key-report.ts";
import type { Change, Target } from "./change-files.ts";
import type { TextStyle } from "../../../text/grid.ts";
import {
  describeProblem,
  renderResults,
  type Found,
  type KillProblem,
  type KillReport,
  type KillRequest,
} from "../../kill/end-sessions.ts";
import { renderRevocationJson, type Difference } from "./json.ts";
import {
  fingerprintsIn,
  theKeys,
  renderChanges,
  renderOpen,
  renderRemains,
  renderRevocation,
  renderUndo,
} from "./text.ts";
import type { KeyEnding } from "./end-sessions-of-key.ts";
import { isLockedOut, type RevokedFiles, type SecondLook } from "./carry-out.ts";
import type { RevocationTask } from "./plan.ts";

/** What there is to tell at the end. */
export interface Outcome extends RevokedFiles, SecondLook {
  /** Undefined where no session was to end. */
  ending: KeyEnding | undefined;
  /** Whoever is still there. */
  open: Found["chosen"];
}

export interface Reporter {
  /** What would be done. */
  plan: (differences: ReadonlyMap<Target, Difference>) => void;
  locked: (changes: readonly Change[]) => void;
  /** Some of the sessions; there may be more. */
  ended: (done: KillReport, layout: KillRequest["layout"]) => Promise<void>;
  end: (outcome: Outcome) => void;
}

export function textReporter({ view }: RevocationTask, look: TextStyle, { out, err }: Context): Reporter {
  const width = widthOf(out);
  const keys = fingerprintsIn(view);
  return {
    plan: (differences) => {
      out.write(renderRevocation(view, width));
      for (const difference of differences.values()) {
        if ("problem" in difference) notice(difference.problem, err);
        else out.write(difference.diff);
      }
    },
    locked: (changes) => {
      const owners = view.places.filter(({ fileUid }) => fileUid !== 0).map(({ account }) => account.name);
      out.write(renderChanges(changes, { owners: [...new Set(owners)], keys, isOfferable: view.isOfferable }, width));
    },
    ended: async (done, layout) => {
      for (const problem of done.problems) notice(describeProblem(problem), err);
      out.write(await renderResults(done, layout, look));
    },
    end: (outcome) => {
      const { ending, open } = outcome;
      const { sessions, undecided } = open;
      out.write(
        ending === undefined
          ? renderOpen(sessions, keys)
          : renderRemains(sessions, undecided, { isOut: isLockedOut(outcome), theKey: theKeys(keys) }, width),
      );
      out.write(renderUndo(outcome));
    },
  };
}

export function jsonReporter({ view }: RevocationTask, report: KeyReport, { out }: Context): Reporter {
  const { host, takenAtMs, warnings } = report;
  const problems: KillProblem[] = [];
  const frame = { host, takenAtMs, view, problems, warnings };
  return {
    plan: (diffs) => {
      out.write(renderRevocationJson({ ...frame, outcome: { diffs, unread: report.unread } }));
    },
    locked: () => undefined,
    ended: async (done) => {
      problems.push(...done.problems);
      return Promise.resolve();
    },
    end: ({ ending, ...outcome }) => {
      out.write(renderRevocationJson({ ...frame, outcome: { ...outcome, ended: ending?.results } }));
    },
  };
}
