import { readFileSync } from "node:fs";

/** For messages: "root", by passwd(5), and "uid 1003" where no local account has it. */
export function userName(uid: number): string {
  if (uid === 0) return "root";
  return nameIn(passwd(), uid) ?? `uid ${String(uid)}`;
}

function passwd(): string {
  try {
    return readFileSync("/etc/passwd", "utf8");
  } catch {
    return "";
  }
}

/** Only what useradd(8) takes for a name is shown as one. */
function nameIn(text: string, uid: number): string | undefined {
  return new RegExp(String.raw`^([A-Za-z_][\w.-]*\$?):[^:\n]*:${String(uid)}:`, "m").exec(text)?.[1];
}
