/** Where a case is kept while hosts are tried: a run that is killed leaves what it knew. */
import { FatalError, UsageError } from "../../../../errors.ts";
import { openHosts, type Case } from "../../../../fleet/act/case.ts";
import { foldNames } from "../../../../fleet/names/fold-names.ts";
import { isPresent } from "../../../../host/files/files.ts";
import type { Machine } from "../../../../host/host.ts";
import { renderCaseJson } from "./case-file.ts";
import { renderCaseMarkdown } from "./case-text.ts";
import type { FleetAct } from "./options.ts";

export interface CaseFile {
  /** @throws FatalError where it cannot be written. */
  begin: (kept: Case) => void;
  save: (kept: Case) => void;
  /** What went wrong since. */
  problems: () => readonly string[];
}

type CaseMachine = Pick<Machine, "newFiles" | "files">;

/** @throws UsageError where there are such files already, and they are not to be gone on with. */
export function caseFileOf(options: FleetAct, { newFiles, files }: CaseMachine): CaseFile {
  const { file } = options;
  if (file === undefined) return { begin: () => undefined, save: () => undefined, problems: () => [] };
  const paths = { json: file, text: file.replace(/\.json$/, ".md") };
  if (options.kept === undefined) for (const path of Object.values(paths)) rejectExisting(path, files);
  const write = (kept: Case) => {
    const again = againOf(kept, options);
    return [
      problemIn(paths.json, newFiles.replace(paths.json, renderCaseJson(kept, again))),
      problemIn(paths.text, newFiles.replace(paths.text, renderCaseMarkdown(kept, again))),
    ].flatMap((problem) => problem ?? []);
  };
  const problems = new Set<string>();
  return {
    begin: (kept) => {
      const [problem] = write(kept);
      if (problem !== undefined) throw new FatalError(`Nothing was done: ${problem}.`);
    },
    save: (kept) => {
      for (const problem of write(kept)) problems.add(problem);
    },
    problems: () => [...problems],
  };
}

function rejectExisting(path: string, files: CaseMachine["files"]): void {
  if (!isPresent(files.read(path, 0))) return;
  throw new UsageError(
    `--report: ${path} exists, and is not overwritten.`,
    "Choose another name; --resume goes on with a report.",
  );
}

function problemIn(path: string, answer: ReturnType<Machine["newFiles"]["replace"]>): string | undefined {
  return answer === "replaced" ? undefined : `the report ${path} cannot be written: ${answer.problem}`;
}

/** The command line that tries what is left; undefined where nothing is. */
export function againOf(kept: Case, { file, commandLineFor }: FleetAct): string | undefined {
  const open = openHosts(kept);
  if (open.length === 0) return undefined;
  return commandLineFor({ on: [foldNames(open)], "not-on": [], resume: file === undefined ? [] : [file] });
}
