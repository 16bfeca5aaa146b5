import { installedDaemon, type Daemon } from "../../src/system/sshd/daemons.ts";

/** Debian's: one process that ssh.service has started. */
export function daemon(given: Partial<Daemon> = {}): Daemon {
  return {
    ...installedDaemon,
    pid: 800,
    program: "/usr/sbin/sshd",
    optionsFrom: "unit",
    service: { name: "ssh.service", manager: "systemd" },
    ends: [{ address: "0.0.0.0", port: 22 }],
    ...given,
  };
}
