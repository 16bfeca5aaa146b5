/**
 * A folder with the journal of a busy server: a million entries of 140 days, two thirds of them by sshd, 25,000 logins, all else attempts
 * and other services. systemd-journal-remote(8) writes it; where it is not installed, Debian's
 * package is unpacked into a cache of our own.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const dayUs = 86_400_000_000;

export interface JournalSize {
  entries: number;
  logins: number;
  days: number;
}

/** As many files, each of one boot, which ends in order. */
const boots = 10;

/**
 * Writes a journal, which ends now.
 *
 * @param folder - is made.
 */
export async function writeJournal(folder: string, size: JournalSize): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { command, libraries } = converter();
  const endUs = Date.now() * 1000;
  for (let boot = 0; boot < boots; boot += 1) {
    const file = join(folder, `boot-${String(boot)}.journal`);
    const args = ["--split-mode=none", "--compress=no", "--seal=no", `--output=${file}`, "-"];
    const child = spawn(command, args, {
      stdio: ["pipe", "ignore", "ignore"],
      env: { ...process.env, LD_LIBRARY_PATH: libraries },
    });
    const ended = once(child, "exit");
    for (const text of entriesOfBoot(boot, endUs, size)) if (!child.stdin.write(text)) await once(child.stdin, "drain");
    child.stdin.end();
    const [exitCode] = (await ended) as unknown[];
    if (exitCode !== 0) throw new Error(`${command} has failed`);
  }
}

const installed = "/lib/systemd/systemd-journal-remote";

/** The program, and where its libraries are. */
function converter(): { command: string; libraries: string } {
  if (existsSync(installed)) return { command: installed, libraries: "" };
  const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "sshctl-bench");
  const root = join(cache, "journal-remote");
  if (!existsSync(root)) {
    mkdirSync(cache, { recursive: true });
    execFileSync("apt-get", ["download", "systemd-journal-remote", "libmicrohttpd12"], { cwd: cache, stdio: "ignore" });
    for (const name of readdirSync(cache).filter((each) => each.endsWith(".deb")))
      execFileSync("dpkg", ["-x", name, root], { cwd: cache });
  }
  const triplet = process.arch === "x64" ? "x86_64-linux-gnu" : "aarch64-linux-gnu";
  return { command: join(root, installed), libraries: join(root, "usr/lib", triplet) };
}

const machineId = "5c8f6f1d0c2b4d3e9a7b8c9d0e1f2a3b";

/** In the format of `journalctl -o export`: a block of text for each login, and what was written beside it. */
function* entriesOfBoot(boot: number, endUs: number, { entries, logins, days }: JournalSize): Generator<string> {
  const visits = logins / boots;
  const spanUs = (days * dayUs) / boots;
  const beginUs = endUs - (boots - boot) * spanUs;
  const bootId = boot.toString(16).padStart(32, "ab");
  const write = (atUs: number, fields: Readonly<Record<string, string>>): string => {
    const head = {
      __REALTIME_TIMESTAMP: String(Math.round(beginUs + atUs)),
      __MONOTONIC_TIMESTAMP: String(Math.round(atUs) + 1_000_000),
      _BOOT_ID: bootId,
      _MACHINE_ID: machineId,
      _HOSTNAME: "web1",
      PRIORITY: "6",
      _SOURCE_REALTIME_TIMESTAMP: String(Math.round(beginUs + atUs) - 20),
    };
    const lines = Object.entries({ ...head, ...fields }).map(([name, value]) => `${name}=${value}`);
    return `${lines.join("\n")}\n\n`;
  };
  yield write(0, journald("f77379a8490b408bbe5f6940505a777b", "Journal started"));
  for (let visit = 0; visit < visits; visit += 1) {
    const atUs = ((visit + 0.1) * spanUs) / visits;
    const number = boot * visits + visit;
    const own = [...linesOfVisit(number), ...linesBeside(number, Math.round(entries / logins) - linesOfOneVisit)];
    yield own
      .toSorted((a, b) => a.seconds - b.seconds)
      .map(({ seconds, fields }) => write(atUs + seconds * 1_000_000, fields))
      .join("");
  }
  yield write(spanUs - 2_000_000, {
    ...systemd("multi-user.target", "Stopped target Multi-User System."),
    MESSAGE_ID: "9d1aaa27d60140bd96365438aad20286",
  });
  yield write(spanUs - 1_000_000, journald("d93fb3c9c24d451a97cea615ce59c00b", "Journal stopped"));
}

interface Line {
  /** Since the login. */
  seconds: number;
  fields: Readonly<Record<string, string>>;
}

const linesOfOneVisit = 12;

const users = ["alice", "bob", "carol", "deploy", "erin"];

