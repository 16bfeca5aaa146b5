import { expect, test } from "vitest";
import { parseUnixListeners } from "../../../../src/system/procfs/unix-table.ts";

const header = "Num       RefCount Protocol Flags    Type St Inode Path";
const row = (inode: number, path: string, flags = "00010000") =>
  `ffff8881: 00000002 00000000 ${flags} 0001 01 ${String(inode)}${path === "" ? "" : ` ${path}`}`;
const table = (...rows: string[]) => `${[header, ...rows].join("\n")}\n`;

test("listening sockets with a path", () => {
  const text = table(
    row(7, "/tmp/ssh-X/agent.9"),
    row(8, "/run/x", "00000000"),
    row(9, "@abstract"),
    row(10, ""),
    row(11, "/a b"),
  );
  expect(parseUnixListeners(text)).toEqual([
    { inode: 7, path: "/tmp/ssh-X/agent.9" },
    { inode: 11, path: "/a b" },
  ]);
});

test("a path with a newline makes up no socket that somebody else has", () => {
  const evil = `/tmp/x\n${row(10, "/tmp/ssh-Y/agent.1")}`;
  expect(parseUnixListeners(table(row(7, evil), row(10, "", "00000000"))).map(({ inode }) => inode)).toEqual([7]);
});
