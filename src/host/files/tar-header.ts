/** One entry of an archive in the form "ustar", which every tar(1) reads: POSIX.1-2017, pax, "ustar Interchange Format". */
export interface TarEntry {
  /** Up to 100 characters of ASCII; that of a folder ends with a slash. */
  name: string;
  /** Bytes: below 8 GiB. */
  size: number;
  /** Milliseconds since the epoch. */
  writtenMs: number;
}

/** Everything in an archive fills blocks of that size. */
export const blockBytes = 512;

/** Belongs to root, and only its owner may read it. */
export function tarHeader({ name, size, writtenMs }: TarEntry): Buffer {
  if (!/^[\x21-\x7e]{1,100}$/.test(name)) throw new Error(`no name for an archive: ${name}`);
  const isFolder = name.endsWith("/");
  const header = Buffer.alloc(blockBytes);
  const put = (text: string, place: number) => header.write(text, place, "latin1");
  put(name, 0);
  put(octal(isFolder ? 0o700 : 0o600, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(size, 11), 124);
  put(octal(Math.floor(writtenMs / 1000), 11), 136);
  put(" ".repeat(8), 148);
  put(isFolder ? "5" : "0", 156);
  put("ustar", 257);
  put("00", 263);
  put("root", 265);
  put("root", 297);
  // The sum of all bytes, with blanks in its own place.
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${octal(sum, 6)}\0 `, 148);
  return header;
}

/** How many bytes of zero follow so many bytes. */
export function paddingAfter(bytes: number): number {
  return (blockBytes - (bytes % blockBytes)) % blockBytes;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
