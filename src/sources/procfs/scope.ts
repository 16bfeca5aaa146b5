/**
 * The logind session of a process: pam_systemd(8) puts every login in the unit session-ID.scope, and the process's
 * cgroup path (/proc/PID/cgroup, cgroups(7)) names it. With cgroup v1 the line of the hierarchy name=systemd tells.
 */
export function parseLogindSession(cgroup: string): string | undefined {
  const path = /^\d+:(?:name=systemd)?:(.*)$/m.exec(cgroup)?.[1];
  return path === undefined ? undefined : /\/session-([^/]+)\.scope(?:\/|$)/.exec(path)?.[1];
}
