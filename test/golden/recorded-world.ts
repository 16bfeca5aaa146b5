/** The world of a command on a recorded host: all facts come from the recording, and nothing can be done to it. */
import { createActs, type ActPorts } from "../../src/features/kill/deliver/acts.ts";
import { withRecordedMachine } from "../../src/system/recorded/recorded-host.ts";
import { readDetails, readReport, type ThisMachine } from "../../src/report/read-report.ts";
import type { Context } from "../../src/cli/context.ts";
import { hostFolder } from "../contract/recorded-hosts.ts";
import { quickClock } from "../helpers/live.ts";

export type Reading = Pick<Context, "readReport" | "readDetails" | "acts">;

/** The machine must not be looked at, only its recording. */
const nowhere = new Proxy({} as ThisMachine, {
  get: (_, name) => {
    throw new Error(`this machine was asked for ${String(name)}`);
  },
});

/** @param look - is given the ways to a recorded host, as a command has them. */
export async function onRecordedHost<T>(name: string, look: (reading: Reading) => Promise<T>): Promise<T> {
  const root = hostFolder(name);
  return withRecordedMachine(root, async (machine) =>
    look({
      readReport: async ({ set }, detail) => readReport({ root, set }, { ...detail, logins: false }, nowhere),
      readDetails: async (session, report, { set }) => readDetails(session, report, { root, set }, nowhere),
      acts: async () => Promise.resolve(createActs(actPorts(machine))),
    }),
  );
}

/** For plans only: whoever would act fails. */
function actPorts({ files }: { files: ActPorts["files"] }): ActPorts {
  const noAct = () => {
    throw new Error("a plan must not act");
  };
  const nothing = async () => Promise.resolve(undefined);
  return {
    files,
    programs: { run: nothing },
    feed: noAct,
    signals: { send: noAct, probe: () => "sent" },
    cgroups: { kill: noAct },
    clock: quickClock(),
    terminals: { tell: noAct },
    ownFiles: { create: noAct },
    greetings: { read: noAct },
    observer: 2,
  };
}
