import { rpmScripts } from "./maintainer-scripts.ts";
import { summary, type Source, type Variant } from "./variants.ts";

export interface Spec {
  source: Source;
  variant: Variant;
  architecture: string;
  /** Of all files and links, from the root of the machine without its slash. */
  files: readonly string[];
}

/** A spec file for a tree that stands beside it, https://rpm-software-management.github.io/rpm/manual/spec.html */
export function specText({ source, variant, architecture, files }: Spec): string {
  const { name, insteadOf, isNative, about } = variant;
  const { product, maintainer, builtFrom } = source;
  const others =
    insteadOf === undefined ? [] : [`Provides: ${insteadOf} = ${product.version}`, `Conflicts: ${insteadOf}`];
  return `${[
    `Name: ${name}`,
    `Version: ${product.version}`,
    "Release: 1",
    `Summary: ${summary}`,
    `License: ${product.licence}`,
    `Packager: ${maintainer}`,
    `BuildArch: ${architecture}`,
    // What rpm finds in scripts by itself is the interpreter, and in Node.js its libraries with the versions that it needs.
    isNative ? "%global __requires_exclude ^/usr/lib/sshctl/" : `Requires: ${nodeCapability}`,
    ...others,
    "",
    "%description",
    about.trimEnd(),
    "",
    "%install",
    "cp -a %{_topdir}/../tree/. %{buildroot}/",
    "",
    ...Object.entries(rpmScripts).flatMap(([name, text]) => [`%${name}`, text]),
    "%files",
    ...foldersOf(files).map((folder) => `%dir /${folder}`),
    ...files.map((file) => `/${file}`),
    "",
    "%changelog",
    `* ${dateOf(builtFrom)} ${maintainer} - ${product.version}-1`,
    `- Release ${product.version}: see CHANGELOG.md.gz in /usr/share/doc/${name}.`,
  ].join("\n")}\n`;
}

/** What nodejs packages of Fedora and RHEL provide, whatever their epoch. */
const nodeCapability = "nodejs(engine) >= 20.19";

/** Folders that are this package's alone. */
function foldersOf(files: readonly string[]): string[] {
  const all = files.flatMap((file) => {
    const parts = file.split("/");
    return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
  });
  return [...new Set(all)].filter((folder) => /^usr\/(?:lib|share\/doc)\/sshctl/.test(folder)).toSorted();
}

/** "Sat Nov 28 2026" */
function dateOf(date: Date): string {
  const [weekday = "", day = "", month = "", year = ""] = date.toUTCString().replace(",", "").split(" ");
  return `${weekday} ${month} ${day} ${year}`;
}
