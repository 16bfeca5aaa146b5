import { gone } from "../../../host/files/files.ts";
import { fromByteText } from "../../../text/byte-text.ts";
import type { TimeoutHost } from "../machine.ts";
import type { FileEdit } from "../../../changes/change.ts";

/** The machine as it will be when these edits have been made. */
export function withEdits(host: TimeoutHost, edits: readonly FileEdit[]): TimeoutHost {
  const edited = new Map(edits.map(({ path, after }) => [path, after]));
  const { files, replaceFiles } = host;
  return {
    ...host,
    files: {
      ...files,
      read: (path, longestLine) => {
        if (!edited.has(path)) return files.read(path, longestLine);
        const text = edited.get(path);
        return text === undefined ? gone : fromByteText(text);
      },
      names: (folder) => {
        const names = files.names(folder);
        const added = [...edited].flatMap(([path, text]) => {
          const name = path.slice(folder.length + 1);
          return text !== undefined && path === `${folder}/${name}` && !name.includes("/") ? name : [];
        });
        return Array.isArray(names) ? [...new Set([...names, ...added])] : names;
      },
    },
    replaceFiles: {
      ...replaceFiles,
      read: (path, owner) => (edited.has(path) ? edited.get(path) : replaceFiles.read(path, owner)),
    },
  };
}
