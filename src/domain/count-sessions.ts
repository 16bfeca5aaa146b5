import type { Session } from "./session.ts";

/** The facts by which sessions can be counted. */
const facts = {
  user: ({ user }: Session) => user,
  from: ({ peer }: Session) => peer?.address,
  kind: ({ kind }: Session) => kind,
  phase: ({ phase }: Session) => phase,
  port: ({ local }: Session) => local && String(local.port),
  server: ({ server }: Session) => server,
  command: ({ command }: Session) => command,
} satisfies Record<string, (session: Session) => string | undefined>;

export type CountKey = keyof typeof facts;

export const countKeys = Object.keys(facts).filter((key): key is CountKey => key in facts);

export interface Count {
  /** Undefined for the sessions of which it is not known. */
  value: string | undefined;
  count: number;
}

/** The most frequent value first. */
export function countBy(sessions: readonly Session[], key: CountKey): Count[] {
  const counts = new Map<string | undefined, number>();
  for (const session of sessions) {
    const value = facts[key](session);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((a, b) => b.count - a.count || (a.value ?? "").localeCompare(b.value ?? "", "en"));
}
