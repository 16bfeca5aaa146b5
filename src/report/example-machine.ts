/** The example host as a machine: it is looked at like any other, and nothing can be done to it. */
import { localSource } from "../domain/report-request.ts";
import { sessionId } from "../domain/session.ts";
import { FatalError } from "../errors.ts";
import type { Hands, Host } from "../host/host.ts";
import { localAccounts, rememberedLookup } from "../system/accounts.ts";
import { openExampleHost } from "../system/recorded/example-host.ts";
import type { RecordedFacts } from "../system/recorded/recorded-host.ts";
import { readDetails, readKeeper, readReport } from "./read-report.ts";
import type { Reports } from "./reports.ts";

/**
 * @param here - lends its clock and its terminal.
 * @param plays - whether time goes on there; else it stays the moment of the recording.
 */
export async function exampleMachine(here: Host, plays: boolean): Promise<{ host: Host; reports: Reports }> {
  const example = openExampleHost();
  const elapsedMs = plays ? stopwatch(await here.hands()) : () => 0;
  const facts = example(0);
  return {
    host: { facts, hands: async () => withoutDeeds(await here.hands(), facts) },
    reports: exampleReports(() => example(elapsedMs())),
  };
}

function stopwatch({ clock }: Pick<Hands, "clock">): () => number {
  const startMs = clock.now();
  return () => clock.now() - startMs;
}

function exampleReports(factsNow: () => RecordedFacts): Reports {
  // Accounts stay what they are there.
  const findUser = rememberedLookup(factsNow());
  const read: Reports["read"] = async (request) => readReport(request, factsNow(), findUser);
  const details: Reports["details"] = async (session, report, source) =>
    readDetails(session, report, source, factsNow());
  return {
    read,
    details,
    keeperOf: async (tty, report, source) => readKeeper(tty, report, source, factsNow()),
    findUser,
    accountNames: async () => Promise.resolve(localAccounts(factsNow()).map(({ name }) => name)),
    keyNames: async () => Promise.resolve(undefined),
    logins: async () => Promise.reject(new FatalError("The example host has no logs.")),
    followLogins: async () => Promise.resolve(() => undefined),
    openScanner: async () =>
      Promise.resolve({
        read,
        details: async ({ identity }) => {
          const report = await read({ ...localSource, logins: true });
          const session = report.sessions.find((each) => sessionId(each.identity) === sessionId(identity));
          return session && { details: await details(session, report, localSource), report };
        },
        close: () => undefined,
      }),
    openAnswerReader: async () => Promise.reject(new FatalError("The example host knows no others.")),
  };
}

/** The PIDs of the example may be those of processes here: nothing of this machine must be reached by them. */
function withoutDeeds(hands: Hands, { observer }: RecordedFacts): Hands {
  const refuse = () => {
    throw new FatalError("Nothing was done: this is the example host.");
  };
  return {
    ...hands,
    observer: observer ?? hands.observer,
    signals: { send: refuse, probe: () => "sent" },
    cgroups: { kill: refuse, freeze: refuse },
    frozen: { path: hands.frozen.path, token: refuse, write: refuse, read: refuse, names: refuse, remove: refuse },
    terminals: { tell: refuse },
    newFiles: { create: refuse, replace: refuse },
    foreignFiles: { read: refuse, memory: refuse },
    newArchives: {
      isThere: () => false,
      freeBytes: refuse,
      inFolder: refuse,
      onOutput: refuse,
      isOutputTerminal: () => false,
    },
    publish: refuse,
    banners: { read: refuse },
    feed: refuse,
  };
}
