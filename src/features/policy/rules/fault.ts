/** What is wrong with a file of rules, and where. */
export interface Fault {
  file: string;
  /** Counted from 1; undefined for the file as a whole. */
  place: Place | undefined;
  /** A sentence without a full stop. */
  message: string;
}

export interface Place {
  line: number;
  column: number;
}

/** "/etc/sshctl/policy.toml:4:1: ...", as compilers say it, so that editors find the place. */
export function describeFault({ file, place, message }: Fault): string {
  const where = place === undefined ? file : `${file}:${String(place.line)}:${String(place.column)}`;
  return `${where}: ${message}`;
}

/** Thrown inside of this room, by whatever reads a part. */
export class FaultError extends Error {
  /** The key that it is about; undefined for the table as a whole. */
  readonly key: string | undefined;

  constructor(key: string | undefined, message: string) {
    super(message);
    this.key = key;
  }
}
