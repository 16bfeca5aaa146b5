/** The kernel cuts names there: proc_pid_comm(5). */
const longestComm = 15;

/**
 * Programs that leave a machine half changed when their session ends under them: packages half installed, disks half
 * partitioned, accounts locked. A name is enough to make people look; it proves nothing.
 */
const programs: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "installs packages":
      "apt apt-get aptitude dpkg do-release-upgrade unattended-upgrade dnf dnf5 yum rpm zypper pacman apk emerge snap flatpak needrestart",
    "changes disks":
      "fdisk sfdisk gdisk parted mkfs mke2fs mkfs.ext4 mkfs.xfs mkfs.btrfs resize2fs xfs_growfs e2fsck fsck fsck.ext4 xfs_repair btrfs lvm lvextend pvmove mdadm cryptsetup zpool zfs dd",
    "changes the boot": "grub-install grub-mkconfig update-grub update-initramfs mkinitramfs dracut mkinitcpio",
    "changes accounts": "passwd vipw vigr visudo chpasswd usermod useradd userdel",
    "copies or restores data":
      "mysqldump mariadb-dump mysql_upgrade pg_dump pg_dumpall pg_restore pg_upgrade mongodump mongorestore restic borg rsync",
    "changes the configuration of hosts": "ansible-playbook terraform puppet chef-client salt-call",
  }).flatMap(([danger, names]) => names.split(" ").map((name) => [name.slice(0, longestComm), danger] as const)),
);

/** What a process does that should not be interrupted. */
export interface Danger {
  pid: number;
  name: string;
  danger: string;
}

/** @param processes - with the kernel's names, which are cut at 15 characters. */
export function dangersAmong(processes: readonly { pid: number; comm: string }[]): Danger[] {
  return processes.flatMap(({ pid, comm }) => {
    const danger = programs.get(comm);
    return danger === undefined ? [] : [{ pid, name: comm, danger }];
  });
}
