/**
 * How much is read at most, of whatever. Every limit has its reason here, and its line in SECURITY.md: a user chooses the size of
 * much that root reads, and a process can have a terabyte of arguments that cost it nothing (PR_SET_MM_MAP, prctl(2)).
 */
const KiB = 1024;
const MiB = 1024 * KiB;

export const limits = {
  /** Bytes of /proc/PID/cmdline. A title of sshd's has 1,023 at most (setproctitle() in its openbsd-compat). */
  commandLine: 4 * KiB,
  /** Bytes of /proc/PID/environ. What sshd has set stands within the first few hundred. */
  environment: 32 * KiB,
  /** Bytes of a table of sockets: some 450,000 rows. */
  socketTable: 64 * MiB,
  /** Characters of a line of a log file: whatever is longer (a hole, a device's bytes) is no log. */
  logLine: MiB,
  /** Bytes of every other text. */
  text: 64 * MiB,
  /** Names in a folder. The kernel gives out no more PIDs than that (pid_max, proc_sys_kernel(5)). */
  names: 4 * MiB,
  /** Open files of one process that are looked at. */
  openFiles: 4096,
  /** Network namespaces that are looked into, beside those in which root runs a server. */
  usersNetworks: 32,
  /** Open files that are looked at in all, where the holder of a socket or a terminal is searched, or what listens. */
  searchedFiles: 20_000,
} as const;
