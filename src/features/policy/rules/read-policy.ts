/** Reads the files of the policy: root's, as those in which it says whom nothing may touch. */
import { FatalError, NothingFoundError, UsageError, type ForeseenError } from "../../../errors.ts";
import { FileTrouble } from "../../../host/files/file-trouble.ts";
import { orUndefined } from "../../../host/files/files.ts";
import type { Facts } from "../../../host/host.ts";
import { describeFault, type Fault } from "./fault.ts";
import { parsePolicy, type PolicyText } from "./parse-policy.ts";
import type { Policy } from "./rule.ts";

export const policyPath = "/etc/sshctl/policy.toml";
export const policyFolder = "/etc/sshctl/policy.d";

/** Of one file; larger is refused. */
const mostBytes = 65_536;
const mostFiles = 100;

export type PolicyHost = Pick<Facts, "files" | "rootFiles">;

/** What the files say: nothing at all where one of them cannot be believed or understood. */
export type PolicyRead =
  | { kind: "policy"; policy: Policy }
  | { kind: "missing" }
  /** Somebody else could have written it, or it cannot be read. */
  | { kind: "untrusted"; message: string }
  | { kind: "fault"; fault: Fault };

export function readPolicy(host: PolicyHost): PolicyRead {
  try {
    const main = readText(policyPath, host);
    if (main === undefined) return { kind: "missing" };
    const others = namesIn(host).flatMap((name) => readText(`${policyFolder}/${name}`, host) ?? []);
    return understood(parsePolicy(main, others));
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    return { kind: "untrusted", message: error.message };
  }
}

/** A file that is yet to be put in place, and that nobody has to trust. */
export function readDraft(path: string, { smallFiles }: Pick<Facts, "smallFiles">): PolicyRead {
  const text = smallFiles.readSmall(path, mostBytes);
  if (text === undefined)
    return { kind: "untrusted", message: `${path} cannot be read: it has to be a regular file of at most 64 KiB` };
  return understood(parsePolicy({ file: path, text }, []));
}

function understood(parsed: Policy | Fault): PolicyRead {
  return "message" in parsed ? { kind: "fault", fault: parsed } : { kind: "policy", policy: parsed };
}

function readText(file: string, { rootFiles }: PolicyHost): PolicyText | undefined {
  const text = rootFiles.readRoots(file, mostBytes);
  return text === undefined ? undefined : { file, text };
}

/** In the order in which their rules follow each other. */
function namesIn({ files }: PolicyHost): string[] {
  const names = (orUndefined(files.names(policyFolder)) ?? []).filter((name) => /^[^.].*\.toml$/.test(name)).toSorted();
  if (names.length > mostFiles)
    throw new FileTrouble("foreign", `${policyFolder} has more than ${String(mostFiles)} files`);
  return names;
}

/** @throws ForeseenError unless there is a policy. */
export function knownPolicy(read: PolicyRead): Policy {
  if (read.kind === "policy") return read.policy;
  throw whyNoPolicy(read);
}

export function whyNoPolicy(read: Exclude<PolicyRead, { kind: "policy" }>): ForeseenError {
  switch (read.kind) {
    case "missing":
      return new NothingFoundError(
        `There is no ${policyPath}: nobody is ended by rules.`,
        "docs/policy.md has examples.",
      );
    case "untrusted":
      return new FatalError(
        `The policy is not applied: ${read.message}.`,
        "Its files have to be root's, and writable by nobody else.",
      );
    case "fault":
      return new UsageError(describeFault(read.fault) + ".", "Nothing of the policy is applied until it is corrected.");
  }
}
