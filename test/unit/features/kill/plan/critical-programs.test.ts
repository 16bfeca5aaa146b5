import { describe, expect, test } from "vitest";
import { dangersAmong } from "../../../../../src/features/kill/plan/critical-programs.ts";

describe("dangersAmong", () => {
  test.each([
    ["dpkg", "installs packages"],
    ["resize2fs", "changes disks"],
    ["update-initramf", "changes the boot"],
    ["unattended-upgr", "installs packages"],
    ["passwd", "changes accounts"],
    ["ansible-playboo", "changes the configuration of hosts"],
  ])("marks %s, by the name that the kernel has cut", (comm, danger) => {
    expect(dangersAmong([{ pid: 7, comm }])).toEqual([{ pid: 7, name: comm, danger }]);
  });

  test.each(["bash", "DPKG", "dpkg ", "", "apt-cache", "constructor", "__proto__"])('marks no "%s"', (comm) => {
    expect(dangersAmong([{ pid: 7, comm }])).toEqual([]);
  });
});
