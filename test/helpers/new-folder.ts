import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder for the test that is running, or about to; it goes with the test. */
export function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sshctl-test-")));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}
