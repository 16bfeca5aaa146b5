/**
 * Before a service decides by who is there, it has to see who is there: a mistake in a sandbox must never look like an empty machine, or
 * like one whose sessions are all still.
 */
import type { SessionReport } from "../../../domain/session.ts";
import { unexplainedCode } from "../../../domain/unexplained-connections.ts";
import { whyBlind } from "../../../domain/warnings.ts";
import { FatalError, PermissionError } from "../../../errors.ts";
import { isPresent } from "../../../host/files/files.ts";
import type { PolicyMachine } from "../deed/machine.ts";
import { readTicks } from "./ticks.ts";

/** A login that has just come, or is about to go, is not explained for a moment. */
const [attempts, pauseMs] = [10, 500];

/** @throws PermissionError, FatalError with what is missing. */
export async function testOwnSight(read: () => Promise<SessionReport>, machine: PolicyMachine): Promise<void> {
  if (machine.uid !== 0)
    throw new PermissionError(
      "Only root sees and ends the sessions of all users.",
      "Run it with sudo, or as a service.",
    );
  readTicks(machine);
  rejectOwnNetwork(machine);
  for (let attempt = 1; ; attempt += 1) {
    const fault = faultIn(await read());
    if (fault === undefined) return;
    if (attempt === attempts) throw refusal(fault);
    await machine.clock.pause(pauseMs);
  }
}

/** The kernel's own table of established connections says whether any is missing among the sessions. */
function faultIn({ warnings }: SessionReport): string | undefined {
  return whyBlind(warnings) ?? warnings.find(({ code }) => untrustworthy.has(code))?.message;
}

const untrustworthy: ReadonlySet<string> = new Set([unexplainedCode, "login-times-unknown"]);

/** network_namespaces(7): in one of its own, the service sees no connection of the machine. */
function rejectOwnNetwork({ files }: PolicyMachine): void {
  const [own, first] = ["self", "1"].map((pid) => files.link(`/proc/${pid}/ns/net`));
  if (own === undefined || first === undefined || !isPresent(own) || !isPresent(first))
    throw refusal("it may not look into the namespaces of processes (CAP_SYS_PTRACE)");
  if (own !== first) throw refusal("it runs in a network namespace of its own (PrivateNetwork=)");
}

function refusal(why: string): FatalError {
  return new FatalError(
    `The rules are not applied, because not every session can be seen: ${why}.`,
    '"sshctl doctor" shows what is missing.',
  );
}
