import { keysHostOf } from "./machine.ts";
import { notice } from "../sessions/notes.ts";
import { exitCodes, type ExitCode } from "../../errors.ts";
import { askConsent, consentOptions, type Consent } from "../../cli/consent.ts";
import { widthOf, type Context } from "../../cli/context.ts";
import type { KeysHost, RevokeHost } from "./machine.ts";
import type { Inventory } from "./inventory/inventory.ts";
import { readKeyReport, type KeyQuestion } from "./inventory/key-report.ts";
import { previewEdit, type Change, type Target } from "./revoke/change-files.ts";
import { unifiedDiff } from "../../text/diff.ts";
import type { Difference } from "./revoke/json.ts";
import { fingerprintsIn, renderRevocation } from "./revoke/text.ts";
import { findProtection } from "../../system/protected/read-protected.ts";
import { evenProtectedOption } from "../sessions/even-protected-option.ts";
import { localSource } from "../../domain/report-request.ts";
import type { Command, GivenOptions } from "../../cli/command.ts";
import type { Found } from "../kill/end-sessions.ts";
import { keyForm, parseQuestion, readSessionsOf, typedKey, whoseOptions, wordsOfLine } from "./options.ts";
import { meantKeys, parseSought, rejectUnseen, type Sought } from "./revoke/choose-keys.ts";
import { meansFleet } from "../sessions/fleet/options.ts";
import { throughSshctlOptions } from "../sessions/fleet/through/options.ts";
import { colorOption, formatOptions, parseFormat, parseStyle, textFormats } from "../sessions/output-options.ts";
import { endKeySessions, sessionsOfKey, type EndingOrders } from "./revoke/end-sessions-of-key.ts";
import { isLockedOut, lookAgain, revokeKey } from "./revoke/carry-out.ts";
import { oneOf, tellObstacles, tellOtherWays, tellRemaining, tellUnread, tellUnseen } from "./revoke/notes.ts";
import { existingRevokedKeys, rejectKept } from "./revoke/set-up.ts";
import { jsonReporter, textReporter, type Reporter } from "./revoke/reporters.ts";
import {
  planRevocation,
  rejectLastWayIn,
  rejectProtected,
  type RevocationTask,
  type RevokeOptions,
} from "./revoke/plan.ts";

const method = "Method";
const safety = "Safety and records";

export const keysRevoke: Command = {
  name: "keys revoke",
  summary: "Lock out a key, and end its sessions with --kill",
  acts: true,
  examples: [
    ["sshctl keys revoke SHA256:wcPFP6DV --dry-run", "what would change, and which sessions are open"],
    ["sshctl keys revoke SHA256:wcPFP6DV --kill --reason 'Laptop stolen'", "everywhere, with all its sessions"],
    ["sshctl keys revoke SHA256:wcPFP6DV --revoked-keys", "locked by sshd, too, whoever puts a line back"],
    ["sshctl keys revoke SHA256:wcPFP6DV --user deploy", "for this account only"],
    ["sshctl keys revoke SHA256:wcPFP6DV --kill --on @all", "on other servers, by the sshctl that is installed there"],
    ["sshctl keys revoke --user erin --kill", "every key in erin's files, in all accounts; asks"],
  ],
  words: { name: "KEY", offer: "keys", describe: keyForm, most: wordsOfLine },
  options: {
    ...whoseOptions,
    kill: { group: method, describe: "end every session that verifiably used the key" },
    delete: { group: method, describe: "remove the lines instead of commenting them out" },
    "revoked-keys": { group: method, describe: "set up RevokedKeys in sshd where it is not, which keeps the key out" },
    force: { group: safety, describe: "even if root or you can no longer log in" },
    "include-self": { group: safety, describe: "with --kill: include your own session, and those that may be yours" },
    ...evenProtectedOption,
    ...consentOptions,
    reason: { group: safety, value: "TEXT", describe: "for the comment and for the system log" },
    ...formatOptions(textFormats),
    ...colorOption,
    ...throughSshctlOptions,
  },
  run: async (given, context) => {
    const typed = await typedKey("keys revoke", given.words, context);
    const format = parseFormat(given, textFormats);
    const look = parseStyle(given, context);
    const { users, ...asked } = parseQuestion(given);
    if (meansFleet(given))
      return (await import("./revoke/fleet/revoke-on.ts")).revokeOn(keysRevoke, { key: typed, users }, given, context);
    const seek = parseSought(typed, users);
    // All keys of an account are sought in the files of everybody.
    const question = { ...asked, users: seek.kind === "of-accounts" ? [] : users };
    const host = await keysHostOf(context);
    const protection = findProtection(given.texts("even-protected"), host);
    const sessions = await readSessionsOf(context, host);
    const report = await readKeyReport({ ...question, seek }, sessions, host);
    const meant = meantKeys(seek, report, host);
    const asksForSetUp = given.flag("revoked-keys");
    const setsUp = asksForSetUp && (await mustSetUp(report.inventory, host, context));
    const options = { ...parseRevokeOptions(given, seek), setsUp };
    const request = planRevocation(meant, options, report, sessions, host);
    if (asksForSetUp) rejectKept(meant, request.view.kept);
    for (const { message } of report.warnings) notice(message, context.err);
    if (meant.unseen !== undefined) tellUnseen(meant.unseen, report, context.err);
    tellUnread(report.unread, oneOf(fingerprintsIn(request.view)), context.err);
    const teller = format === "json" ? jsonReporter(request, report, context) : textReporter(request, look, context);
    const isDryRun = given.flag("dry-run");
    const differences = await previewEdits(request, host);
    if (isDryRun) teller.plan(differences);
    else tellObstacles(differences, context.err);
    await rejectProtected(request, options, protection);
    if (!options.force) rejectLastWayIn(request, host);
    if (isDryRun) return meant.unseen === undefined ? exitCodes.done : exitCodes.partial;
    if (given.flag("yes")) rejectUnseen(seek, meant.places, report);
    else if (meant.unseen === undefined || options.kill) await askConsent(revocationConsent(request, context), context);
    const { lifted: evenProtected } = protection;
    const orders = { includeSelf: options.includeSelf, evenProtected, reason: options.reason, look };
    const deed = { request, options, question, orders, teller };
    return context.interruptible(async (interruption) => carryOut(deed, host, context, interruption));
  },
};

