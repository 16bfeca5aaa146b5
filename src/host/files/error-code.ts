/** What the kernel says has gone wrong: "ENOENT", errno(3). Empty for errors that are not the kernel's. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
