import type { PlaceJson, RevocationDocument } from "../../../text/json-contract.ts";
import type { Session, Warning } from "../../../domain/session.ts";
import { isAnyChanged, isDurable, type Change, type Target } from "./change-files.ts";
import { undoCommand } from "../../../changes/undo-command.ts";
import type { RevokedFiles, SecondLook } from "./carry-out.ts";
import type { ListedKey, UnreadFile } from "../inventory/inventory.ts";
import { viewOf } from "../../sessions/text/columns.ts";
import { sessionToJson } from "../../sessions/text/sessions-json.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import { describeProblem, endToJson, type KillProblem, type KillResult } from "../../kill/end-sessions.ts";
import { noAnswers, type CommandAnswers } from "./ask-commands.ts";
import { usersByCommand } from "./notes.ts";
import { describeUnread } from "../text/faults.ts";
import { describeSilence } from "../text/silence.ts";
import { describePersistence, keysOf, type RevocationView } from "./text.ts";
import { isoTime } from "../../../text/time.ts";

export interface ToldRevocation {
  host: string;
  takenAtMs: number;
  view: RevocationView;
  outcome: Planned | Done;
  /** Of ending its sessions. */
  problems: readonly KillProblem[];
  warnings: readonly Warning[];
}

interface Planned {
  /** What every target would become. */
  diffs: ReadonlyMap<Target, Difference>;
  unread: readonly UnreadFile[];
}

interface Done extends RevokedFiles, SecondLook {
  /** What became of sessions with --kill. */
  ended: readonly KillResult[] | undefined;
  open: { sessions: readonly Session[]; undecided: readonly Session[] };
}

/** A difference in the unified form, or what is in the way. */
export type Difference = { diff: string } | { problem: string };

/** docs/schemas/revocation-1.json */
export function renderRevocationJson(document: ToldRevocation): string {
  const { host, takenAtMs, view, outcome, problems, warnings } = document;
  const done = "changes" in outcome ? outcome : undefined;
  const sessionView = viewOf(document, false);
  const toJson = (session: Session) => sessionToJson(session, sessionView);
  return renderJson<RevocationDocument>({
    schema: "sshctl.revocation/1",
    host,
    takenAt: isoTime(takenAtMs),
    id: done?.id ?? null,
    dryRun: done === undefined,
    ...keysToJson(view),
    places: view.places.map(placeToJson),
    kept: view.kept.map(placeToJson),
    files:
      "diffs" in outcome
        ? view.targets.map((target) => ({ ...targetToJson(target), ...plannedToJson(outcome.diffs.get(target)) }))
        : outcome.changes.map((change) => ({ ...targetToJson(change.target), ...changeToJson(change) })),
    durable: done === undefined ? null : isDurable(done.changes),
    ...wayBackToJson(done),
    remaining: (done?.remaining ?? []).map(placeToJson),
    unread: outcome.unread.filter(({ mayHoldKeys }) => mayHoldKeys).map(unreadToJson),
    commands: commandsToJson(done?.answers ?? noAnswers),
    ended: done?.ended?.map((result) => endToJson(result.end, result, sessionView)) ?? null,
    open: (done?.open.sessions ?? view.sessions).map(toJson),
    undecided: (done?.open.undecided ?? []).map(toJson),
    comebacks: view.comebacks.map(describePersistence),
    problems: problems.map(describeProblem),
    warnings,
  });
}

function keysToJson(view: RevocationView): Pick<Told<RevocationDocument>, "fingerprint" | "keyType" | "keys"> {
  const keys = keysOf(view);
  const [only] = keys.length === 1 ? keys : [];
  return {
    fingerprint: view.unseen ?? only?.sha256 ?? null,
    keyType: only?.type ?? null,
    keys: keys.map(({ sha256, type }) => ({ fingerprint: sha256, keyType: type })),
  };
}

function wayBackToJson(done: Done | undefined): Pick<Told<RevocationDocument>, "undo" | "change"> {
  if (done === undefined || !isAnyChanged(done.changes)) return { undo: null, change: null };
  return { undo: undoCommand(done.id), change: done.id };
}

function commandsToJson(answers: CommandAnswers): Told<RevocationDocument["commands"]> {
  return [
    ...[...usersByCommand(answers)].map(([command, users]) => ({ command, users, problem: null })),
    ...answers.silent.map(({ command, reason }) => ({ command, users: [], problem: describeSilence(reason) })),
  ];
}

function placeToJson({ key, account, path, line, comment }: ListedKey): Told<PlaceJson> {
  return { fingerprint: key.sha256, user: account.name, uid: account.uid, path, line, comment: comment ?? null };
}

function unreadToJson({ account, path, fromLine, reason }: UnreadFile): UnreadJson {
  return { user: account.name, uid: account.uid, path, fromLine, problem: describeUnread(reason) };
}

type FileJson = Told<RevocationDocument["files"][number]>;
type UnreadJson = Told<RevocationDocument["unread"][number]>;

function targetToJson({ path, kind }: Target): Pick<FileJson, "path" | "kind"> {
  return { path, kind: settingOf[kind] };
}

const settingOf = {
  revoked: "RevokedKeys",
  authorized: "AuthorizedKeysFile",
  "drop-in": "sshd_config",
} as const satisfies Record<Target["kind"], FileJson["kind"]>;

function plannedToJson(difference: Difference | undefined): Omit<FileJson, "path" | "kind"> {
  return {
    outcome: null,
    backup: null,
    diff: difference !== undefined && "diff" in difference ? difference.diff : null,
    problem: difference !== undefined && "problem" in difference ? difference.problem : null,
  };
}

function changeToJson(change: Change): Omit<FileJson, "path" | "kind"> {
  return {
    outcome: change.kind,
    backup: change.kind === "changed" ? (change.backup ?? null) : null,
    diff: null,
    problem: change.kind === "failed" ? change.trouble.message : null,
  };
}
