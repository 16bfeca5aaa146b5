import type { Pid } from "../../../../domain/process.ts";
import type { EndingSignal } from "../../plan/signal.ts";
import { UsageError } from "../../../../errors.ts";
import { orUndefined } from "../../../../host/files/files.ts";
import type { Backend, Reach, SignalBatch } from "./backend.ts";
import { expressionBackend, literal, type Expression } from "./expression.ts";

/**
 * killall(1), told an owner and a name. That selects all processes of the owner which bear the name, so it can do no more
 * than to end all sessions of a user; for root, to whom the monitors and up to OpenSSH 9.7 the listener belong, all
 * sessions of the machine.
 *
 * @param doomed - listeners that are to end as well.
 */
export function killallBackend(reach: Reach, listenersToStop: ReadonlySet<Pid>): Backend {
  const ownerOf = (pid: Pid) => orUndefined(reach.files.facts(`/proc/${String(pid)}`))?.uid;
  return expressionBackend(
    (batches, signal) => killallExpressions(batches, signal, ownerOf, listenersToStop),
    "psmisc",
    reach,
  );
}

/**
 * One call for each owner and name.
 *
 * @param ownerOf - the owner of a process, undefined when it has ended.
 */
export function killallExpressions(
  batches: readonly SignalBatch[],
  signal: EndingSignal,
  ownerOf: (pid: Pid) => number | undefined,
  listenersToStop: ReadonlySet<Pid>,
): Expression[] {
  const targets = batches.flatMap(({ termination, processes }) =>
    processes.flatMap((process) => {
      const uid = ownerOf(process.pid);
      return uid === undefined ? [] : { process, uid, owner: uid === 0 ? "root" : termination.session.user };
    }),
  );
  // A monitor that gets TERM ends its child; one that gets KILL leaves it behind.
  const monitors = signal === "KILL" ? [] : batches.flatMap(({ termination }) => termination.monitor?.pid ?? []);
  const harmless = new Set([...listenersToStop, ...monitors]);
  const groups = new Map(
    targets.map(({ process, uid, owner }) => [`${String(uid)} ${process.comm}`, { comm: process.comm, uid, owner }]),
  );
  // Root's last: they may hit monitors, and what these serve has had its signal then.
  const order = [...groups.values()].toSorted((a, b) => Number(a.uid === 0) - Number(b.uid === 0));
  return order.map(({ comm, uid, owner }) => {
    if (owner === undefined)
      throw new UsageError(
        `killall selects owners by name, and uid ${String(uid)} has no name.`,
        "Use --backend kill.",
      );
    return {
      command: ["killall", "--signal", signal, "--user", owner, comm],
      preview: ["-u", String(uid), "-x", literal(comm)],
      targets: targets
        .filter((target) => target.uid === uid && target.process.comm === comm)
        .map(({ process }) => process),
      harmless,
    };
  });
}
