import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { canonicalAddress, formatEndpoint, parseNetwork, sameEndpoint } from "../../../src/domain/address.ts";

describe("one form for every address", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:0201", "192.0.2.1"],
    ["0:0:0:0:0:ffff:c000:201", "192.0.2.1"],
    ["::ffff:0.0.0.0", "0.0.0.0"],
    ["::1", "::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["::", "::"],
    ["2001:0DB8:0000::0001", "2001:db8::1"],
    // Compatible, not mapped: an address of its own.
    ["::192.0.2.1", "::c000:201"],
    ["fe80::1%eth0", "fe80::1"],
    ["FE80::0:1%wlp3s0.7", "fe80::1"],
  ])("%s is %s", (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  test.each([
    "",
    "localhost",
    "10.0.0",
    "10.0.0.256",
    "010.0.0.1",
    "0x7f.0.0.1",
    "2130706433",
    "[::1]",
    "::1%eth0",
    "fe80::1%]/",
    "1.2.3.4 ",
    "::g",
    "10.0.0.1:22",
  ])("%j is none", (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
  });

  test.prop([fc.oneof(fc.ipV4(), fc.ipV6())])("stays what it is", (address) => {
    const canonical = canonicalAddress(address);
    expect(canonical).toBeDefined();
    expect(canonicalAddress(canonical ?? "")).toBe(canonical);
  });
});

describe("networks", () => {
  test.each([
    ["10.0.0.7", ["10.0.0.7"], ["10.0.0.8", "::a00:7"]],
    ["10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0", "::1"]],
    ["10.1.2.3/8", ["10.9.9.9"], ["11.1.2.3"]],
    ["0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::1", "::"]],
    ["192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127"]],
    ["192.0.2.1/32", ["192.0.2.1"], ["192.0.2.0"]],
    ["2001:db8::/32", ["2001:db8::1", "2001:db8:ffff::"], ["2001:db9::", "32.1.13.184"]],
    ["::/0", ["::1", "ffff::"], ["127.0.0.1"]],
    ["::1/128", ["::1"], ["::2"]],
    ["fe80::/10", ["fe80::1", "febf::1"], ["fec0::1"]],
    ["::ffff:10.0.0.7", ["10.0.0.7"], ["10.0.0.8"]],
    ["::ffff:10.0.0.0/104", ["10.9.9.9"], ["11.0.0.0"]],
  ])("%s", (text, inside, outside) => {
    const network = parseNetwork(text);
    expect(network?.text).toBe(text);
    expect(inside.filter((address) => network?.includes(address) !== true)).toEqual([]);
    expect(outside.filter((address) => network?.includes(address) !== false)).toEqual([]);
  });

  test.each([
    "",
    "/",
    "/8",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0.0/255.0.0.0",
    "10.0.0.0/ 8",
    "10.0.0.0/8a",
    "10.0.0/8",
    "2001:db8::/129",
    "fe80::%eth0/10",
    "web1",
    "*",
    // Not 10.0.0.0/24: the prefix of an IPv6 address counts its 128 bits.
    "::ffff:10.0.0.0/24",
  ])("%j is none", (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });

  test.prop([fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 })])(
    "agree with arithmetic",
    (base, address, prefix) => {
      const number = (text: string) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
      const size = 2 ** (32 - prefix);
      const expected = Math.floor(number(base) / size) === Math.floor(number(address) / size);
      expect(parseNetwork(`${base}/${String(prefix)}`)?.includes(address)).toBe(expected);
    },
  );
});

test.each([
  ["10.0.2.52", 43_474, "10.0.2.52:43474"],
  ["2001:db8::1", 22, "[2001:db8::1]:22"],
])("an endpoint of %s is written as one types it", (address, port, text) => {
  expect(formatEndpoint({ address, port })).toBe(text);
});

test.each([
  ["10.0.0.1", 22, true],
  ["10.0.0.1", 23, false],
  ["10.0.0.2", 22, false],
])("10.0.0.1:22 and %s:%i", (address, port, same) => {
  expect(sameEndpoint({ address: "10.0.0.1", port: 22 }, { address, port })).toBe(same);
});
