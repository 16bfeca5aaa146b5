/** A journal as large as that of a busy server, in a machine that has just been booted. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "../test/lab/machine/machine.ts";

const converter = "/lib/systemd/systemd-journal-remote";

/** Why there can be no such journal here; undefined when there can. */
export function journalUnavailable(): string | undefined {
  return existsSync(converter) ? undefined : "this host has no systemd-journal-remote (a package of that name)";
}

/** Adds so many entries, every tenth of them one of sshd's about a login that is over. */
export async function addJournal(machine: Machine, entries: number): Promise<void> {
  const machineId = (await machine.must("cat /etc/machine-id")).trim();
  const bootId = (await machine.must("cat /proc/sys/kernel/random/boot_id")).trim().replaceAll("-", "");
  const file = join(machine.proc, "..", "run/log/journal", machineId, "bench.journal");
  const child = spawn(converter, ["--split-mode=none", "--compress=no", "--seal=no", `--output=${file}`, "-"], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = once(child, "exit");
  const now = Date.now() * 1000;
  for (let start = 0; start < entries; start += 1000) {
    const texts = Array.from({ length: 1000 }, (_, offset) => {
      const index = start + offset;
      const before = entries - index;
      return entryText(index, [
        `__REALTIME_TIMESTAMP=${String(now - before * 1000)}`,
        `__MONOTONIC_TIMESTAMP=${String(index + 1)}`,
        `_BOOT_ID=${bootId}`,
        `_MACHINE_ID=${machineId}`,
      ]);
    });
    if (!child.stdin.write(texts.join(""))) await once(child.stdin, "drain");
  }
  child.stdin.end();
  await ended;
}

/** In the format of `journalctl -o export`. */
function entryText(index: number, header: readonly string[]): string {
  const pid = String(100_000 + index);
  const fields =
    index % 10 === 0
      ? [
          "SYSLOG_IDENTIFIER=sshd-session",
          "_COMM=sshd-session",
          "_EXE=/usr/lib/openssh/sshd-session",
          "_UID=0",
          `MESSAGE=Accepted publickey for alice from 192.0.2.${String(index % 250)} port ${String(10_000 + (index % 50_000))} ssh2: ED25519 SHA256:${"x".repeat(43)}`,
        ]
      : [
          `SYSLOG_IDENTIFIER=daemon-${String(index % 40)}`,
          `_COMM=daemon-${String(index % 40)}`,
          `_EXE=/usr/sbin/daemon-${String(index % 40)}`,
          `_UID=${index % 3 === 0 ? "0" : "33"}`,
          `MESSAGE=request ${String(index)} was answered`,
        ];
  return `${[...header, ...fields, `_PID=${pid}`, "_TRANSPORT=syslog", "PRIORITY=6"].join("\n")}\n\n`;
}
