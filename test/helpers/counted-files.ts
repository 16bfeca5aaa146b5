import type { Files } from "../../src/host/files/files.ts";

/** What has been asked of files: a fake host's way to tell what a reading costs. */
export interface Counted {
  files: Files;
  /** The path of every call. */
  paths: string[];
  /** Characters that came back. */
  readonly read: number;
}

export function countedFiles(files: Files): Counted {
  const paths: string[] = [];
  let read = 0;
  const counting = <T>(path: string, answer: T): T => {
    paths.push(path);
    if (typeof answer === "string") read += answer.length;
    return answer;
  };
  return {
    paths,
    get read() {
      return read;
    },
    files: {
      read: (path, longestLine) => counting(path, files.read(path, longestLine)),
      start: (path, limitBytes, longestLine) => {
        const start = files.start(path, limitBytes, longestLine);
        counting(path, typeof start === "object" ? start.text : undefined);
        return start;
      },
      bytes: (path) => counting(path, files.bytes(path)),
      link: (path) => counting(path, files.link(path)),
      names: (path, most) => counting(path, files.names(path, most)),
      facts: (path) => counting(path, files.facts(path)),
    },
  };
}
