/** What is said about the logins of one account: what every part is called, and nothing of how it is found. */
import type { ServerKind } from "../../domain/ssh-server.ts";

/** `unknown`: only PAM, a directory, or where the connection comes from can tell. */
export type Answer = "yes" | "no" | "unknown";

export interface Place {
  path: string;
  /** Counted from 1. */
  line: number;
}

/** What sshd and PAM ask before anybody is in, in the order in which they ask. `session`: what holds afterwards. */
export const topics = [
  "configuration",
  "connection",
  "account",
  "shell",
  "rules",
  "root",
  "pam",
  "nologin",
  "session",
] as const;
export type Topic = (typeof topics)[number];

/** One thing that could be in the way. */
export interface Check {
  topic: Topic;
  /** Whether it lets the account in. */
  answer: Answer;
  /** A phrase without a full stop. */
  text: string;
  places: readonly Place[];
  /** Lines by which it may be otherwise for other connections. */
  depends: readonly Place[];
}

export const methods = ["publickey", "password", "keyboard-interactive", "hostbased", "gssapi-with-mic"] as const;
export type Method = (typeof methods)[number];

/** One way to prove who one is. */
export interface Way {
  method: Method;
  answer: Answer;
  text: string;
  /** The same in the fewest words, where the text says more. */
  because?: string;
  places: readonly Place[];
  depends: readonly Place[];
}

/** One server, or one of its ports where the configuration tells them apart. */
export interface ServerAccess {
  name: string;
  kind: ServerKind;
  answer: Answer;
  /** Why, in the fewest words. */
  because: string;
  checks: readonly Check[];
  ways: readonly Way[];
}

/** Another program that may let the account in. */
export interface OtherDoor {
  name: string;
  pid: number | undefined;
  text: string;
}

/** A lock that sshctl itself has put on the account, by its own records; whether that holds is what the servers answer. */
export interface Lock {
  /** Of the command that locked. */
  id: string;
  /** Who, for people. */
  by: string;
  atMs: number;
  reason: string | undefined;
  /** `lock --everyone`, which does not leave the account out. */
  isOfEveryone: boolean;
  /** When it ends by itself. */
  untilMs: number | undefined;
  /** The account is open until then, and locked again. */
  openUntilMs: number | undefined;
}

export interface AccessReport {
  host: string;
  takenAtMs: number;
  user: string;
  uid: number;
  /** Other names of the same uid, which may have ways of their own. */
  otherNames: readonly string[];
  /** Where logins are thought to come from; undefined where it was not said. */
  from: string | undefined;
  /** Yes where one server lets the account in. */
  answer: Answer;
  servers: readonly ServerAccess[];
  /** How many keys in files one of them takes. */
  acceptedKeys: number;
  /** Whether one of them refuses addresses for a while, PerSourcePenalties. */
  penalties: boolean;
  /** The addresses that it never refuses so: PerSourcePenaltyExemptList, as it stands there. */
  penaltyExemptions: readonly string[];
  /** What the keys in files are called, by fingerprint. */
  keyComments: ReadonlyMap<string, string>;
  otherDoors: readonly OtherDoor[];
  notes: readonly string[];
}
