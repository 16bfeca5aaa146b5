/** Prints the paths of what a build makes, or what is in its way, which needs no trace. */
export async function reportPackages(script: string, build: () => Promise<readonly string[]>): Promise<void> {
  try {
    const made = await build();
    process.stdout.write(made.map((path) => `${path}\n`).join(""));
  } catch (error) {
    process.stderr.write(`${script}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
