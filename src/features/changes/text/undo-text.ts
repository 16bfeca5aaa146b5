/** What people read before and after a change is undone. */
import type { ChangeRecord } from "../../../changes/change-record.ts";
import type { UndoOutcome, UndoStep } from "../../../changes/undo-change.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { describeCaller } from "../../../system/caller.ts";
import { fromByteText } from "../../../text/byte-text.ts";
import { unifiedDiff } from "../../../text/diff.ts";
import { fullTime } from "../../../text/time.ts";
import { visible } from "../../../text/visible.ts";
import { textWidth } from "../../../text/width.ts";
import { paragraph, type Width } from "../../../text/wrap.ts";
import type { Effect } from "../effects.ts";

type Undone = Extract<UndoOutcome, { kind: "undone" }>;

export interface UndoView {
  record: ChangeRecord;
  steps: readonly UndoStep[];
  effects: readonly Effect[];
  /** The account that a file of keys belongs to; undefined where only sshd's settings tell. */
  accountOf: (path: string) => string | undefined;
}

/** The plan: which change, the difference, and what follows. */
export async function renderUndo(view: UndoView, width: Width): Promise<string> {
  return (await renderDifference(view, width)) + lineText(effectLines(view), width);
}

/** As {@link renderUndo}, above a question that tells what follows; where that is much, the plan does. */
export async function renderAsked(view: UndoView, width: Width): Promise<string> {
  return undoQuestion(view, width) === shortQuestion ? renderUndo(view, width) : renderDifference(view, width);
}

async function renderDifference({ record, steps }: UndoView, width: Width): Promise<string> {
  return [lineText([titleOf(record)], width), ...(await Promise.all(steps.map(diffOf)))].join("");
}

function titleOf({ id, command, caller, startedMs, reason }: ChangeRecord): string {
  const because = reason === undefined ? "" : `; reason: ${reason}`;
  return `Change ${id}, ${fullTime(startedMs)}, by ${describeCaller(caller)}: "${command}"${because}`;
}

async function diffOf({ edit: { path, before, after } }: UndoStep): Promise<string> {
  return unifiedDiff(path, textOf(before), textOf(after));
}

function textOf(bytes: string | undefined): string | undefined {
  return bytes === undefined ? undefined : fromByteText(bytes);
}

/** What undoing opens and ends, a sentence each; without full stops. */
export function effectLines({ effects, steps, accountOf }: UndoView): string[] {
  if (steps.length === 0) return ["Every file is already as it was before the change"];
  const named = comments(effects);
  const nameOf = (fingerprint: string) => {
    const comment = named.get(fingerprint);
    return comment === undefined ? fingerprint : `${comment} (${fingerprint})`;
  };
  const fingerprints = new Set(effects.flatMap((each) => (each.kind === "key-returns" ? each.fingerprint : [])));
  return [
    ...[...fingerprints].map((key) => `${nameOf(key)} can log in again ${placesOf(key, effects, accountOf)}`),
    ...effects.flatMap((each) => {
      switch (each.kind) {
        case "key-returns":
          return [];
        case "revocation-ends":
          return `${nameOf(each.fingerprint)} is no longer revoked by ${each.path}`;
        case "limit-ends":
          return `The limit ${each.setting} ends (${each.path})`;
        case "limit-returns":
          return `The limit ${each.setting} comes back (${each.path})`;
      }
    }),
  ];
}

/** The first of each key. RevokedKeys has no comments: the other files of the same change tell them. */
function comments(effects: readonly Effect[]): Map<string, string> {
  return new Map(
    effects
      .toReversed()
      .flatMap((each): [string, string][] =>
        each.kind === "key-returns" && each.comment !== undefined ? [[each.fingerprint, each.comment]] : [],
      ),
  );
}

/** "as alice, bob", and by which files where only sshd's settings tell whose they are. */
function placesOf(key: string, effects: readonly Effect[], accountOf: UndoView["accountOf"]): string {
  const paths = effects.flatMap((each) => (each.kind === "key-returns" && each.fingerprint === key ? each.path : []));
  const accounts = [...new Set(paths.flatMap((path) => accountOf(path) ?? []))];
  const others = paths.filter((path) => accountOf(path) === undefined);
  return [
    ...(accounts.length > 0 ? [`as ${firstFew(accounts, 20)}`] : []),
    ...(others.length > 0 ? [`by ${firstFew(others, 20)}`] : []),
  ].join(" and ");
}

/** The question, in words of what it opens; short where these do not fit into one line, and stand above it. */
export function undoQuestion(view: UndoView, width: Width): string {
  const question = visible(`${effectLines(view).join(". ")}. ${shortQuestion}`);
  return textWidth(`${question} [y/N] y`) > (width ?? Infinity) ? shortQuestion : question;
}

const shortQuestion = "Undo this change?";

export function renderUndone(
  { paths, copies }: Pick<Undone, "paths" | "copies">,
  view: UndoView,
  isToldAlready: boolean,
  width: Width,
): string {
  return lineText(
    [
      ...paths.map((path) => `${path}: as it was before`),
      ...copies.map((copy) => `${copy} stays: it differs from the file`),
      ...(isToldAlready ? [] : effectLines(view)),
    ],
    width,
  );
}

function lineText(lines: readonly string[], width: Width): string {
  return paragraph(lines.map(visible), width, textWidth);
}
