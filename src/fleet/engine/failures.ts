/** Why a host has not answered, by what ssh(1), sudo(8) and login shells say. */
import type { JobEnd } from "./engine.ts";

export const failureCodes = [
  "unresolved",
  "connection-refused",
  "timed-out",
  "no-route",
  "host-key",
  "denied",
  "closed",
  "unreachable",
  "late",
  "too-much",
  "no-login",
  "no-privileges",
  "no-collector",
  "other-collector",
  "no-recording",
  "no-sshctl",
  "other-sshctl",
  "nothing-there",
  "sshctl-failed",
  "cut-off",
  "unreadable",
  "given-up",
  "interrupted",
] as const;

export type FailureCode = (typeof failureCodes)[number];

export interface Failure {
  /** Stable, for programs. */
  code: FailureCode;
  /** The same for all hosts that fail alike, so that they can be told together. */
  message: string;
  /** What only this host has to say about it; the host may have chosen the words. */
  detail?: string;
}

export function withDetail({ message, detail }: Failure): string {
  return detail === undefined ? message : `${message}: ${detail}`;
}

interface Sign {
  pattern: RegExp;
  failure: Failure;
}

const sign = (pattern: RegExp, code: FailureCode, message: string): Sign => ({ pattern, failure: { code, message } });

/** What ssh(1) says when it ends with 255: ssh.c, sshconnect.c, packet.c, and the kernel's words for what connect(2) answers. */
const sshSigns: readonly Sign[] = [
  sign(/Could not resolve hostname/, "unresolved", "the name cannot be resolved"),
  sign(
    /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/,
    "host-key",
    "host key verification failed",
  ),
  // Where keys are not among what is left to try, one may have been accepted as the first factor.
  sign(
    /Permission denied \((?:[^)]*keyboard-interactive|(?![^)]*publickey))[^)]*\)/,
    "denied",
    "permission denied; a second factor may be required",
  ),
  sign(/Permission denied|Too many authentication failures/, "denied", "permission denied"),
  sign(/Connection refused/, "connection-refused", "connection refused"),
  sign(/No route to host|Network is unreachable/, "no-route", "no route to host"),
  sign(/timed out|Timeout, server .* not responding/, "timed-out", "connection timed out"),
  sign(
    /kex_exchange_identification|ssh_exchange_identification|Connection (?:closed|reset) by|UNKNOWN port 65535/,
    "closed",
    "connection closed before authentication",
  ),
];

/** What is said on the host: sudo.c and its plug-ins, doas.c, and a shell that finds neither. */
const hostSigns: readonly Sign[] = [
  sign(/exec: (?:sudo|doas): not found/, "no-privileges", "neither sudo nor doas is installed there"),
  sign(/doas is not enabled/, "no-privileges", "doas has no doas.conf there"),
  sign(
    /(?:sudo|doas): .*(?:not found|No such file)/,
    "no-collector",
    "the collector is not installed there; --sudo-shell works without it",
  ),
  sign(
    /(?:sudo|doas): |is not in the sudoers|is not allowed to/,
    "no-privileges",
    "sudo does not let this account do that without a password",
  ),
];

/** nologin(8) says so on standard output. */
const hostTexts: readonly Sign[] = [
  sign(/account is (?:currently )?not available/i, "no-login", "the account cannot log in"),
];

/** Why no recording came. */
export function failureOf(end: JobEnd): Failure {
  switch (end.kind) {
    case "late":
      return { code: "late", message: "no answer in time" };
    case "too-much":
      return { code: "too-much", message: "its answer is too long" };
    case "stopped":
      return { code: "interrupted", message: "interrupted" };
    case "ended": {
      const { stderr, stdout, exitCode } = end;
      if (exitCode === 255) return find(sshSigns, stderr) ?? unreachable(stderr);
      const said = refusalIn(stderr) ?? find(hostTexts, stdout.subarray(0, 4096).toString("utf8"));
      return said ?? { code: "no-recording", message: "no readable answer came back" };
    }
  }
}

/** Whether nothing can have run on the host: ssh(1) says so, before it could ask for anything there. */
export function neverReached(end: JobEnd): boolean {
  if (end.kind !== "ended" || end.exitCode !== 255 || end.stdout.length > 0) return false;
  return /^ssh: (?:connect to host|Could not resolve hostname)|^Host key verification failed|Permission denied \(/m.test(
    end.stderr,
  );
}

/** Why nothing ran on the host, as sudo, doas or a shell there says it. */
export function refusalIn(stderr: string): Failure | undefined {
  return find(hostSigns, stderr);
}

/** The last that was said, bounded. */
export function lastLine(stderr: string): Pick<Failure, "detail"> {
  const line = stderr.trim().split(/\r?\n/).at(-1)?.trim().slice(0, 200) ?? "";
  return line === "" ? {} : { detail: line };
}

function find(signs: readonly Sign[], text: string): Failure | undefined {
  return signs.find(({ pattern }) => pattern.test(text))?.failure;
}

function unreachable(stderr: string): Failure {
  return { code: "unreachable", message: "ssh failed", ...lastLine(stderr) };
}
