/**
 * The logind session of a process: pam_systemd(8) puts every login in the unit session-ID.scope, and the process's
 * cgroup path names it. In /proc/PID/cgroup, cgroups(7), systemd's own hierarchy is the unified one (empty controller
 * list) or the one called name=systemd; a machine may have both, of which one is unused.
 */
export function parseLogindSession(cgroup: string): string | undefined {
  return /^\d+:(?:name=systemd)?:(?:.*\/)?session-([^/\n]+)\.scope(?:\/|$)/m.exec(cgroup)?.[1];
}
