import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { withRecordedHost } from "../../src/system/recorded/recorded-host.ts";
import type { SourceSet } from "../../src/domain/report-request.ts";
import { readSnapshot } from "../../src/system/procfs/snapshot.ts";
import { readToolsSnapshot } from "../../src/system/tools/snapshot.ts";
import type { ExpectedHost } from "./expected-host.ts";

const folder = fileURLToPath(new URL("../fixtures/hosts/", import.meta.url));

/** Machines without procps and iproute2. */
const withoutTools: ReadonlySet<string> = new Set(["alpine"]);

export const recordedHosts = readdirSync(folder);
export const hostsWithTools = recordedHosts.filter((name) => !withoutTools.has(name));
export const hostsWithoutTools = recordedHosts.filter((name) => withoutTools.has(name));

export function hostFolder(name: string): string {
  return `${folder}${name}`;
}

export function expectedOf(name: string): ExpectedHost {
  return JSON.parse(readFileSync(`${folder}${name}/expected.json`, "utf8")) as ExpectedHost;
}

export async function snapshotOf(name: string, set: SourceSet): Promise<Snapshot> {
  return withRecordedHost(hostFolder(name), async (machine) =>
    set === "procfs" ? Promise.resolve(readSnapshot(machine)) : readToolsSnapshot(machine),
  );
}
