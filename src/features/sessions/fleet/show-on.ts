/** `show --on` */
import type { GivenOptions } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import { ttyIn, type Target } from "../../../domain/target.ts";
import { exitCodes, FatalError, UsageError, type ExitCode } from "../../../errors.ts";
import { detailsOf, hasAnswered } from "../../../fleet/collect/collect-fleet.ts";
import { onlySession } from "../find-session.ts";
import { parseFormat, parseStyle, textFormats } from "../output-options.ts";
import { renderDetailsAs } from "../text/details-text.ts";
import { withDetail } from "../../../fleet/engine/failures.ts";
import { lookAndShow, namedHosts, parseReach, rejectOtherSources } from "./look.ts";

export async function showOn(target: Target, given: GivenOptions, context: Context): Promise<ExitCode> {
  const format = parseFormat(given, textFormats);
  const style = parseStyle(given, context);
  rejectOtherSources(given);
  const reach = parseReach(given);
  const hosts = await namedHosts(given, context);
  const [only, ...others] = hosts;
  if (only === undefined || others.length > 0)
    throw new UsageError(`--on names ${String(hosts.length)} hosts, and show is about one session.`, "Name one host.");
  return lookAndShow(hosts, reach, { logins: true, depth: "all" }, context, async ({ hosts: [look] }, reader) => {
    if (look === undefined) throw new Error("a host is missing in the look");
    const { outcome } = look;
    if (!hasAnswered(outcome)) throw new FatalError(`${only.name} did not answer: ${withDetail(outcome)}.`);
    const { report, recording } = outcome;
    // The host may call itself whatever it likes.
    const named = { ...report, host: only.name };
    const session = onlySession(target, named);
    const details = recording && (await detailsOf(recording, session.identity, reader));
    if (details === undefined) throw new FatalError(`The answer of ${only.name} cannot be read.`);
    const shown = { fullCommand: given.flag("full-command"), tty: ttyIn(target) };
    context.out.write(renderDetailsAs(format, { ...details, session }, named, shown, style));
    return exitCodes.done;
  });
}
