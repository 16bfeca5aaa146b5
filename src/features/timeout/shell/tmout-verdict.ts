/** What TMOUT is when all files have been read, and what became of each line that touches it. */
import type { LimitSetting } from "../limits/limit-report.ts";
import { DamagedBlockError, findBlock, type MarkedBlock } from "./marked-block.ts";
import type { StartupPart } from "./startup-files.ts";
import { findTmoutSettings, type TmoutSetting } from "./tmout-settings.ts";
import { appliesTo, readLimit, type Person, type ShellLimit } from "./tmout-text.ts";

export interface Finding extends TmoutSetting {
  path: string;
  isUsers: boolean;
  /** Written by sshctl. */
  ours: boolean;
  /** Made not for this person. */
  spared: boolean;
  /**
   * `applies`: what counts in the end; `replaced`: by a later line; `fails`: TMOUT is readonly by then, and the shell complains
   * at every login; `skipped`: lines of ours that found TMOUT readonly, or that spare this person.
   */
  outcome: LimitSetting["outcome"];
}

export interface Verdict {
  findings: readonly Finding[];
  seconds: TmoutSetting["seconds"];
  readonly: boolean;
  exported: boolean;
  /** The line that counts; undefined when there is no limit. */
  by: Finding | undefined;
}

export const globalDropIn = "/etc/profile.d/sshctl-timeout.sh";

/** @param person - undefined for anybody whom no exception spares. */
export function judge(parts: readonly StartupPart[], person?: Person): Verdict {
  const findings: Finding[] = [];
  let [readonly, exported, seconds]: [boolean, boolean, TmoutSetting["seconds"]] = [false, false, undefined];
  let by: Finding | undefined;
  for (const found of parts.flatMap((part) => findingsOf(part, person))) {
    findings.push(found);
    if (found.outcome === "skipped") continue;
    const changes = found.seconds !== undefined || found.unset;
    if (readonly && changes) {
      found.outcome = found.ours ? "skipped" : "fails";
      continue;
    }
    found.outcome = "applies";
    if (changes) {
      if (by !== undefined) by.outcome = "replaced";
      [by, seconds] = [found.unset ? undefined : found, found.unset ? undefined : found.seconds];
    }
    readonly ||= found.readonly;
    exported = found.unset ? false : exported || found.exported || found.path === "/etc/environment";
  }
  return { findings, seconds, readonly, exported, by };
}

/** Lines of others that win over ours, or that fail because of ours. */
export function standingInTheWay({ findings }: Verdict): Finding[] {
  const oursIsSkipped = findings.some(({ ours, outcome, spared }) => ours && outcome === "skipped" && !spared);
  return findings.filter(
    ({ ours, outcome, readonly, seconds }) =>
      !ours &&
      (outcome === "fails" || (oursIsSkipped && (readonly || (seconds !== undefined && outcome === "applies")))),
  );
}

/** Lines that name TMOUT, those of ours as one. */
export function findingsOf(part: StartupPart, person: Person | undefined): Finding[] {
  const { path, isUsers, text, firstLine } = part;
  const block = path === globalDropIn ? { body: text, line: 1 } : wholeBlock(text);
  const settings = findTmoutSettings(text);
  const foundAt = (setting: TmoutSetting): Finding => ({
    ...setting,
    line: setting.line + firstLine - 1,
    path,
    isUsers,
    ours: false,
    spared: false,
    outcome: "replaced",
  });
  if (block === undefined) return settings.map(foundAt);
  const end = block.line + block.body.split("\n").length - 1;
  const limit = readLimit(block.body);
  const assignment = settings.find(({ line, seconds }) => line >= block.line && line < end && seconds !== undefined);
  return [
    ...settings.filter(({ line }) => line < block.line).map(foundAt),
    ...(limit === undefined || assignment === undefined ? [] : [ourFinding(foundAt(assignment), limit, person)]),
    ...settings.filter(({ line }) => line >= end).map(foundAt),
  ];
}

/** What is left of a damaged block is like lines of somebody else. */
function wholeBlock(text: string): MarkedBlock | undefined {
  try {
    return findBlock(text);
  } catch (error) {
    if (error instanceof DamagedBlockError) return undefined;
    throw error;
  }
}

/** Our lines hold the limit once for each kind of shell; they are one finding. */
function ourFinding(found: Finding, limit: ShellLimit, person: Person | undefined): Finding {
  const spared = person !== undefined && !appliesTo(limit, person);
  const outcome = spared ? "skipped" : "replaced";
  return { ...found, ours: true, spared, readonly: true, exported: limit.exported, outcome };
}
