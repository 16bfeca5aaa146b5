import { orUndefined, type Files } from "../../host/files/files.ts";

/**
 * Where journald writes at this moment: systemd-journald.service(8), "Files". What its configuration says counts only from its next
 * start on, and a folder on the disk may be left over.
 *
 * @returns undefined where no journal is seen.
 */
export function journalStorage(files: Files): "disk" | "memory" | undefined {
  const machine = orUndefined(files.read("/etc/machine-id"))?.trim() ?? "";
  const isWritten = (folder: string) =>
    (orUndefined(files.names(`${folder}/journal/${machine}`)) ?? []).includes("system.journal");
  if (isWritten("/run/log")) return "memory";
  return isWritten("/var/log") ? "disk" : undefined;
}
