/** Prints how many milliseconds one list of the host in a folder takes, start-up not counted. A process of its own. */
import { chooseSessions } from "../src/domain/choose-sessions.ts";
import { assembleSessions } from "../src/domain/assemble-sessions.ts";
import { phases } from "../src/domain/session.ts";
import { createFiles } from "../src/host/files/files.ts";
import { renderSessionsJson } from "../src/features/sessions/text/sessions-json.ts";
import { readSnapshot } from "../src/system/procfs/snapshot.ts";

const started = performance.now();
const files = createFiles(process.argv[2]);
const nobody = { observer: undefined, pause: () => undefined };
const report = assembleSessions(readSnapshot({ files, now: Date.now, hostName: () => "host", ...nobody }));
const chosen = chooseSessions(report, { criteria: [], phases, containers: false });
const text = renderSessionsJson({ report, chosen, fullCommand: false });
const took = performance.now() - started;
process.stdout.write(JSON.stringify({ sessions: chosen.sessions.length, characters: text.length, took }));
