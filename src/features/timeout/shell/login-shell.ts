import { orUndefined } from "../../../host/files/files.ts";
import type { TimeoutHost } from "../machine.ts";

/** How a login shell treats TMOUT, and which files it reads. */
export type ShellKind = "bash" | "zsh" | "ksh" | "mksh" | "ash" | "dash" | "fish" | "csh" | "none" | "other";

const kinds: Readonly<Record<string, ShellKind>> = {
  bash: "bash",
  rbash: "bash",
  zsh: "zsh",
  ksh: "ksh",
  ksh93: "ksh",
  rksh93: "ksh",
  mksh: "mksh",
  lksh: "mksh",
  ash: "ash",
  busybox: "ash",
  dash: "dash",
  fish: "fish",
  csh: "csh",
  bsdcsh: "csh",
  tcsh: "csh",
  nologin: "none",
  false: "none",
  sync: "none",
};

/** What a login shell is, whatever it is called: sh is another shell on every distribution, and ksh may be mksh. */
export function shellKind(shell: string, { files }: TimeoutHost): ShellKind {
  let path = shell;
  // As many steps as alternatives(5) and a few links take.
  for (let step = 0; step < 8; step += 1) {
    const target = orUndefined(files.link(path));
    if (target === undefined) break;
    path = target.startsWith("/") ? target : path.replace(/[^/]*$/, target);
  }
  return kinds[path.replace(/.*\//s, "")] ?? kinds[shell.replace(/.*\//s, "")] ?? "other";
}

/** Shells that end at their prompt when TMOUT says so. Busybox can be built with it or without. */
export function obeysTmout(kind: ShellKind, { files }: TimeoutHost): boolean {
  if (kind === "ash") return orUndefined(files.read("/bin/busybox"))?.includes("TMOUT") === true;
  return kind === "bash" || kind === "zsh" || kind === "ksh" || kind === "mksh";
}

/** sh by way of a link to bash keeps to POSIX: it reads other files than bash does. */
export function readsOnlyProfile(shell: string, kind: ShellKind): boolean {
  return kind !== "bash" || shell.endsWith("/sh");
}

/** Shells whose startup files are followed. */
export function loginShellKind(kind: ShellKind): "bash" | "zsh" | "ksh" | "mksh" | "ash" | undefined {
  switch (kind) {
    case "bash":
    case "zsh":
    case "ksh":
    case "mksh":
    case "ash":
      return kind;
    case "dash":
    case "fish":
    case "csh":
    case "none":
    case "other":
      return undefined;
  }
}
