import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { findRecording } from "../../../../src/fleet/collect/find-recording.ts";

const nonce = "0123abcd";
const whole = `recording\t2\t${nonce}\nhost\tweb1\nend\t${nonce}\n`;
const find = (text: string | Buffer) => {
  const found = findRecording(Buffer.from(text), nonce);
  return found.kind === "whole" ? { kind: "whole", text: Buffer.from(found.bytes).toString() } : found;
};

describe("a recording", () => {
  test.each([
    ["alone", whole, whole],
    ["behind what a login shell prints", `Welcome!\nrecording\n${whole}`, whole],
    ["on a line with it", `Welcome! ${whole}`, whole],
    ["before what a logout prints", `${whole}bye\n`, whole],
    ["with two ends, to the last", `${whole}end\t${nonce}\n`, `${whole}end\t${nonce}\n`],
  ])("is found %s", (_, text, found) => {
    expect(find(text)).toEqual({ kind: "whole", text: found });
  });

  test.each([
    ["none", ""],
    ["none", "Welcome!\n"],
    ["none", whole.replaceAll(nonce, "ffff")],
    ["none", `recording\t2\nhost\tweb1\nend\n`],
    ["none", `\t${nonce}\n`],
    ["cut", `recording\t2\t${nonce}\nhost\tweb1\n`],
    ["cut", `recording\t2\t${nonce}\nhost\tweb1\nend\n`],
    ["cut", `recording\t2\t${nonce}\nhost\tweb1\nend\t${nonce}`],
    ["cut", `end\t${nonce}\nrecording\t2\t${nonce}\n`],
  ])("is %s: %j", (kind, text) => {
    expect(find(text)).toEqual({ kind });
  });

  property.prop([fc.uint8Array(), fc.uint8Array()])("is found between whatever bytes", (before, after) => {
    expect(find(Buffer.concat([before, Buffer.from(`\n${whole}`), after]))).toEqual({ kind: "whole", text: whole });
  });
});
