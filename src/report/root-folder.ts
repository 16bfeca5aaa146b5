import { orUndefined, type Files } from "../host/files/files.ts";
import { toByteText } from "../text/byte-text.ts";

/** A folder of root's records as whoever reads sees it: of another's there is nothing. */
export function rootFolder(path: string, files: Files) {
  return {
    names: () => orUndefined(files.names(path)) ?? [],
    read: (name: string, limitBytes: number) => {
      const start = orUndefined(files.start(`${path}/${name}`, limitBytes));
      return start === undefined || start.isCut ? undefined : toByteText(start.text);
    },
  };
}
