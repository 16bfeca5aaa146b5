/** Which paths are on a network file system: reading from a server that is dead hangs for ever. */
const networkFileSystems = /^(?:nfs|cifs|smb|fuse|autofs|9p|afs|ceph|glusterfs|lustre|ncp|ocfs|gfs|coda|davfs)/;

interface Mount {
  folder: string;
  type: string;
}

/** @param mountinfo - of proc(5): the mount point is the fifth field, the type follows the lone dash. */
export function remotePaths(mountinfo: string): (path: string) => boolean {
  const rows = mountinfo.matchAll(/^\S+ \S+ \S+ \S+ (\S+) .*? - (\S+) /gm);
  const mounts = [...rows].map(([, folder = "", type = ""]): Mount => ({ folder: unescape(folder), type }));
  // Most machines have none, and then nothing has to be looked up.
  if (!mounts.some(({ type }) => networkFileSystems.test(type))) return () => false;
  const sorted = mounts.toReversed().toSorted((a, b) => b.folder.length - a.folder.length);
  return (path) => {
    const nearest = sorted.find(({ folder }) => folder === "/" || path === folder || path.startsWith(`${folder}/`));
    return nearest !== undefined && networkFileSystems.test(nearest.type);
  };
}

/** Blanks and the like stand there in octal: \040. */
function unescape(folder: string): string {
  return folder.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)));
}
