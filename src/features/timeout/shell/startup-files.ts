/**
 * Which files a login shell reads, in their order: INVOCATION in bash(1), STARTUP/SHUTDOWN FILES in zsh(1), ksh93(1),
 * mksh(1), and what distributions make of them. Files that source each other are put where their lines take effect.
 */
import { isPresent, orUndefined, type Files } from "../../../host/files/files.ts";
import { FileTrouble } from "../../../host/files/file-trouble.ts";
import { toByteText } from "../../../text/byte-text.ts";
import type { Account } from "../../../system/accounts.ts";
import type { TimeoutHost } from "../machine.ts";
import { readsOnlyProfile, type ShellKind } from "./login-shell.ts";

/** A file, or a part of one, that a shell reads. */
export interface StartupPart {
  path: string;
  /** Byte text. */
  text: string;
  /** The number of its first line. */
  firstLine: number;
  isUsers: boolean;
}

export interface StartupFiles {
  parts: readonly StartupPart[];
  /** What could not be read, in sentences. */
  unread: readonly string[];
}

/** The system's files for a kind of shell, in the order in which they are read. */
export function systemStartupFiles(kind: ShellKind, { files }: Pick<TimeoutHost, "files">): StartupPart[] {
  const environment = systemPart("/etc/environment", files);
  if (kind !== "zsh") return [...environment, ...profileParts(kind, files)];
  const zsh = (name: string) => [...systemPart(`/etc/zsh/${name}`, files), ...systemPart(`/etc/${name}`, files)];
  const profile = zshReadsProfile(files) ? profileParts("zsh", files) : [];
  return [...environment, ...zsh("zshenv"), ...profile, ...zsh("zprofile"), ...zsh("zshrc"), ...zsh("zlogin")];
}

/** Fedora and Arch let zsh read /etc/profile, Debian does not. */
export function zshReadsProfile(files: Files): boolean {
  return ["/etc/zsh/zprofile", "/etc/zprofile"].some((path) =>
    /^[^#\n]*\/etc\/profile\b/m.test(orUndefined(files.read(path)) ?? ""),
  );
}

/** /etc/profile, with what it reads at the place where it does so. */
function profileParts(kind: ShellKind, files: Files): StartupPart[] {
  const [profile] = systemPart("/etc/profile", files);
  if (profile === undefined) return [];
  const inner = [...(kind === "bash" ? bashrcParts(files) : []), ...dropInParts(files)];
  const lines = profile.text.split("\n");
  const index = lines.findIndex((line) => /^[^#]*\/etc\/profile\.d\b/.test(line));
  if (index < 0) return [profile];
  const rest = { ...profile, text: lines.slice(index).join("\n"), firstLine: index + 1 };
  return [{ ...profile, text: lines.slice(0, index).join("\n") }, ...inner, rest];
}

function bashrcParts(files: Files): StartupPart[] {
  return [...systemPart("/etc/bash.bashrc", files), ...systemPart("/etc/bashrc", files)];
}

function dropInParts(files: Files): StartupPart[] {
  const names = (orUndefined(files.names("/etc/profile.d")) ?? []).filter((name) =>
    /^[a-zA-Z0-9_][\w.-]*\.sh$/.test(name),
  );
  return names.toSorted().flatMap((name) => systemPart(`/etc/profile.d/${name}`, files));
}

function systemPart(path: string, files: Files): StartupPart[] {
  const text = files.read(path);
  return isPresent(text) ? [{ path, text: toByteText(text), firstLine: 1, isUsers: false }] : [];
}

/** The user's files for the own shell, in the order in which they are read. */
export function userStartupFiles(account: Account, kind: ShellKind, host: TimeoutHost): StartupFiles {
  const parts: StartupPart[] = [];
  const unread: string[] = [];
  for (const name of userFileNames(account, kind, host)) {
    try {
      const path = `${account.home}/${name}`;
      const text = host.replaceFiles.read(path, account);
      if (text !== undefined) parts.push({ path, text, firstLine: 1, isUsers: true });
    } catch (error) {
      if (!(error instanceof FileTrouble)) throw error;
      unread.push(error.message);
    }
  }
  return { parts, unread };
}

function userFileNames(account: Account, kind: ShellKind, host: TimeoutHost): string[] {
  if (kind === "zsh") return [".zshenv", ".zprofile", ".zshrc", ".zlogin"];
  if (kind === "mksh") return [".profile", ".mkshrc"];
  if (kind === "ksh") return [".profile", ".kshrc"];
  if (readsOnlyProfile(account.shell, kind)) return [".profile"];
  // Login files as they come with distributions read .bashrc, and .bash_profile often .profile, early.
  const login = bashLoginFile(account, host);
  const includesProfile = login !== ".profile" && readQuietly(account, login, host)?.includes(".profile") === true;
  return [".bashrc", ...(includesProfile ? [".profile"] : []), login];
}

/** The three that bash looks for; it reads the first. */
export const bashLoginFiles = [".bash_profile", ".bash_login", ".profile"] as const;

/** The one that bash reads of an account, or would read first. */
export function bashLoginFile(account: Account, host: TimeoutHost): string {
  return bashLoginFiles.find((name) => isThere(account, name, host)) ?? ".bash_profile";
}

/** What cannot be read is there, too: to work around it would hide it. */
function isThere(account: Account, name: string, host: TimeoutHost): boolean {
  try {
    return host.replaceFiles.read(`${account.home}/${name}`, account) !== undefined;
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    return true;
  }
}

/** A file of the user's, as far as it can be read. */
export function readQuietly(account: Account, name: string, host: TimeoutHost): string | undefined {
  try {
    return host.replaceFiles.read(`${account.home}/${name}`, account);
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    return undefined;
  }
}
