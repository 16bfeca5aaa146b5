/**
 * What `systemctl show` and `loginctl show-session` print with --property: lines KEY=VALUE, an empty line between two units or
 * sessions.
 */
export function parsePropertyBlocks(text: string): ReadonlyMap<string, string>[] {
  return text.split("\n\n").map(
    (block) =>
      new Map(
        block.split("\n").map((line) => {
          const [name = "", ...value] = line.split("=");
          return [name, value.join("=")];
        }),
      ),
  );
}
