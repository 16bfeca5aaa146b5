/** Programs beside SSH servers that let people in. What they ask of an account, sshd and its configuration do not decide. */
import type { Account } from "../../system/accounts.ts";
import type { Process, ProcessTable } from "../../domain/process.ts";
import { isPresent, type Files } from "../../host/files/files.ts";
import type { OtherDoor } from "./access-report.ts";

/** By the name of the process, which the kernel cuts at 15 characters. */
const known: ReadonlyMap<string, string> = new Map([
  ["cockpit-ws", "logs in by password in a browser"],
  ["cockpit-tls", "logs in by password in a browser"],
  ["tailscaled", "Tailscale SSH, where it is on, asks no key and no sshd"],
  ["teleport", "has its own logins and locks"],
  ["amazon-ssm-agen", "opens shells for whom AWS lets in"],
  ["ssm-agent-worke", "opens shells for whom AWS lets in"],
  ["xrdp", "logs in by password to a desktop"],
  ["miniserv.pl", "Webmin logs in by password in a browser"],
  ["shellinaboxd", "logs in by password in a browser"],
  ["ttyd", "gives a terminal in a browser"],
  ["gotty", "gives a terminal in a browser"],
  ["in.telnetd", "logs in by password"],
  ["telnetd", "logs in by password"],
  ["vsftpd", "gives files by password"],
  ["proftpd", "gives files by password"],
  ["smbd", "gives files by its own password"],
]);

export function findOtherDoors(account: Account, processes: ProcessTable, files: Files): OtherDoor[] {
  const found = new Map<string, OtherDoor>();
  for (const process of processes.values()) {
    const text = textOf(process, account, files);
    const name = process.comm;
    if (text !== undefined && !found.has(name)) found.set(name, { name, pid: process.pid, text });
  }
  return [...found.values()];
}

/** A server of mosh goes on whatever happens to the connection that has started it. */
function textOf({ comm, pid }: Process, { uid }: Account, files: Files): string | undefined {
  if (comm !== "mosh-server") return known.get(comm);
  const facts = files.facts(`/proc/${String(pid)}`);
  return isPresent(facts) && facts.uid === uid
    ? "an open mosh session of the account, which asks sshd no more"
    : undefined;
}
