/** What is asked of the sshctl of a host: a few command lines over one connection, and what is made of the answers. */
import { askHosts } from "../../../../fleet/collect/ask-hosts.ts";
import type { Elevation } from "../../../../fleet/collect/command.ts";
import { newNonce } from "../../../../fleet/collect/nonce.ts";
import { readWritten, sshctlJobOf, type RemoteDocument } from "../../../../fleet/collect/run-sshctl.ts";
import type { Answer, Engine, Job } from "../../../../fleet/engine/engine.ts";
import type { Failure } from "../../../../fleet/engine/failures.ts";
import type { Course } from "../../../../fleet/engine/run-jobs.ts";
import type { FleetHost } from "../../../../fleet/names/fleet-host.ts";
import type { AnswerReader } from "../../../../report/thread/answer-reader.ts";
import type { DocumentName } from "../../../../report/thread/read-document.ts";

export interface Question<T> {
  /** Command lines of sshctl, without its name. They run one after the other, whatever becomes of the one before. */
  commands: readonly (readonly string[])[];
  read: (replyTo: ReplyReader) => Promise<T>;
}

/** What the sshctl there has written to a command, by its place. */
export type ReplyReader = <Name extends DocumentName>(index: number, document: Name) => Promise<Reply<Name>>;

export type Reply<Name extends DocumentName> = RemoteDocument<Name> | Failure;

export function isFailure(reply: object): reply is Failure {
  return "code" in reply;
}

/** Asks all hosts. */
export async function askAll<T extends object>(
  question: Question<T | Failure>,
  { hosts, elevation, ...course }: Course & { hosts: readonly FleetHost[]; elevation: Elevation },
  ports: { engine: Engine; reader: Pick<AnswerReader, "readDocument"> },
  onProgress: (done: number) => void,
): Promise<{ name: string; outcome: T | Failure }[]> {
  return askHosts(
    {
      ...course,
      hosts,
      newNonce,
      jobFor: (host, nonce) => questionJob(host, nonce, question, elevation),
      read: async (answer, nonce) => question.read(replyReaderOf(answer, nonce, ports.reader)),
    },
    ports.engine,
    onProgress,
  );
}

export function questionJob(
  host: FleetHost,
  nonce: string,
  { commands }: Pick<Question<unknown>, "commands">,
  elevation: Elevation,
): Job {
  const calls = commands.map((args, index) => ({ nonce: nonceOf(nonce, index), args }));
  return sshctlJobOf(host, calls, elevation);
}

export function replyReaderOf(answer: Answer, nonce: string, reader: Pick<AnswerReader, "readDocument">): ReplyReader {
  return async (index, document) => readWritten(answer, nonceOf(nonce, index), document, reader);
}

/** So that the answer to one command is not taken for that to another. */
function nonceOf(nonce: string, index: number): string {
  return nonce + String(index);
}
