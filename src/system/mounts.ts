/** What is mounted where a process lives: /proc/PID/mountinfo, proc_pid_mountinfo(5). */
export interface Mounts {
  /** The type of the file system, by the number of the mount. */
  typeOf: (mount: number) => string | undefined;
  /** The same by the number of its device, "8:1". */
  typeOnDevice: (device: string) => string | undefined;
}

/** Fields: mount ID, parent ID, major:minor, root, mount point, options, optional fields, a lone dash, type. */
export function parseMounts(mountinfo: string): Mounts {
  const rows = [...mountinfo.matchAll(/^(\d+) \d+ (\d+:\d+) .*? - (\S+) /gm)];
  const byNumber = new Map(rows.map(([, id, , type = ""]) => [Number(id), type]));
  const byDevice = new Map(rows.map(([, , device = "", type = ""]) => [device, type]));
  return { typeOf: (mount) => byNumber.get(mount), typeOnDevice: (device) => byDevice.get(device) };
}

/** Whether files there are on a disk of this machine or in its memory, so that the kernel answers by itself. */
export function isLocalType(type: string): boolean {
  return localTypes.test(type);
}

const localTypes =
  /^(?:ext[234]|xfs|btrfs|f2fs|zfs|bcachefs|jfs|reiserfs|tmpfs|devtmpfs|ramfs|rootfs|overlay|aufs|squashfs|erofs|iso9660|udf|vfat|msdos|exfat|ntfs3|hugetlbfs)$/;
