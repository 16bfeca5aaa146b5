/** The world of a command on a recorded host: all facts come from the recording, and nothing can be done to it. */
import type { Context } from "../../src/cli/context.ts";
import type { Facts, Host } from "../../src/host/host.ts";
import { reportsOf } from "../../src/report/reports.ts";
import { withRecordedHost } from "../../src/system/recorded/recorded-host.ts";
import { hostFolder } from "../contract/recorded-hosts.ts";
import { fakeHost } from "../helpers/fake-host.ts";

export type Reading = Pick<Context, "reports" | "host">;

/** @param look - is given the ways to a recorded host, as a command has them. */
export async function onRecordedHost<T>(name: string, look: (reading: Reading) => Promise<T>): Promise<T> {
  return withRecordedHost(hostFolder(name), async (facts) => {
    const reports = reportsOf(nobodyActsOn(facts));
    return look({
      reports: async () =>
        Promise.resolve({ ...reports, read: async (request) => reports.read({ ...request, logins: false }) }),
      host: async () => Promise.resolve(fakeHost({ machine: { ...facts, observer: 2 } })),
    });
  });
}

function nobodyActsOn(facts: Facts): Host {
  return { facts, hands: async () => Promise.reject(new Error("a plan must not act")) };
}
