import { orUndefined, type Files } from "../../../host/files/files.ts";
import type { TimeoutHost } from "../machine.ts";
import type { Limit, LimitSetting } from "./limit-report.ts";

/** logind.conf(5): the main file of the first folder that has one, then the drop-ins of all by name; the last line wins. */
const folders = ["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd"];

/** What logind itself says, and since when it has the limit, and ends sessions of SSH by it no more. */
const [firstVersion, firstWithoutTerminals] = [252, 257];

/** StopIdleSessionSec of logind, which stops whole sessions. */
export async function logindLimit(host: Pick<TimeoutHost, "files" | "programs">): Promise<Limit> {
  const settings = settingsOfAll(host.files);
  const version = await readVersion(host);
  if (version === undefined)
    return {
      ...none,
      seconds: settings.length === 0 ? undefined : "unknown",
      describe: settings.length === 0 ? "no file sets it" : "it is not known which logind runs here, if any",
      settings: withOutcome(settings, "unknown"),
    };
  if (version < firstVersion)
    return {
      ...none,
      describe: `logind of systemd ${String(version)} has no StopIdleSessionSec, which was added in systemd ${String(firstVersion)}`,
      settings: withOutcome(settings, "skipped"),
    };
  if (version >= firstWithoutTerminals)
    return {
      ...none,
      describe: `since systemd ${String(firstWithoutTerminals)} logind does not know the terminals of SSH sessions, and never stops them for being idle`,
      settings: withOutcome(settings, "skipped"),
    };
  return limitInForce(await readRunningLimit(host), settings);
}

const none = { means: "logind", seconds: undefined, remarks: [] } as const;

function withOutcome(settings: readonly LimitSetting[], outcome: LimitSetting["outcome"]): LimitSetting[] {
  return settings.map((setting) => ({ ...setting, outcome }));
}

function limitInForce(seconds: Limit["seconds"], settings: readonly LimitSetting[]): Limit {
  if (seconds === "unknown")
    return { ...none, seconds, describe: "logind does not report it", settings: withOutcome(settings, "unknown") };
  const last = settings.at(-1);
  // logind reads its files when it starts.
  const isStale = last !== undefined && last.seconds !== seconds;
  const outcomes = settings.map((setting): LimitSetting =>
    setting !== last ? { ...setting, outcome: "replaced" } : isStale ? { ...setting, outcome: "skipped" } : setting,
  );
  const stale = isStale
    ? ["logind has not read its files since they were changed; it reads them when it is restarted."]
    : [];
  if (seconds === undefined)
    return { ...none, describe: "sessions are not stopped", settings: outcomes, remarks: stale };
  return {
    means: "logind",
    seconds,
    describe: "the session is stopped with all its processes, once its terminal has had no input",
    settings: outcomes,
    remarks: [
      "Sessions without a terminal that logind knows are not stopped: commands, sftp, tunnels, multiplexed connections, and root's shells.",
      "It does end programs that only write, and tmux with everything that runs in it.",
      ...stale,
    ],
  };
}

const limitMs = 5000;

/** That of the running service manager: its "Version" is "252.39-1~deb12u1" and the like. */
async function readVersion({ programs }: Pick<TimeoutHost, "programs">): Promise<number | undefined> {
  const output = await programs.run("busctl", ["get-property", ...managerOf("systemd1"), "Version"], limitMs);
  const version = /^s "(?:systemd )?v?(\d{1,4})\b/.exec(output?.stdout ?? "")?.[1];
  return version === undefined ? undefined : Number(version);
}

/** Microseconds; the largest number means none: org.freedesktop.login1(5). */
async function readRunningLimit({ programs }: Pick<TimeoutHost, "programs">): Promise<Limit["seconds"]> {
  const output = await programs.run("busctl", ["get-property", ...managerOf("login1"), "StopIdleSessionUSec"], limitMs);
  const digits = /^t (\d{1,20})$/m.exec(output?.stdout ?? "")?.[1];
  if (digits === undefined) return "unknown";
  return digits.length > 18 || digits === "0" ? undefined : Math.ceil(Number(digits) / 1_000_000);
}

function managerOf(service: "login1" | "systemd1"): [string, string, string] {
  const name = `org.freedesktop.${service}`;
  return [name, `/org/freedesktop/${service}`, `${name}.Manager`];
}

/** Of the files, in the order in which they are read; the last one counts. */
function settingsOfAll(files: Files): LimitSetting[] {
  const main = folders
    .map((folder) => `${folder}/logind.conf`)
    .find((path) => orUndefined(files.read(path)) !== undefined);
  return [...(main === undefined ? [] : [main]), ...dropIns(files)].flatMap((path) => settingsIn(path, files));
}

/** A name in an earlier folder hides the same name in a later one. */
function dropIns(files: Files): string[] {
  const paths = new Map<string, string>();
  for (const folder of folders.map((each) => `${each}/logind.conf.d`))
    for (const name of orUndefined(files.names(folder)) ?? [])
      if (name.endsWith(".conf") && !paths.has(name)) paths.set(name, `${folder}/${name}`);
  return [...paths].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

/** Only below [Login], as systemd.syntax(7) has it. */
function settingsIn(path: string, files: Files): LimitSetting[] {
  let section = "";
  return (orUndefined(files.read(path)) ?? "").split("\n").flatMap((text, index) => {
    section = /^\s*\[(.*)\]\s*$/.exec(text)?.[1] ?? section;
    const value = section === "Login" ? /^\s*StopIdleSessionSec\s*=\s*(.*?)\s*$/.exec(text)?.[1] : undefined;
    if (value === undefined) return [];
    return { path, line: index + 1, text: text.trim(), seconds: parseTimeSpan(value), ours: false, outcome: "applies" };
  });
}

const units: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
  w: 604_800,
  week: 604_800,
  weeks: 604_800,
};

/** The usual part of systemd.time(7): "15min", "1h 30min", "900", "infinity". */
function parseTimeSpan(text: string): LimitSetting["seconds"] {
  if (text === "" || text === "infinity" || text === "0") return undefined;
  if (!/^(?:\d{1,9}\s*[a-z]*\s*)+$/.test(text)) return "unknown";
  let total = 0;
  for (const [, digits = "", unit = ""] of text.matchAll(/(\d+)\s*([a-z]*)/g)) {
    const factor = unit === "" ? 1 : units[unit];
    if (factor === undefined) return "unknown";
    total += Number(digits) * factor;
  }
  return total;
}
