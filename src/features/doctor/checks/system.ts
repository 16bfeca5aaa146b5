/** Which system this is, and whether sshctl was tried on it: os-release(5). */
import { orUndefined } from "../../../host/files/files.ts";
import { ok, optional, type Check } from "./check.ts";
import type { DoctorHost } from "./machine.ts";

/** Whole machines of these versions run in the tests, with logins at a real sshd. */
const tested = new Set(["11", "12", "13"]);
const testedNames = new Set(["bullseye", "bookworm", "trixie", "forky"]);
const testedText = "Debian 11, 12, 13 and forky";

export function examineSystem({ files }: Pick<DoctorHost, "files">): Check {
  const text = orUndefined(files.read("/etc/os-release")) ?? orUndefined(files.read("/usr/lib/os-release")) ?? "";
  const fields = new Map(text.split("\n").flatMap((line) => fieldIn(line) ?? []));
  const name = fields.get("PRETTY_NAME") ?? fields.get("ID") ?? "a system without a name";
  const isDebian = fields.get("ID") === "debian";
  const isTested =
    isDebian && (tested.has(fields.get("VERSION_ID") ?? "") || testedNames.has(fields.get("VERSION_CODENAME") ?? ""));
  if (isTested) return ok("system", `${name}, on which sshctl is tested`);
  return optional(
    "system",
    `${name}: sshctl is tested on ${testedText} only`,
    "try lock and timeout where you can still get in otherwise first; lock --probe proves a lock by a login",
  );
}

function fieldIn(line: string): [[string, string]] | undefined {
  const [, key, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
  return key === undefined || value === undefined ? undefined : [[key, value.replace(/^(["'])(.*)\1$/, "$2")]];
}
