/**
 * This room joins facts into reports: the sessions of a machine, now and from now on, their details and their logins.
 * What enters: decisions on where facts come from, and joins that need more than one source. Commands see Reports only.
 */
import type { UserLookup } from "../domain/accounts.ts";
import type { SessionDetails } from "../domain/session-details.ts";
import type { Session, SessionReport } from "../domain/session.ts";
import type { TerminalKeeper } from "../domain/terminal-keeper.ts";
import type { Tty } from "../domain/tty.ts";
import type { JournalNotice } from "../domain/short-logins.ts";
import type { ReportRequest, Source } from "../domain/report-request.ts";
import type { Host } from "../host/host.ts";
import type { LoginHistory } from "../system/logs/login-counter.ts";
import type { Memory } from "../system/procfs/memory.ts";
import type { PayloadWatch } from "./add-payload.ts";
import type { KeyNames } from "./key-comments.ts";
import { readDetails, readKeeper, readReport } from "./read-report.ts";
import type { AnswerReader } from "./thread/answer-reader.ts";
import type { Scanner } from "./thread/scanner.ts";

export interface Reports {
  /** @throws FatalError, PermissionError */
  read: (request: ReportRequest) => Promise<SessionReport>;
  /** What only one session is asked for, of the machine that the report is about. */
  details: (session: Session, report: SessionReport, source: Source) => Promise<SessionDetails>;
  /** What keeps a terminal that no session has. */
  keeperOf: (tty: Tty, report: SessionReport, source: Source) => Promise<TerminalKeeper | undefined>;
  /** Whom a name means on this host; answers are remembered. */
  findUser: UserLookup;
  /** The names of the accounts in /etc/passwd, for suggestions. */
  accountNames: () => Promise<readonly string[]>;
  /** What keys are called here; undefined where not all files of keys may be read. */
  keyNames: () => Promise<KeyNames | undefined>;
  /** All logins that the logs tell of. */
  logins: () => Promise<LoginHistory>;
  /** As {@link followJournal}. */
  followLogins: FollowLogins;
  /** Reads beside what else goes on, so that a key need not wait for it. */
  openScanner: () => Promise<Scanner>;
  /** Reads recordings that other hosts have sent. */
  openAnswerReader: () => Promise<AnswerReader>;
}

/**
 * Tells of logins, as far as the journal can be read.
 *
 * @param sinceMs - from this moment on; milliseconds since the epoch.
 * @returns a function that stops it.
 */
export type FollowLogins = (
  sinceMs: number,
  onNotice: (notice: JournalNotice) => void,
  onProblem: () => void,
) => Promise<() => void>;

/** Of this host, or of a recorded one where a request names it. */
export function reportsOf(host: Host): Reports {
  const { facts } = host;
  let memory: Promise<Memory> | undefined;
  let payloads: Promise<PayloadWatch> | undefined;
  let lookup: Promise<UserLookup> | undefined;
  const findUser: UserLookup = async (name) => (await (lookup ??= createLookup(host)))(name);
  const read: Reports["read"] = async (request) =>
    readReport(
      request,
      facts,
      findUser,
      request.repeatedly === true ? await (memory ??= createMemory(host)) : undefined,
      request.payload === undefined ? undefined : await (payloads ??= createPayloads(host)),
    );
  return {
    read,
    details: async (session, report, source) => readDetails(session, report, source, facts),
    keeperOf: async (tty, report, source) => readKeeper(tty, report, source, facts),
    findUser,
    accountNames: async () => (await import("../system/accounts.ts")).localAccounts(facts).map(({ name }) => name),
    keyNames: async () => (facts.uid === 0 ? (await import("./key-comments.ts")).readKeyNames(facts) : undefined),
    logins: async () => (await import("../system/logs/login-history.ts")).readLoginHistory(facts, facts.now()),
    followLogins: async (...args) => {
      const [{ followJournal }, hands] = await Promise.all([import("../system/logs/follow-journal.ts"), host.hands()]);
      return followJournal(hands, ...args);
    },
    openScanner: async () => {
      const [{ openScanner }, { observer }] = await Promise.all([import("./thread/scanner.ts"), host.hands()]);
      return openScanner(observer, read);
    },
    openAnswerReader: async () => (await import("./thread/answer-reader.ts")).openAnswerReader(),
  };
}

async function createLookup({ facts }: Host): Promise<UserLookup> {
  return (await import("../system/accounts.ts")).rememberedLookup(facts);
}

/** Loaded only for callers that look again and again. */
async function createMemory({ hands }: Host): Promise<Memory> {
  const [{ Memory }, { createHold }] = await Promise.all([import("../system/procfs/memory.ts"), hands()]);
  return new Memory(createHold());
}

async function createPayloads({ facts, hands }: Host): Promise<PayloadWatch> {
  const [{ PayloadWatch }, { clock }] = await Promise.all([import("./add-payload.ts"), hands()]);
  return new PayloadWatch(facts, async (ms) => clock.pause(ms));
}
