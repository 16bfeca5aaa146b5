import { expect } from "vitest";
import { fc, test } from "@fast-check/vitest";
import { addressOfBytes, canonicalAddress } from "../../../src/domain/address.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));

test.each([
  ["c0000201", "192.0.2.1"],
  ["00000000000000000000000000000000", "::"],
  ["00000000000000000000000000000001", "::1"],
  ["20010db8000000000000000000000001", "2001:db8::1"],
  ["fe800000000000000000000000000000", "fe80::"],
  ["00000000000000000000ffffc0000201", "192.0.2.1"],
  // Of two runs of zeros the longer one is left out, of equal ones the first, and never a single group.
  ["20010000000000010000000000000001", "2001:0:0:1::1"],
  ["20010000000000010001000000000001", "2001::1:1:0:0:1"],
  ["20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"],
])("%s is %s", (bytes, address) => {
  expect(addressOfBytes(hex(bytes))).toBe(address);
});

/** Zeros and ones are frequent, so that runs of every length occur. */
const group = fc.oneof(fc.constantFrom(0, 0, 1, 0xffff), fc.nat({ max: 0xffff }));

test.prop([fc.array(group, { minLength: 8, maxLength: 8 })])(
  "bytes and text of one address are written alike",
  (groups) => {
    const bytes = Uint8Array.from(groups.flatMap((each) => [each >> 8, each & 255]));
    expect(addressOfBytes(bytes)).toBe(canonicalAddress(groups.map((each) => each.toString(16)).join(":")));
  },
);
