/** The order in which many hosts are asked: a few first, then all others, then once more those that closed the door. */
import type { Answer, Engine, EngineSettings, Job } from "./engine.ts";
import { failureOf, type Failure } from "./failures.ts";

/** After this many refusals, with no host that let us in, the others would most likely refuse, too. */
export const enoughRefusals = 5;

/** sshd begins to drop connections when ten have not yet authenticated: MaxStartups 10:30:100. */
const carefulFanOut = 8;

export interface Course extends Omit<EngineSettings, "stop"> {
  /** Ctrl-C. */
  interruption: AbortSignal;
}

/**
 * Asks a few hosts first, and the others only when one of these did something other than refuse us: four hundred failed logins get an
 * address banned. Hosts that closed the connection before authentication are asked once more at the end, fewer at a time. For looks
 * only: nothing that acts is ever tried again.
 *
 * @param giveUp - is called for every job that was dropped because of refusals.
 */
export async function runJobs(
  jobs: readonly Job[],
  engine: Engine,
  { interruption, ...course }: Course,
  tell: (answer: Answer) => void,
  giveUp: (job: Job) => void,
): Promise<void> {
  const refusals = new AbortController();
  const settings: EngineSettings = { ...course, stop: AbortSignal.any([interruption, refusals.signal]) };
  const again: Job[] = [];
  const counted = { refused: 0, others: 0 };
  const take = (answer: Answer) => {
    if (refusals.signal.aborted && answer.end.kind === "stopped") {
      giveUp(answer.job);
      return;
    }
    counted[isRefusal(answer) ? "refused" : "others"] += 1;
    if (counted.others === 0 && counted.refused >= enoughRefusals) refusals.abort();
    if (wasTurnedAway(answer)) again.push(answer.job);
    else tell(answer);
  };
  await inTwoParts(jobs, engine, settings, take);
  if (again.length > 0) await engine.run(again, { ...settings, fanOut: Math.min(carefulFanOut, course.fanOut) }, tell);
}

/** The first few, and the rest as soon as one of them ended in any way but a refusal. */
async function inTwoParts(
  jobs: readonly Job[],
  engine: Engine,
  settings: EngineSettings,
  take: (answer: Answer) => void,
): Promise<void> {
  const [few, rest] = [jobs.slice(0, enoughRefusals), jobs.slice(enoughRefusals)];
  let running = few.length;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const first = engine.run(few, settings, (answer) => {
    running -= 1;
    take(answer);
    if (!isRefusal(answer)) open();
  });
  await (settings.fanOut > few.length ? Promise.race([opened, first]) : first);
  if (rest.length === 0) return first;
  await Promise.all([first, engine.run(rest, { ...settings, fanOut: settings.fanOut - running }, take)]);
}

function isRefusal(answer: Answer): boolean {
  return failureBySsh(answer)?.code === "denied";
}

/** Whether there may have been too many at once: MaxStartups in sshd_config(5). */
function wasTurnedAway(answer: Answer): boolean {
  return failureBySsh(answer)?.code === "closed";
}

function failureBySsh({ end }: Answer): Failure | undefined {
  return end.kind === "ended" && end.exitCode === 255 ? failureOf(end) : undefined;
}
