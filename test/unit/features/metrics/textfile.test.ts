import { expect, test } from "vitest";
import { textfile } from "../../../../src/features/metrics/textfile.ts";

test.each(["/a.prom", "/var/lib/prometheus/node-exporter/sshctl.prom", "/a/.b/c d.prom"])(
  "%s is such a file",
  (path) => {
    expect(textfile.read(path)).toBe(path);
  },
);

test.each(["", "a.prom", "./a.prom", "/a", "/a.prom/", "/.prom", "/x/.a.prom", "/a.prom\0", "/a.prom.1", "/a.PROM"])(
  "%j is not",
  (path) => {
    expect(textfile.read(path)).toBeUndefined();
  },
);
