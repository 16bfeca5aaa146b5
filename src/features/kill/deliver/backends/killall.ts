import type { Pid } from "../../../../domain/process.ts";
import type { EndingSignal } from "../../plan/signal.ts";
import { UsageError } from "../../../../errors.ts";
import { orUndefined } from "../../../../host/files/files.ts";
import type { Backend, Reach, Strike } from "./backend.ts";
import { expressionBackend, literal, type Expression } from "./expression.ts";

/**
 * killall(1), told an owner and a name. That selects all processes of the owner which bear the name, so it can do no more
 * than to end all sessions of a user; for root, to whom the monitors and up to OpenSSH 9.7 the listener belong, all
 * sessions of the machine.
 *
 * @param doomed - listeners that are to end as well.
 */
export function killallBackend(reach: Reach, doomed: ReadonlySet<Pid>): Backend {
  const ownerOf = (pid: Pid) => orUndefined(reach.files.facts(`/proc/${String(pid)}`))?.uid;
  return expressionBackend((strikes, signal) => killallExpressions(strikes, signal, ownerOf, doomed), "psmisc", reach);
}

/**
 * One call for each owner and name.
 *
 * @param ownerOf - the owner of a process, undefined when it has ended.
 */
export function killallExpressions(
  strikes: readonly Strike[],
  signal: EndingSignal,
  ownerOf: (pid: Pid) => number | undefined,
  doomed: ReadonlySet<Pid>,
): Expression[] {
  const victims = strikes.flatMap(({ cut, processes }) =>
    processes.flatMap((process) => {
      const uid = ownerOf(process.pid);
      return uid === undefined ? [] : { process, uid, owner: uid === 0 ? "root" : cut.session.user };
    }),
  );
  // A monitor that gets TERM ends its child; one that gets KILL leaves it behind.
  const monitors = signal === "KILL" ? [] : strikes.flatMap(({ cut }) => cut.monitor?.pid ?? []);
  const harmless = new Set([...doomed, ...monitors]);
  const groups = new Map(
    victims.map(({ process, uid, owner }) => [`${String(uid)} ${process.comm}`, { comm: process.comm, uid, owner }]),
  );
  // Root's last: they may hit monitors, and what these serve has had its signal then.
  const order = [...groups.values()].toSorted((a, b) => Number(a.uid === 0) - Number(b.uid === 0));
  return order.map(({ comm, uid, owner }) => {
    if (owner === undefined)
      throw new UsageError(`killall takes owners by name, and uid ${String(uid)} has none.`, "Use --backend kill.");
    return {
      command: ["killall", "--signal", signal, "--user", owner, comm],
      preview: ["-u", String(uid), "-x", literal(comm)],
      victims: victims
        .filter((victim) => victim.uid === uid && victim.process.comm === comm)
        .map(({ process }) => process),
      harmless,
    };
  });
}