/** A login and its end, as Debian 13 writes them. */
function linesOfVisit(number: number): Line[] {
  const user = users[number % users.length] ?? "";
  const uid = String(1000 + (number % users.length));
  const pid = String(1000 + ((number * 37) % 4_000_000));
  const [address, port] = [`192.0.2.${String(number % 250)}`, String(1024 + ((number * 7) % 60_000))];
  const session = `c${String(number)}`;
  const fingerprint = `SHA256:${String(number % 40).padStart(3, "k")}${"x".repeat(40)}`;
  const endSeconds = 60 + (number % 40);
  return [
    sshd(0, pid, "0", `Accepted publickey for ${user} from ${address} port ${port} ssh2: ED25519 ${fingerprint}`),
    sshd(0.01, pid, "0", `pam_unix(sshd:session): session opened for user ${user}(uid=${uid}) by ${user}(uid=0)`),
    logind(0.02, pid, user, session, "8d45620c1a4348dbb17410da57c60c66", `New session ${session} of user ${user}.`),
    { seconds: 0.03, fields: systemd(`session-${session}.scope`, `Started session-${session}.scope - Session.`) },
    sshd(endSeconds, pid, uid, `Received disconnect from ${address} port ${port}:11: disconnected by user`),
    sshd(endSeconds, pid, uid, `Disconnected from user ${user} ${address} port ${port}`),
    sshd(endSeconds + 0.01, pid, "0", `pam_unix(sshd:session): session closed for user ${user}`),
    { seconds: endSeconds + 0.02, fields: systemd(`session-${session}.scope`, "Deactivated successfully.") },
    logind(endSeconds + 0.02, pid, user, session, "", `Session ${session} logged out. Waiting for processes to exit.`),
    logind(endSeconds + 0.03, pid, user, session, "3354939424b4456d9802ca8333ed424a", `Removed session ${session}.`),
    sshd(0.2, pid, "0", "lastlog_openseek: Couldn't stat /var/log/lastlog: No such file or directory"),
    sshd(0.3, pid, "0", "lastlog_openseek: Couldn't stat /var/log/lastlog: No such file or directory"),
  ];
}

/** What strangers try, and what other services write meanwhile. */
function linesBeside(number: number, count: number): Line[] {
  return Array.from({ length: count }, (_, index) => {
    const seconds = index * 2;
    const id = number * count + index;
    const pid = String(1000 + ((id * 11) % 4_000_000));
    const [address, port] = [`203.0.113.${String(id % 250)}`, String(1024 + ((id * 13) % 60_000))];
    if (index % 7 === 0 || index % 7 === 3)
      return {
        seconds,
        fields: {
          ...byProcess(pid, "33", "/usr/sbin/daemon", "daemon.service"),
          SYSLOG_IDENTIFIER: `daemon-${String(id % 40)}`,
          MESSAGE: `request ${String(id)} was answered`,
        },
      };
    const texts = [
      `Invalid user admin${String(id % 900)} from ${address} port ${port}`,
      `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}`,
      `Failed password for invalid user admin${String(id % 900)} from ${address} port ${port} ssh2`,
      `Connection closed by invalid user admin${String(id % 900)} ${address} port ${port} [preauth]`,
      `Received disconnect from ${address} port ${port}:11: Bye Bye [preauth]`,
    ];
    return sshd(seconds, pid, "0", texts[id % texts.length] ?? "");
  });
}

function sshd(seconds: number, pid: string, uid: string, message: string): Line {
  const exe = "/usr/lib/openssh/sshd-session";
  return {
    seconds,
    fields: {
      ...byProcess(pid, uid, exe, "ssh.service"),
      SYSLOG_IDENTIFIER: "sshd-session",
      SYSLOG_FACILITY: message.startsWith("pam_") ? "10" : "4",
      MESSAGE: message,
    },
  };
}

function logind(seconds: number, leader: string, user: string, session: string, id: string, message: string): Line {
  return {
    seconds,
    fields: {
      ...byProcess("700", "0", "/usr/lib/systemd/systemd-logind", "systemd-logind.service"),
      SYSLOG_IDENTIFIER: "systemd-logind",
      SESSION_ID: session,
      LEADER: leader,
      USER_ID: user,
      ...(id === "" ? {} : { MESSAGE_ID: id }),
      CODE_FILE: "src/login/logind-session.c",
      MESSAGE: message,
    },
  };
}

function systemd(unit: string, message: string): Record<string, string> {
  return {
    ...byProcess("1", "0", "/usr/lib/systemd/systemd", "init.scope"),
    SYSLOG_IDENTIFIER: "systemd",
    UNIT: unit,
    MESSAGE_ID: "39f53479d3a045ac8e11786248231fbf",
    CODE_FILE: "src/core/job.c",
    MESSAGE: message,
  };
}

function journald(id: string, message: string): Record<string, string> {
  return {
    ...byProcess("300", "0", "/usr/lib/systemd/systemd-journald", "systemd-journald.service"),
    SYSLOG_IDENTIFIER: "systemd-journald",
    MESSAGE_ID: id,
    MESSAGE: message,
  };
}

/** What journald adds of whoever wrote a line. */
function byProcess(pid: string, uid: string, exe: string, unit: string): Record<string, string> {
  return {
    _TRANSPORT: "syslog",
    _PID: pid,
    SYSLOG_PID: pid,
    _UID: uid,
    _GID: uid,
    _COMM: exe.slice(exe.lastIndexOf("/") + 1, exe.lastIndexOf("/") + 16),
    _EXE: exe,
    _CMDLINE: exe,
    _CAP_EFFECTIVE: "1ffffffffff",
    _SYSTEMD_CGROUP: `/system.slice/${unit}`,
    _SYSTEMD_UNIT: unit,
    _SYSTEMD_SLICE: "system.slice",
    _SYSTEMD_INVOCATION_ID: "8f1c0e6a3f5b4d2c9e7a1b2c3d4e5f60",
  };
}
