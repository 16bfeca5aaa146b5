import { endianness } from "node:os";
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { canonicalAddress } from "../../../../src/domain/address.ts";
import { parseTcpTable } from "../../../../src/system/procfs/tcp-table.ts";
import { tcpText } from "../../../helpers/proc-text.ts";

const header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const socket = (local: string, remote: string, state: string, uid: number, inode: number) =>
  `${header}   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${String(inode)} 1 ffff888 100 0 0 10 0\n`;

// These rows were written by little-endian machines.
describe.runIf(endianness() === "LE")("rows as the kernel writes them", () => {
  test.each([
    [
      "a listener",
      socket("00000000:0016", "00000000:0000", "0A", 0, 18_240),
      { inode: 18_240, uid: 0, listening: true, established: false, local: ["0.0.0.0", 22], remote: ["0.0.0.0", 0] },
    ],
    [
      "a connection",
      socket("0100000A:0016", "3402000A:A9D2", "01", 0, 18_241),
      {
        inode: 18_241,
        uid: 0,
        listening: false,
        established: true,
        local: ["10.0.0.1", 22],
        remote: ["10.0.2.52", 43_474],
      },
    ],
    [
      "a forwarded port of a user",
      socket("0100007F:1F40", "00000000:0000", "0A", 1000, 18_242),
      {
        inode: 18_242,
        uid: 1000,
        listening: true,
        established: false,
        local: ["127.0.0.1", 8000],
        remote: ["0.0.0.0", 0],
      },
    ],
    [
      "a listener for both families",
      socket("00000000000000000000000000000000:0016", "00000000000000000000000000000000:0000", "0A", 0, 1),
      { inode: 1, uid: 0, listening: true, established: false, local: ["::", 22], remote: ["::", 0] },
    ],
    [
      "an IPv6 connection",
      socket("B80D0120000000000000000001000000:0016", "B80D01200000000000000000FF000000:EA60", "01", 0, 2),
      {
        inode: 2,
        uid: 0,
        listening: false,
        established: true,
        local: ["2001:db8::1", 22],
        remote: ["2001:db8::ff", 60_000],
      },
    ],
    [
      "an IPv4 connection on a listener for both",
      socket("0000000000000000FFFF00000100000A:0016", "0000000000000000FFFF0000010200C0:C350", "01", 0, 3),
      { inode: 3, uid: 0, listening: false, established: true, local: ["10.0.0.1", 22], remote: ["192.0.2.1", 50_000] },
    ],
  ])("%s", (_, text, expected) => {
    const [row, ...others] = parseTcpTable(text);
    expect(others).toEqual([]);
    expect(row && { ...row, local: Object.values(row.local), remote: Object.values(row.remote) }).toEqual(expected);
  });
});

test.each([
  ["nothing", ""],
  ["a header", header],
  [
    "a connection that is closed and belongs to nobody (TIME_WAIT)",
    socket("0100000A:0016", "3402000A:A9D2", "06", 0, 0),
  ],
  ["a row that is cut short", `${header}   0: 0100000A:0016 3402000A:A9D2 01`],
])("%s holds no socket", (_, text) => {
  expect(parseTcpTable(text)).toEqual([]);
});

const anyEndpoint = fc.record({
  address: fc.oneof(fc.ipV4(), fc.ipV6()).map((text) => canonicalAddress(text) ?? ""),
  port: fc.integer({ min: 0, max: 65_535 }),
});
const inode = fc.integer({ min: 1, max: 4_294_967_295 });
const anyRow = fc.record({
  local: anyEndpoint,
  remote: anyEndpoint,
  listening: fc.boolean(),
  uid: fc.nat({ max: 4_294_967_295 }),
  inode,
});

test.prop([fc.array(anyRow)])("what was written is what is read", (rows) => {
  expect(parseTcpTable(tcpText(rows))).toEqual(rows.map((row) => ({ ...row, established: !row.listening })));
});
