/** Files that are written once, for somebody else to read: in a folder of their own (new-folder.ts), or as an archive (tar-output.ts). */

/** A file that was added. */
export interface AddedFile {
  name: string;
  bytes: number;
  /** Of all of it, in hexadecimal. */
  sha256: string;
  /** How many bytes of zero stand at its end because it became shorter while it was read: an archive tells sizes beforehand. */
  padding: number;
}

export interface NewArchive {
  /** The absolute path of the folder; "-" for standard output. */
  place: string;
  /**
   * @param name - relative, of letters, digits, dots, dashes and slashes; never one that anybody else has chosen.
   * @param size - bytes that will come, as far as is known. What comes beyond is left out.
   * @throws FileTrouble
   */
  add: (name: string, size: number, chunks: Iterable<Buffer>) => AddedFile;
  /**
   * Brings all of it to the disk, or ends the archive.
   *
   * @throws FileTrouble
   */
  finish: () => Promise<void>;
}

export interface NewArchives {
  /** Whether there is anything of that name, links included. */
  isThere: (path: string) => boolean;
  /**
   * Bytes that there is room for where such a folder would be.
   *
   * @throws FileTrouble
   */
  freeBytes: (path: string) => number;
  /**
   * Makes a new folder that only its owner can look into.
   *
   * @returns "exists" where there is anything of that name.
   * @throws FileTrouble
   */
  inFolder: (path: string) => NewArchive | "exists";
  /** @param folder - in which everything in the archive is. */
  onOutput: (folder: string) => NewArchive;
  /** Whether standard output is a terminal, which an archive would only confuse. */
  isOutputTerminal: () => boolean;
}
