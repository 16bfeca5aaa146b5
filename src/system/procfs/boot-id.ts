import { orUndefined, type Files } from "../../host/files/files.ts";

/** Which boot of the kernel this is, random(4): "4f1e0c6a-…"; undefined where it is not told. */
export function readBootId(files: Files): string | undefined {
  return orUndefined(files.read("/proc/sys/kernel/random/boot_id"))?.trim();
}
