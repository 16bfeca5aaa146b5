/** The options of every command that acts on other hosts, beside those that say which hosts are meant. */
import { commandLineOf } from "../../../../cli/command-line.ts";
import type { Command, GivenOptions, OptionTable } from "../../../../cli/command.ts";
import type { Context } from "../../../../cli/context.ts";
import { single, type Reader } from "../../../../cli/values.ts";
import { UsageError } from "../../../../errors.ts";
import { hostsLeft, type Case } from "../../../../fleet/act/case.ts";
import { fleetOptions } from "../options.ts";
import { readCase } from "./case-file.ts";

const group = "Other hosts";

export const actOptions = {
  "at-most": { group, value: "NUMBER", describe: "do nothing if this concerns more hosts; --yes needs it in a script" },
  "no-steps": { group, describe: "all hosts at once, not one first, then ten, then the others" },
  "keep-going": { group, describe: "go on with other hosts even where it did not succeed on one" },
  report: {
    group,
    value: "FILE",
    offer: "files",
    describe: "write what was done where to FILE (*.json), and beside it as Markdown",
  },
  resume: { group, value: "FILE", offer: "files", describe: "try only the hosts that this report does not prove" },
} satisfies OptionTable;

/** Of a command that acts on other hosts without a program of sshctl's there. */
export const actingFleetOptions = {
  ...fleetOptions,
  on: { ...fleetOptions.on, describe: "act on these hosts over SSH, not on this machine: web1, web[1-20], @group" },
  sudo: { group, describe: "run the scripts that are installed there as root, with sudo or doas" },
  "sudo-shell": {
    group,
    describe: "the same without installed scripts: run a root shell there, and send it the scripts",
  },
  ...actOptions,
} satisfies OptionTable;

/** How far a command may go on other hosts, and what is kept of it. */
export interface FleetAct {
  /** "kill-all" */
  command: string;
  /** What it is about, whichever the hosts. */
  decision: string;
  /** As it can be typed. */
  commandLine: string;
  /** Without an earlier report, and for these hosts. */
  commandLineFor: (changed: Readonly<Record<string, readonly string[]>>) => string;
  atMost: number | undefined;
  inSteps: boolean;
  keepGoing: boolean;
  /** Where the report is written; undefined where none is wanted. */
  file: string | undefined;
  /** The report that it goes on with. */
  kept: Case | undefined;
  dryRun: boolean;
  yes: boolean;
  reason: string | undefined;
}

/**
 * @param command - with {@link actOptions}, `--dry-run`, `--yes` and `--reason`.
 * @param asks - whether it asks a question, which `--yes` answers.
 * @throws UsageError
 */
export async function parseFleetAct(
  command: Pick<Command, "name" | "options">,
  given: GivenOptions,
  context: Context,
  { asks = true }: { asks?: boolean } = {},
): Promise<FleetAct> {
  const [report, resume] = [single(given, "report", file), single(given, "resume", file)];
  if (report !== undefined && resume !== undefined)
    throw new UsageError("--resume writes to the report that it goes on with.", "Omit --report.");
  const options = {
    command: command.name,
    decision: decisionOf(command, given),
    commandLine: commandLineOf(command, given),
    commandLineFor: (changed: Readonly<Record<string, readonly string[]>>) =>
      commandLineOf(command, given, { report: [], "dry-run": [], ...changed }),
    atMost: single(given, "at-most", number),
    inSteps: !given.flag("no-steps"),
    keepGoing: given.flag("keep-going"),
    file: report ?? resume,
    dryRun: given.flag("dry-run"),
    yes: given.flag("yes"),
    reason: given.texts("reason").at(-1),
  };
  if (asks && options.yes && !options.dryRun && options.atMost === undefined && (await context.prompts()) === undefined)
    throw new UsageError(
      "Where nobody can be asked, --yes with --on needs --at-most NUMBER: the most hosts that this may concern.",
      "--dry-run tells how many there are.",
    );
  const kept =
    resume === undefined ? undefined : readCase(resume, options.decision, (await context.host()).facts.smallFiles);
  return { ...options, kept, reason: options.reason ?? kept?.reason };
}

const file: Reader<string> = {
  read: (text) => (text.endsWith(".json") ? text : undefined),
  allowed: "names that end in .json",
};

const number: Reader<number> = {
  read: (text) => (/^\d{1,5}$/.test(text) ? Number(text) : undefined),
  allowed: "numbers",
};

/** The command line without what says which hosts are meant, how far to go, and how the result is shown. */
function decisionOf({ name, options }: Pick<Command, "name" | "options">, given: GivenOptions): string {
  const aside = Object.entries(options).flatMap(([option, spec]) =>
    spec.group === group || spec.group === "Output" || ["dry-run", "yes", "reason"].includes(option) ? [option] : [],
  );
  return commandLineOf({ name, options }, given, Object.fromEntries(aside.map((option) => [option, []])));
}

/** Of the named hosts those that are still to be tried. */
export function hostsToTry<T extends { name: string }>({ kept }: Pick<FleetAct, "kept">, named: readonly T[]): T[] {
  return kept === undefined ? [...named] : hostsLeft(named, kept);
}
