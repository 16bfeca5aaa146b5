/** A deed on one host, by the sshctl there: once, and another look where it is not known what became of it. */
import { isSettled, worstOf, type DeedItem, type HostOutcome } from "../../../../fleet/act/host-outcome.ts";
import type { Elevation } from "../../../../fleet/collect/command.ts";
import { newNonce } from "../../../../fleet/collect/nonce.ts";
import type { Engine, EngineSettings, JobEnd } from "../../../../fleet/engine/engine.ts";
import { failureOf, neverReached, withDetail, type Failure } from "../../../../fleet/engine/failures.ts";
import { runOne } from "../../../../fleet/engine/run-one.ts";
import type { FleetHost } from "../../../../fleet/names/fleet-host.ts";
import type { AnswerReader } from "../../../../report/thread/answer-reader.ts";
import { decide, type PlannedThing, type RemoteDeed } from "./deed.ts";
import { questionJob, replyReaderOf, type Question } from "./question.ts";

/** How one host is reached. */
export interface Line {
  host: FleetHost;
  elevation: Elevation;
  engine: Engine;
  settings: EngineSettings;
  reader: AnswerReader;
}

/** @param reason - what the host records. */
export async function actOnHost<Thing extends PlannedThing>(
  { plan, act }: RemoteDeed<Thing>,
  things: readonly Thing[],
  reason: string,
  line: Line,
): Promise<HostOutcome> {
  const { end, read } = await ask(act(things, reason), line);
  if (neverReached(end)) return lostOutcome(failureOf(end), things);
  const items = await read();
  if (!items.some(({ kind }) => kind === "undecided")) return outcomeOf(items);
  const look = await ask(plan, line);
  return outcomeOf(decide(items, await look.read()));
}

async function ask<T>(
  question: Question<T>,
  { host, elevation, engine, settings, reader }: Line,
): Promise<{ end: JobEnd; read: () => Promise<T> }> {
  const nonce = newNonce();
  const answer = await runOne(questionJob(host, nonce, question, elevation), { engine, settings });
  return { end: answer.end, read: async () => question.read(replyReaderOf(answer, nonce, reader)) };
}

export function lostOutcome(failure: Failure, things: readonly PlannedThing[]): HostOutcome {
  const text = withDetail(failure);
  const items = things.map(({ what }): DeedItem => ({ what, kind: "lost", text: "nothing was done" }));
  return { kind: "lost", text, code: failure.code, items };
}

/** Alike where hosts fare alike. */
export function outcomeOf(items: readonly DeedItem[]): HostOutcome {
  const open = items.filter((item) => !isSettled(item));
  const told = open.length > 0 ? open : items;
  const text = told.map((item) => (items.length === 1 ? item.text : `${item.what}: ${item.text}`)).join("; ");
  return { kind: worstOf(items), text, items };
}