/** All that is to be done, and who tells of it. */
interface Deed {
  request: RevocationTask;
  options: RevokeOptions;
  question: Omit<KeyQuestion, "seek">;
  orders: Omit<EndingOrders, "id">;
  teller: Reporter;
}

async function carryOut(
  { request, options, question, orders, teller }: Deed,
  host: RevokeHost,
  context: Context,
  interruption: AbortSignal,
): Promise<ExitCode> {
  const { err } = context;
  const { changes, id } = await revokeKey(request, orders, host, err);
  teller.locked(changes);
  const look = await lookAgain(request, changes, question, host);
  const aKey = oneOf(fingerprintsIn(request.view));
  tellRemaining(look.remaining, aKey, err);
  tellUnread(look.unread, aKey, err);
  tellOtherWays(look, changes, request.report, aKey, err);
  const find = async (): Promise<Found> => {
    const report = await (await context.reports()).read({ ...localSource, logins: true });
    return { report, chosen: sessionsOfKey(report, request.holder) };
  };
  const ending = options.kill
    ? await endKeySessions(find, { ...orders, id }, host, teller.ended, host.now, interruption)
    : undefined;
  teller.end({ ...look, changes, id, ending, open: ending?.left ?? (await find()).chosen });
  return exitCodeOf(changes, isLockedOut(look) && ending?.isComplete !== false);
}

/** Where the file is there, the key goes into it as it always does. */
async function mustSetUp(inventory: Inventory, host: RevokeHost, { err }: Context): Promise<boolean> {
  const named = await existingRevokedKeys(inventory, host);
  if (named !== undefined) notice(`RevokedKeys is set up already: the key goes into ${named.join(", ")}`, err);
  return named === undefined;
}

function parseRevokeOptions(given: GivenOptions, seek: Sought): Omit<RevokeOptions, "setsUp"> {
  const users = given.texts("user");
  return {
    kill: given.flag("kill"),
    remove: given.flag("delete"),
    force: given.flag("force"),
    isForSome: users.length > 0 && seek.kind !== "of-accounts",
    owners: seek.kind === "of-accounts" ? seek.names : undefined,
    includeSelf: given.flag("include-self"),
    evenProtected: given.texts("even-protected"),
    reason: given.texts("reason").at(-1),
  };
}

async function previewEdits({ targets, revocation }: RevocationTask, host: KeysHost): Promise<Map<Target, Difference>> {
  const differences = new Map<Target, Difference>();
  for (const target of targets) {
    const edit = await previewEdit(target, revocation, host);
    differences.set(
      target,
      "problem" in edit ? edit : { diff: await unifiedDiff(target.path, edit.before, edit.after) },
    );
  }
  return differences;
}

function revocationConsent({ view }: RevocationTask, { err }: Context): Consent {
  const plan = renderRevocation(view, widthOf(err));
  if (view.unseen !== undefined)
    return { plan, deed: "end the sessions of this key", questions: ["End the sessions of this key?"] };
  const count = fingerprintsIn(view).length;
  const these = count === 1 ? "this key" : `these ${String(count)} keys`;
  return {
    plan,
    deed: `revoke ${these}`,
    questions: [view.kill ? `Revoke ${these} and end ${count === 1 ? "its" : "their"} sessions?` : `Revoke ${these}?`],
  };
}

function exitCodeOf(changes: readonly Change[], isComplete: boolean): ExitCode {
  const failed = changes.flatMap((change) => (change.kind === "failed" ? change.trouble : []));
  if (failed.length > 0 && failed.length === changes.length && failed.every(({ kind }) => kind === "refused"))
    return exitCodes.permission;
  return failed.length === 0 && isComplete ? exitCodes.done : exitCodes.partial;
}
