/** What to do about settings of others that stand in the way: refuse and name them, or take them over. */
import { NothingDoneError } from "../../../errors.ts";
import type { Owner } from "../../../host/files/replace-file.ts";
import { adoptLines } from "./adopted-lines.ts";
import type { TimeoutHost } from "../machine.ts";
import type { FileEdit } from "../../../changes/change.ts";
import { isPlainSetting } from "./tmout-settings.ts";
import type { Finding } from "./tmout-verdict.ts";

export interface Adoption {
  adopt: boolean;
  /** Whose files may be changed; undefined for a file that is out of reach for this scope. */
  ownerOf: (finding: Finding) => Owner | undefined;
}

/**
 * @param edits - that are planned already; a file among them is changed further.
 * @returns the edits with those of the adoption.
 * @throws NothingDoneError
 */
export function adoptOrRefuse(
  inTheWay: readonly Finding[],
  edits: readonly FileEdit[],
  { adopt, ownerOf }: Adoption,
  host: TimeoutHost,
): FileEdit[] {
  if (inTheWay.length === 0) return [...edits];
  if (!adopt)
    throw refusal(
      inTheWay,
      inTheWay.every((each) => isAdoptable(each, ownerOf)),
    );
  const result = [...edits];
  for (const path of new Set(inTheWay.map((each) => each.path))) {
    const here = inTheWay.filter((each) => each.path === path);
    const owner = here.map(ownerOf).find((each) => each !== undefined);
    if (owner === undefined || !here.every((each) => isAdoptable(each, ownerOf))) throw refusal(here, false);
    const index = result.findIndex((edit) => edit.path === path);
    const planned = result[index];
    const before = planned === undefined ? host.replaceFiles.read(path, owner) : planned.before;
    const after = adoptLines(
      (planned === undefined ? before : planned.after) ?? "",
      here.map(({ line }) => line),
    );
    if (planned === undefined) result.push({ path, owner, before, after });
    else result[index] = { ...planned, after };
  }
  return result;
}

function isAdoptable(finding: Finding, ownerOf: Adoption["ownerOf"]): boolean {
  return ownerOf(finding) !== undefined && isPlainSetting(finding.text);
}

function refusal(findings: readonly Finding[], canAdopt: boolean): NothingDoneError {
  const places = findings.map(({ path, line, text }) => `${path}:${String(line)} (${text})`).join(", ");
  return new NothingDoneError(
    `TMOUT is set by hand in ${places}, which would conflict with this limit. Nothing is changed.`,
    canAdopt
      ? "--adopt comments these lines out, and unset brings them back."
      : 'sshctl cannot adopt that: remove it by hand, or see what applies with "sshctl timeout show".',
  );
}
