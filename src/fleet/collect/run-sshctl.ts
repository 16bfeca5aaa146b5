/**
 * The sshctl that is installed on a host, where a question needs more than the collector can record. It writes a document of the JSON
 * contract, between two lines with a nonce; it is believed only as far as it keeps to the contract.
 */
import { quotedWord } from "../../domain/command-line.ts";
import type { AnswerReader } from "../../report/thread/answer-reader.ts";
import type { DocumentName, DocumentReply, Documents } from "../../report/thread/read-document.ts";
import type { Answer, Job } from "../engine/engine.ts";
import { failureOf, lastLine, refusalIn, type Failure } from "../engine/failures.ts";
import type { FleetHost } from "../names/fleet-host.ts";
import { asRoot, elevationOn, type Elevation } from "./command.ts";

export interface RemoteCommand<Name extends DocumentName> {
  /** Such as "keys", "-o", "json". */
  args: readonly string[];
  /** What it writes. */
  document: Name;
}

export interface RemoteDocument<Name extends DocumentName> {
  document: Documents[Name];
  /** Of the sshctl there, in its own words. */
  version: string | undefined;
  exitCode: number;
  /** The last that it said on standard error, bounded; undefined where it said nothing. */
  said: string | undefined;
}

/** @param args - those of sshctl. */
export function sshctlJob(host: FleetHost, nonce: string, args: readonly string[], elevation: Elevation): Job {
  return sshctlJobOf(host, [{ nonce, args }], elevation);
}

/** Several commands over one connection, one after the other. Each has a nonce of its own. */
export function sshctlJobOf(
  host: FleetHost,
  calls: readonly { nonce: string; args: readonly string[] }[],
  elevation: Elevation,
): Job {
  const effective = elevationOn(host, elevation);
  const by = effective === "sudo" ? "sudo" : "none";
  const lines = calls.map(
    ({ nonce, args }) => `${["sshctl_run", nonce, by, ...args].map(quotedWord).join(" ")} </dev/null\n`,
  );
  const command = effective === "sudo-shell" ? `${asRoot} sh -s` : "sh -s";
  return { host, command, input: script + lines.join("") };
}

/** sudo gets the path, because that is what a line of sudoers(5) names. */
const script = `sshctl_run() {
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  LC_ALL=C
  export PATH LC_ALL
  nonce=$1 by=$2
  shift 2
  program=$(command -v sshctl)
  if [ -z "$program" ]; then
    printf 'missing\\t%s\\n' "$nonce"
    return
  fi
  printf 'sshctl\\t%s\\n' "$nonce" >&2
  printf 'sshctl\\t%s\\t%s\\n' "$nonce" "$("$program" --version 2>/dev/null | head -c 64 | head -n 1)"
  if [ "$by" = none ]; then "$program" "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo -n "$program" "$@"
  elif command -v doas >/dev/null 2>&1; then doas -n "$program" "$@"
  else echo 'exec: sudo: not found' >&2
  fi
  printf '\\nend\\t%s\\t%s\\n' "$nonce" "$?"
}
`;

/** What stands between the lines with the nonce. */
interface Written {
  kind: "written";
  version: string | undefined;
  /** Empty where it has failed. */
  text: Uint8Array<ArrayBuffer>;
  exitCode: number;
}

export function findWritten(stdout: Buffer, nonce: string): Written | { kind: "missing" | "cut" | "none" } {
  if (stdout.includes(`missing\t${nonce}\n`)) return { kind: "missing" };
  const mark = `sshctl\t${nonce}\t`;
  const begin = stdout.indexOf(mark);
  if (begin < 0) return { kind: "none" };
  const start = stdout.indexOf("\n", begin) + 1;
  const last = stdout.lastIndexOf(`\nend\t${nonce}\t`);
  const code = /^\nend\t\w+\t(\d{1,3})\n/.exec(stdout.toString("latin1", last, last + nonce.length + 12))?.[1];
  if (start === 0 || last < start - 1 || code === undefined) return { kind: "cut" };
  const version = stdout.toString("utf8", begin + mark.length, start - 1).slice(0, 64);
  return {
    kind: "written",
    version: version === "" ? undefined : version,
    text: new Uint8Array(stdout.subarray(start, last)),
    exitCode: Number(code),
  };
}

/** What sshctl ends with where it has nothing to write: docs/exit-codes.md. */
const [nothingThere, notUnderstood] = [1, 2];

export async function readWritten<Name extends DocumentName>(
  { end }: Answer,
  nonce: string,
  name: Name,
  { readDocument }: Pick<AnswerReader, "readDocument">,
): Promise<RemoteDocument<Name> | Failure> {
  if (end.kind !== "ended") return failureOf(end);
  const found = findWritten(end.stdout, nonce);
  switch (found.kind) {
    case "none":
      return failureOf(end);
    case "missing":
      return { code: "no-sshctl", message: "sshctl is not installed there" };
    case "cut":
      return { code: "cut-off", message: "its answer was cut off" };
    case "written":
      return readText(found, saidIn(end.stderr, nonce), name, readDocument);
  }
}

async function readText<Name extends DocumentName>(
  found: Written,
  stderr: string,
  name: Name,
  readDocument: AnswerReader["readDocument"],
): Promise<RemoteDocument<Name> | Failure> {
  if (found.text.length === 0) return refusalIn(stderr) ?? failureOfSshctl(found, stderr);
  return believe(await readDocument({ document: name, text: found.text }), found, stderr);
}

/** What one of several commands has said. */
function saidIn(stderr: string, nonce: string): string {
  const [, said = stderr] = stderr.split(`sshctl\t${nonce}\n`);
  return said.split(/^sshctl\t\w+$/m)[0] ?? "";
}

function believe<Name extends DocumentName>(
  reply: DocumentReply<Name>,
  { version, exitCode }: Written,
  stderr: string,
): RemoteDocument<Name> | Failure {
  switch (reply.kind) {
    case "document":
      return { document: reply.document, version, exitCode, said: lastLine(stderr).detail };
    case "other-contract":
      return otherSshctl(version, `it writes ${reply.schema}`);
    case "unreadable":
      return { code: "unreadable", message: "its answer cannot be read", detail: reply.reason };
  }
}

function failureOfSshctl({ exitCode, version }: Written, stderr: string): Failure {
  if (exitCode === notUnderstood) return otherSshctl(version, "it does not understand the command");
  if (exitCode === nothingThere)
    return { code: "nothing-there", message: "what was asked for is not there", ...lastLine(stderr) };
  return { code: "sshctl-failed", message: "the sshctl there failed", ...lastLine(stderr) };
}

/** An older one, or a newer one: what it writes may mean something else. */
function otherSshctl(version: string | undefined, why: string): Failure {
  return {
    code: "other-sshctl",
    message: "the sshctl there is of another version",
    detail: `${version ?? "unknown"}, ${why}`,
  };
}
