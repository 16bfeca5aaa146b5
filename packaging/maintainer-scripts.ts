/** What package managers run beside laying and removing files, in sh(1). */

/** A service that runs goes on with the new program: parts of the old one, which it may still need, are gone. */
const renewService = `if [ -d /run/systemd/system ]; then
  systemctl daemon-reload || true
  systemctl try-restart sshctl-policy.service || true
fi
`;

/**
 * Before the program goes, its services end, the numbers that one of them has written go, since nobody renews them, and it names the locks that it has put on: they stay, and their timers have nothing to start
 * any more.
 */
const takeLeave = `if [ -d /run/systemd/system ]; then
  systemctl disable --now sshctl-policy.service sshctl-metrics.timer sshctl-keys-metrics.timer >/dev/null 2>&1 || true
fi
rm -f /var/lib/prometheus/node-exporter/sshctl.prom /var/lib/prometheus/node-exporter/sshctl-keys.prom
if [ -n "$(ls -A /var/lib/sshctl/locks 2>/dev/null)" ]; then
  echo "sshctl: these locks stay without sshctl, also those that were to end by themselves:" >&2
  sshctl locks --color never >&2 || true
fi
`;

/** https://www.debian.org/doc/debian-policy/ch-maintainerscripts.html: an upgrade removes nothing. */
export const debianScripts = {
  postinst: `#!/bin/sh\nset -e\n[ "$1" = configure ] || exit 0\n${renewService}`,
  prerm: `#!/bin/sh\nset -e\n[ "$1" = remove ] || exit 0\n${takeLeave}`,
} as const;

/** Scriptlets of a spec file: the first argument is how many of that name will be there. */
export const rpmScripts = {
  post: renewService,
  preun: `[ "$1" = 0 ] || exit 0\n${takeLeave}`,
} as const;
