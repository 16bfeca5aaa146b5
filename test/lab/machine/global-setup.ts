import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { ensureRoots } from "./build-root.ts";
import { installHostTools, labUnavailable } from "./host.ts";
import { everySuite } from "./suites.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Why the lab cannot run here; empty when it can. */
    labUnavailable: string;
  }
}

/** Prepares all that the lab's tests share: the built tool and one root file system for each suite. */
export default async function setup({ provide }: TestProject): Promise<void> {
  const reason = labUnavailable();
  provide("labUnavailable", reason ?? "");
  if (reason !== undefined) return announce(reason);
  buildTool();
  installHostTools();
  await ensureRoots(everySuite(), console.error);
}

function announce(reason: string): void {
  const message = `THE LAB CANNOT RUN HERE: ${reason}. ITS TESTS ARE NOT RUN and count as failed.`;
  if (process.env["CI"] === "true") throw new Error(message);
  console.error(`\n${message}\nWithout it: npm run test:quick\n`);
}

/** The machines run the built tool, so it has to be the one that the sources describe. */
function buildTool(): void {
  const project = fileURLToPath(new URL("../../../", import.meta.url));
  const { status } = spawnSync("npm", ["run", "--silent", "build"], {
    cwd: project,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error("npm run build failed, and the lab tests what it builds");
}
