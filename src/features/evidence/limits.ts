/** How much is kept at most, of whatever: users choose the size of much of it, and the disk belongs to others, too. */
const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

export const evidenceLimits = {
  /** Bytes of one file that a process has deleted, or runs. */
  file: 256 * MiB,
  /** Bytes of the memory of one process. */
  memory: 512 * MiB,
  /** Bytes of all of it. */
  all: 2 * GiB,
  /** Bytes of all of it, with memory. */
  allWithMemory: 8 * GiB,
  /** Bytes of a text that the kernel makes up, such as an environment. */
  text: 4 * MiB,
  /** Bytes of a crontab or an at job. */
  job: MiB,
  /** Files of the sessions' that are kept. */
  files: 4096,
  processes: 2000,
  /** Open files that are listed, of one process and of all. */
  openFiles: 65_536,
  allOpenFiles: 262_144,
  /** The newest lines of the journal, of one session. */
  journalLines: 10_000,
  /** Characters of them. */
  journal: 64 * MiB,
} as const;
