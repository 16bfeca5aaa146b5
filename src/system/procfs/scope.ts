/**
 * The logind session of a process: pam_systemd(8) puts every login in the unit session-ID.scope, and the process's
 * cgroup path names it. In /proc/PID/cgroup, cgroups(7), systemd's own hierarchy is the unified one (empty controller
 * list) or the one called name=systemd; a machine may have both, of which one is unused. Below user@UID.service users name
 * scopes as they like.
 */
export function parseLogindSession(cgroup: string): string | undefined {
  if (!cgroup.includes("/session-")) return undefined;
  const paths = cgroup.matchAll(/^\d+:(?:name=systemd)?:(\/.*)$/gm);
  const sessions = [...paths].map(
    ([, path = ""]) => /^((?:(?!\/user@).)*)\/session-([^/]+)\.scope(?:\/|$)/.exec(path)?.[2],
  );
  return sessions.find((session) => session !== undefined);
}

/** The path of a process's control group in the unified hierarchy; undefined where there is none. */
export function parseUnifiedGroup(cgroup: string): string | undefined {
  return /^0::(\/.+)$/m.exec(cgroup)?.[1];
}
