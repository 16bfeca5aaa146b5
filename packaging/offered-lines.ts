/** What `npm start` offers to type next, on the example host. */
export const offeredLines = [
  ["show pts/5 --example", "everything about one session"],
  ["watch --example", "see sessions come and go; q ends it"],
  ["kill pts/2 --dry-run --example", "what would be ended"],
] as const;
