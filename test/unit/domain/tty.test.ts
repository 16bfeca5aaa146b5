import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { parseTty, ttyOfDevice } from "../../../src/domain/tty.ts";
import { deviceOf } from "../../helpers/proc-text.ts";

describe("device numbers", () => {
  test.each([
    [0, undefined],
    [34_816, "pts/0"],
    [34_817, "pts/1"],
    [35_071, "pts/255"],
    [1_083_392, "pts/256"],
    [1025, "tty1"],
    [1088, "ttyS0"],
    [58_624, "hvc0"],
    // ttyUSB0: a device without a name of its own here keeps its number.
    [48_128, "188:0"],
  ])("%i is %s", (device, tty) => {
    expect(ttyOfDevice(device)).toBe(tty);
  });

  test.prop([fc.nat({ max: 1_048_575 })])(
    "every pseudo-terminal keeps its number, also one that the kernel prints negative",
    (number) => {
      expect(ttyOfDevice(deviceOf(`pts/${String(number)}`))).toBe(`pts/${String(number)}`);
    },
  );
});

describe("names", () => {
  test.each([
    ["pts/0", "pts/0"],
    ["/dev/pts/17", "pts/17"],
    ["tty1", "tty1"],
    ["ttyS0", "ttyS0"],
    ["ttyUSB0", "ttyUSB0"],
    ["console", "console"],
    ["hvc0", "hvc0"],
  ])("%s", (text, tty) => {
    expect(parseTty(text)).toBe(tty);
  });

  test.each([
    "",
    "pts/",
    "pts/ptmx",
    "../pts/1",
    "pts/../1",
    "pts/1/..",
    "/dev/../pts/1",
    "/dev//pts/1",
    "pts/1\n",
    "pts/-1",
    "pts/1 (deleted)",
    "pts/99999999",
    "tty",
    "PTS/1",
    "pts/\u0661",
  ])("%j is none", (text) => {
    expect(parseTty(text)).toBeUndefined();
  });
});
