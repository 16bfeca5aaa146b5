/** One generation of Debian, and with it one generation of OpenSSH. What differs between them is data, here and nowhere else. */
export interface Suite {
  readonly name: SuiteName;
  /** The debootstrap script to use when this host's debootstrap has none of the suite's own name. */
  readonly fallbackScript: string;
  /** What goes into the root beside `commonPackages`. */
  readonly packages: readonly string[];
  /** The client's `ssh -V`, up to the minor version. */
  readonly openssh: string;
  /** The process name of the server side of a connection. */
  readonly sessionProcess: "sshd" | "sshd-session";
  /** A login of root has a monitor process beside its session process. */
  readonly rootHasMonitor: boolean;
  /** The monitor of an authenticated session is titled `[postauth]` instead of `[priv]`. */
  readonly titlesPostauth: boolean;
  /** sshd says at its usual level that a client is gone, and by which signal a session ended (since 9.8). */
  readonly logsPartings: boolean;
  /** sshd refuses addresses that misbehave, unless told otherwise. */
  readonly hasPerSourcePenalties: boolean;
  /** sshd takes over listening sockets of the service manager (Debian's, since 9.1). */
  readonly adoptsSockets: boolean;
  /** sshd closes idle channels (ChannelTimeout, since 9.2). */
  readonly hasChannelTimeout: boolean;
  /** It does so in Match blocks, too (since 10.5). */
  readonly hasChannelTimeoutInMatch: boolean;
  /** Its mirror has OpenSCAP with the content of all products that are tested against; the others' content is older or missing. */
  readonly hasOpenscap: boolean;
  /** There is a /usr/bin/node from the suite's own packages. */
  readonly hasOwnNode: boolean;
  /** Services that are kept from changing the kernel see the host's boot ID (systemd 247 and 252): see boot.sh. */
  readonly protectedServicesSeeHostsBoot: boolean;
  /** There is an AT&T ksh. */
  readonly hasKsh: boolean;
}

export type SuiteName = "bullseye" | "bookworm" | "trixie" | "forky";

export const commonPackages: readonly string[] = [
  "openssh-server",
  "openssh-client",
  "openssh-sftp-server",
  "dropbear-bin",
  "systemd",
  "systemd-sysv",
  "dbus",
  "libpam-systemd",
  "passwd",
  "sudo",
  "acl",
  "procps",
  "psmisc",
  "iproute2",
  "netcat-openbsd",
  "util-linux",
  "bsdutils",
  "busybox",
  "mksh",
  "zsh",
  "tmux",
  "screen",
  "libstdc++6",
];

export const suites: readonly Suite[] = [
  {
    name: "bullseye",
    fallbackScript: "sid",
    packages: ["ksh"],
    openssh: "8.4",
    sessionProcess: "sshd",
    rootHasMonitor: false,
    titlesPostauth: false,
    logsPartings: false,
    hasPerSourcePenalties: false,
    adoptsSockets: false,
    hasChannelTimeout: false,
    hasChannelTimeoutInMatch: false,
    hasOpenscap: false,
    hasOwnNode: false,
    protectedServicesSeeHostsBoot: true,
    hasKsh: true,
  },
  {
    name: "bookworm",
    fallbackScript: "sid",
    packages: ["util-linux-extra", "ksh93u+m"],
    openssh: "9.2",
    sessionProcess: "sshd",
    rootHasMonitor: false,
    titlesPostauth: false,
    logsPartings: false,
    hasPerSourcePenalties: false,
    adoptsSockets: true,
    hasChannelTimeout: true,
    hasChannelTimeoutInMatch: false,
    hasOpenscap: false,
    hasOwnNode: false,
    protectedServicesSeeHostsBoot: true,
    hasKsh: true,
  },
  {
    name: "trixie",
    fallbackScript: "sid",
    packages: ["util-linux-extra", "ksh93u+m", "nodejs"],
    openssh: "10.0",
    sessionProcess: "sshd-session",
    rootHasMonitor: true,
    titlesPostauth: false,
    logsPartings: true,
    hasPerSourcePenalties: true,
    adoptsSockets: true,
    hasChannelTimeout: true,
    hasChannelTimeoutInMatch: false,
    hasOpenscap: true,
    hasOwnNode: true,
    protectedServicesSeeHostsBoot: false,
    hasKsh: true,
  },
  {
    name: "forky",
    fallbackScript: "sid",
    packages: ["util-linux-extra", "nodejs"],
    openssh: "10.6",
    sessionProcess: "sshd-session",
    rootHasMonitor: true,
    titlesPostauth: true,
    logsPartings: true,
    hasPerSourcePenalties: true,
    adoptsSockets: true,
    hasChannelTimeout: true,
    hasChannelTimeoutInMatch: true,
    hasOpenscap: false,
    hasOwnNode: true,
    protectedServicesSeeHostsBoot: false,
    hasKsh: false,
  },
];

/** The suite of that name; throws with the known names for any other. */
export function suiteNamed(name: string): Suite {
  const suite = suites.find((candidate) => candidate.name === name);
  if (suite === undefined) {
    const known = suites.map((candidate) => candidate.name).join(", ");
    throw new Error(`there is no suite "${name}" in the lab, only ${known}`);
  }
  return suite;
}

/** All suites, or those that a developer asked for with SSHCTL_LAB_SUITES=trixie,forky. */
export function everySuite(): readonly Suite[] {
  const chosen = process.env["SSHCTL_LAB_SUITES"];
  return chosen ? chosen.split(",").map((name) => suiteNamed(name.trim())) : suites;
}

/** Whether nothing is left out to save time: with `npm run test:all`, and where a developer names the suites. */
export function runsEverything(): boolean {
  return process.env["SSHCTL_LAB_ALL"] === "1" || Boolean(process.env["SSHCTL_LAB_SUITES"]);
}

/** The first and the last of all suites; where nothing is left out, every one. */
export function oldestAndNewest(): readonly Suite[] {
  const every = everySuite();
  return runsEverything() ? every : [...every.slice(0, 1), ...every.slice(-1)];
}
