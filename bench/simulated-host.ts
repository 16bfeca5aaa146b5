/** Writes a /proc that looks like that of a host with many sessions, for what no real machine here could hold. */
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { statText, tcpText, type TcpRow } from "../test/helpers/proc-text.ts";

const bootedAgoSeconds = 1_000_000;
const home = "net:[4026531840]";

interface Simulated {
  pid: number;
  ppid: number;
  sid: number;
  comm: string;
  tty?: string;
}

/** @returns the folder that stands for `/`, below a file system in memory. */
export function writeHost(sessions: number, processes: number): string {
  const root = mkdtempSync("/dev/shm/sshctl-bench-");
  const proc = join(root, "proc");
  for (const folder of ["proc/net", "proc/self/ns", "dev/pts", "etc"])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(
    join(root, "etc/passwd"),
    "root:x:0:0::/root:/bin/sh\nsshd:x:105:1::/:/bin/false\nalice:x:1000:1000::/home/alice:/bin/sh\n",
  );
  writeFileSync(join(proc, "uptime"), `${String(bootedAgoSeconds)}.00 1.00\n`);
  symlinkSync(home, join(proc, "self/ns/net"));
  writeProcess(proc, { pid: 1, ppid: 0, sid: 1, comm: "systemd" });
  const listener = { pid: 2, ppid: 1, sid: 2, comm: "sshd" };
  writeServer(proc, listener, 0, "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", { 3: 1 });
  const rows: TcpRow[] = [{ inode: 1, listening: true, local: { address: "0.0.0.0", port: 22 } }];
  for (let index = 0; index < sessions; index += 1) rows.push(writeSession(root, index));
  for (let pid = 3 + sessions * 3; pid <= processes; pid += 1)
    writeProcess(proc, { pid, ppid: 1, sid: pid, comm: "daemon" });
  writeFileSync(join(proc, "net/tcp"), tcpText(rows));
  writeFileSync(join(proc, "net/tcp6"), tcpText([]));
  writeFileSync(join(proc, "net/unix"), "Num       RefCount Protocol Flags    Type St Inode Path\n");
  return root;
}

function writeSession(root: string, index: number): TcpRow {
  const proc = join(root, "proc");
  const pid = 3 + index * 3;
  const inode = 100 + index * 10;
  const tty = `pts/${String(index)}`;
  const fds = { 4: inode + 1, 6: inode, 7: inode + 2, 9: inode + 3 };
  writeServer(proc, { pid, ppid: 2, sid: pid, comm: "sshd-session" }, 0, "sshd-session: alice [priv]", fds);
  const child = { pid: pid + 1, ppid: pid, sid: pid, comm: "sshd-session" };
  writeServer(proc, child, 1000, `sshd-session: alice@${tty}`, fds);
  const shell = writeProcess(proc, { pid: pid + 2, ppid: pid + 1, sid: pid + 2, comm: "bash", tty });
  writeFileSync(join(shell, "cmdline"), "-bash\0");
  writeFileSync(join(root, "dev", tty), "");
  const peer = {
    address: `10.${String(index >> 14)}.${String((index >> 7) & 127)}.${String(index & 127)}`,
    port: 40_000,
  };
  return { inode, local: { address: "10.0.0.1", port: 22 }, remote: peer };
}

function writeProcess(proc: string, process: Simulated): string {
  const folder = join(proc, String(process.pid));
  mkdirSync(folder);
  writeFileSync(join(folder, "stat"), statText({ ...process, pgid: process.sid, startTicks: process.pid * 10 }));
  return folder;
}

function writeServer(
  proc: string,
  process: Simulated,
  uid: number,
  title: string,
  sockets: Readonly<Record<number, number>>,
): void {
  const folder = writeProcess(proc, process);
  const status = `Name:\t${process.comm}\nPPid:\t${String(process.ppid)}\nUid:\t${`${String(uid)}\t`.repeat(4)}\nNSpid:\t${String(process.pid)}\n`;
  writeFileSync(join(folder, "status"), status);
  writeFileSync(join(folder, "cmdline"), `${title}\0\0`);
  writeFileSync(join(folder, "cgroup"), `0::/user.slice/user-1000.slice/session-${String(process.pid)}.scope\n`);
  mkdirSync(join(folder, "fd"));
  mkdirSync(join(folder, "ns"));
  symlinkSync(home, join(folder, "ns/net"));
  symlinkSync(`/usr/sbin/${process.comm}`, join(folder, "exe"));
  for (const fd of [0, 1, 2, 3]) if (!(fd in sockets)) symlinkSync("/dev/null", join(folder, "fd", String(fd)));
  for (const [fd, inode] of Object.entries(sockets)) symlinkSync(`socket:[${String(inode)}]`, join(folder, "fd", fd));
}
