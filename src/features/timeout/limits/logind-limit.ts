import { orUndefined, type Files } from "../../../host/files/files.ts";
import type { Limit, LimitSetting } from "./limit-report.ts";

/** logind.conf(5): the main file of the first folder that has one, then the drop-ins of all by name; the last line wins. */
const folders = ["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd"];

/** StopIdleSessionSec of logind, which stops whole sessions. */
export function logindLimit(files: Files): Limit {
  const main = folders
    .map((folder) => `${folder}/logind.conf`)
    .find((path) => orUndefined(files.read(path)) !== undefined);
  const settings = [...(main === undefined ? [] : [main]), ...dropIns(files)].flatMap((path) =>
    settingsIn(path, files),
  );
  for (const setting of settings.slice(0, -1)) setting.outcome = "replaced";
  const seconds = settings.at(-1)?.seconds;
  return {
    means: "logind",
    seconds,
    describe:
      seconds === undefined
        ? "sessions are not stopped"
        : "the session is stopped with all its processes, once its terminal has had no input",
    settings,
    remarks:
      seconds === undefined
        ? []
        : [
            "Sessions of which logind knows no terminal: commands, sftp, tunnels, multiplexed connections, and all where there is no utmp.",
            "It does end programs that only write, and tmux with all that runs in it.",
          ],
  };
}

/** A name in an earlier folder hides the same name in a later one. */
function dropIns(files: Files): string[] {
  const paths = new Map<string, string>();
  for (const folder of folders.map((each) => `${each}/logind.conf.d`))
    for (const name of orUndefined(files.names(folder)) ?? [])
      if (name.endsWith(".conf") && !paths.has(name)) paths.set(name, `${folder}/${name}`);
  return [...paths].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

function settingsIn(path: string, files: Files): LimitSetting[] {
  return (orUndefined(files.read(path)) ?? "").split("\n").flatMap((text, index) => {
    const value = /^\s*StopIdleSessionSec\s*=\s*(.*?)\s*$/.exec(text)?.[1];
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
