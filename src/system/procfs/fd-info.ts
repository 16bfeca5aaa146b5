/** What the kernel tells of an open file of a process: /proc/PID/fdinfo/N, proc_pid_fdinfo(5). */
export interface FdInfo {
  /** Where it is read or written next, in bytes. */
  position: number | undefined;
  /** As for open(2), in octal: "0100002". */
  flags: string | undefined;
  /** Number of the mount. */
  mount: number | undefined;
}

export function parseFdInfo(text: string): FdInfo {
  const field = (name: string) => new RegExp(String.raw`^${name}:\t(\d+)$`, "m").exec(text)?.[1];
  const number = (name: string) => {
    const value = field(name);
    return value === undefined ? undefined : Number(value);
  };
  return { position: number("pos"), flags: field("flags"), mount: number("mnt_id") };
}
