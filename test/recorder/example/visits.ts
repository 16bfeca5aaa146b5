/** Who visits the example host, and when. Times are seconds of its story, which begins at 0. */
import type { LoginGiven } from "../../helpers/ssh-servers.ts";

export interface Visit extends LoginGiven {
  peer: string;
  from: number;
  until?: number;
  /** When the user last typed. */
  typedAt?: readonly number[];
  /** In the foreground of the first terminal. */
  program?: readonly string[];
  /** The fingerprint of an Ed25519 key; a password without one. */
  key?: string;
  /** An sftp channel beside the others. */
  sftp?: true;
  /** What a port here leads to the other side (ssh -R). */
  remoteListener?: string;
  /** What the other side has opened from here (ssh -L, -D). */
  connects?: readonly [from: string, to: string];
  /** Runs sshctl as root, by sudo. */
  isOwn?: true;
}

const server6 = "[2001:db8::10]:22";
const keys = {
  alice: "SHA256:wcPFP6DVx8S0gJmXv3kq1Yt5nRbE7uLzH2oWiQcNf9A",
  bob: "SHA256:Jx0dW5r8mTq2LkYvB6nZc1HsPe4uGfXo7aRiQtVyK3M",
  carol: "SHA256:p7NqE3sYzU9oVb1KxMfTg5LhWd8aRjC2iQ6eXvBnH0k",
  deploy: "SHA256:T4mKvZ8cQy1XnLr6WbFs0JgPd3eUhAo9iRtEqYxNf5I",
  root: "SHA256:b2HsXo6nVt9JwQe1LcYk7GmZf4dRuAp0iTqKxBvNy8U",
};

/** In the order of their beginnings: so they are given their PIDs. */
export const visits: readonly Visit[] = [
  {
    from: -93_600,
    user: "bob",
    peer: "198.51.100.23:45795",
    ttys: ["pts/0"],
    typedAt: [-8040],
    until: 30,
    key: keys.bob,
  },
  {
    from: -14_520,
    user: "alice",
    peer: "[2001:db8:7::7]:48099",
    local: server6,
    key: keys.alice,
    remoteListener: "127.0.0.1:9902",
    connects: ["127.0.0.1:40112", "127.0.0.1:5432"],
  },
  {
    from: -9300,
    user: "dave",
    peer: "[2001:db8:51::4]:50212",
    local: server6,
    ttys: ["pts/1"],
    typedAt: [-30, 33],
    program: ["htop"],
  },
  {
    from: -6300,
    user: "carol",
    peer: "198.51.100.77:32997",
    ttys: ["pts/2", "pts/3"],
    typedAt: [-312],
    program: ["vim", "notes.txt"],
    key: keys.carol,
  },
  { from: -5400, user: "erin", peer: "203.0.113.9:41810", local: "192.0.2.10:2222", ttys: ["pts/4"], typedAt: [-4200] },
  {
    from: -2460,
    user: "alice",
    peer: "198.51.100.7:52931",
    ttys: ["pts/5"],
    typedAt: [-16, 12, 26],
    sftp: true,
    key: keys.alice,
  },
  { from: -1500, user: "root", peer: "198.51.100.9:35099", ttys: ["pts/6"], typedAt: [-660], key: keys.root },
  { from: -1080, user: "deploy", peer: "198.51.100.61:33741", command: ["sftp-server"], key: keys.deploy },
  {
    from: -240,
    until: 42,
    user: "deploy",
    peer: "198.51.100.61:33790",
    command: ["rsync", "--server", "-logDtpre.iLsfxCIvu", ".", "/srv/www"],
    key: keys.deploy,
  },
  {
    from: -90,
    user: "alice",
    peer: "198.51.100.7:53370",
    ttys: ["pts/7"],
    typedAt: [0],
    key: keys.alice,
    isOwn: true,
  },
  {
    from: -25,
    until: 20,
    user: "carol",
    peer: "198.51.100.77:33410",
    command: ["scp", "-t", "/srv/backup"],
    key: keys.carol,
  },
  { from: 6, until: 24, user: "deploy", peer: "198.51.100.62:40122", command: ["tar", "-x"], key: keys.deploy },
  { from: 14, user: "erin", peer: "203.0.113.9:41902", local: "192.0.2.10:2222", ttys: ["pts/8"], typedAt: [14, 36] },
  { from: 36, until: 48, user: "deploy", peer: "198.51.100.62:40188", command: ["tar", "-x"], key: keys.deploy },
];

/** Strangers who try names. */
export const guesses: readonly { name: string; peer: string; from: number; until: number }[] = [
  { name: "admin", peer: "203.0.113.80:60114", from: -4, until: 10 },
  { name: "oracle", peer: "203.0.113.80:60190", from: 18, until: 32 },
];
