/** In what servers differ when they read a line of authorized_keys. */
export interface LineRules {
  /** 1005 for OpenSSH 10.5; 0 where it is not known, which stands for the newest. */
  openssh: number;
  /** UseDNS: whether names in `from` can match. */
  usesNames: boolean;
  /** Whether the machine knows a TCP service of that name, services(5). */
  isService: (name: string) => boolean;
}

export const newestRules: LineRules = { openssh: 0, usesNames: true, isService: () => false };

/** Whether this server is of that version or later. */
export function isSince({ openssh }: Pick<LineRules, "openssh">, version: number): boolean {
  return openssh === 0 || openssh >= version;
}
