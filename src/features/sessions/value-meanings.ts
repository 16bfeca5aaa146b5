/** What the values of options mean, as the help explains them. */
import type { CountKey } from "../../domain/count-sessions.ts";
import type { ForwardKind } from "../../domain/forwards.ts";
import type { Phase, SessionKind } from "../../domain/session.ts";

export const kindMeanings: Readonly<Record<SessionKind, string>> = {
  shell: "a login shell, usually on a terminal",
  command: "a command instead of a shell: ssh HOST COMMAND, rsync, git",
  sftp: "an sftp server: sftp, sshfs, and scp of OpenSSH 9.0 or later",
  scp: "a copy by the old protocol: scp -O",
  tunnel: "nothing runs: ssh -N, or a shared connection without a session",
  mixed: "several of these over one connection",
};

export const phaseMeanings: Readonly<Record<Phase | "any", string>> = {
  authenticating: "no user has logged in yet",
  opening: "a user has logged in, and PAM is still opening the session; kill-all ends it, too",
  open: "a user is logged in (the default)",
  closing: "the session is over, and PAM is still closing it",
  leftover: "the connection is gone, and what the session has started lives on (nohup, tmux)",
  any: "all of these but leftover",
};

export const forwardMeanings: Readonly<Record<ForwardKind, string>> = {
  "remote-listener": "a port here leads to the other side, ssh -R",
  remote: "a connection to such a port",
  local: "a connection from here, opened for the other side, ssh -L and -D",
  "x11-listener": "a display here leads to the other side, ssh -X",
  x11: "a program here uses such a display",
  agent: "programs here can ask the other side's agent to sign, ssh -A",
};

export const countMeanings: Readonly<Record<CountKey, string>> = {
  user: "the account",
  from: "the address of the other side",
  kind: "what the connection is used for, as --kind has it",
  phase: "how far the connection has come, as --phase has it",
  port: "the port on this machine",
  server: "openssh or dropbear",
  command: "the program in the foreground",
};
