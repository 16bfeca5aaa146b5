import { fc } from "@fast-check/vitest";
import type { Auth, Certificate } from "../../src/domain/auth.ts";
import type { Channel } from "../../src/domain/describe-channels.ts";
import type { Forward } from "../../src/domain/forwards.ts";
import { phases, sessionKinds, type Listener, type Session, type SessionReport } from "../../src/domain/session.ts";
import { now } from "./machine-builder.ts";

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const hostileParts = [
  "\u001B[2J",
  "\u009B31m",
  "\r\n",
  "\u202E",
  "\u2066",
  "\u200B",
  "\u2028",
  "\uFEFF",
  "\u{E0041}",
  "\u00AD",
  "\u3164",
  "\u00A0",
  "\uD800",
  "\0",
  "=1+1",
  '"',
  ",",
  "\\",
  "日本",
  "é",
  "👩‍👩‍👧",
] as const;

/** What a stranger could have chosen to be called. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...hostileParts), fc.string({ unit: "binary", maxLength: 6 })), { maxLength: 6 })
  .map((parts) => parts.join(""));

const pid = fc.integer({ min: 1, max: 4_194_304 });

const endpoint = fc.record({
  address: fc.oneof(fc.ipV4(), fc.ipV6()),
  port: fc.integer({ min: 0, max: 65_535 }),
});

const tty = fc.nat({ max: 1_048_575 }).map((number) => `pts/${String(number)}`);

const certificate: fc.Arbitrary<Certificate> = fc.record({ id: hostileText, serial: fc.string(), ca: fc.string() });

const auth: fc.Arbitrary<Auth> = fc.record({
  method: fc.constantFrom("publickey", "password", "publickey,password"),
  key: optional(
    fc.record({
      type: fc.constantFrom("ED25519", "RSA-CERT"),
      fingerprint: fc.base64String().map((hash) => `SHA256:${hash}`),
      certificate: optional(certificate),
      comment: optional(hostileText),
    }),
  ),
  source: fc.constantFrom("journal", "/var/log/auth.log"),
  verified: fc.boolean(),
});

const forward: fc.Arbitrary<Forward> = fc.oneof(
  fc.record({ kind: fc.constantFrom("remote-listener", "x11-listener"), listen: endpoint }),
  fc.record({ kind: fc.constantFrom("remote-listener", "agent"), path: hostileText }),
  fc.record({ kind: fc.constantFrom("remote", "x11"), listen: endpoint, peer: endpoint }),
  fc.record({ kind: fc.constant("local"), from: endpoint, to: endpoint }),
);

const time = fc.integer({ min: 0, max: now });
const program = fc.record({ name: hostileText, line: hostileText, startedAtMs: optional(time) });
const activity = fc.record({ lastInputMs: time, lastOutputMs: time });

const channel: fc.Arbitrary<Channel> = fc.record({
  pid,
  kind: fc.constantFrom("shell", "command", "sftp", "scp"),
  tty: optional(tty),
  startedAtMs: optional(time),
  program,
  busy: optional(fc.boolean()),
  activity: optional(activity),
});

export const anySession: fc.Arbitrary<Session> = fc.record({
  identity: fc.record({ pid, startTicks: fc.nat() }),
  pid,
  monitorPid: optional(pid),
  server: fc.constantFrom("openssh", "dropbear"),
  phase: fc.constantFrom(...phases),
  user: optional(hostileText),
  uid: optional(fc.nat({ max: 4_294_967_295 })),
  kind: optional(fc.constantFrom(...sessionKinds)),
  ttys: fc.array(tty, { maxLength: 3 }),
  peer: optional(endpoint),
  local: optional(endpoint),
  acceptedAtMs: optional(fc.integer({ min: 0, max: now })),
  auth: optional(auth),
  forwards: optional(fc.array(forward, { maxLength: 3 })),
  channels: fc.array(channel, { maxLength: 3 }),
  rootInside: optional(fc.array(fc.record({ pid, comm: hostileText }), { maxLength: 2 })),
  startedAtMs: optional(fc.integer({ min: 0, max: now })),
  lastInputMs: optional(fc.integer({ min: 0, max: now + 5000 })),
  lastOutputMs: optional(fc.integer({ min: 0, max: now + 5000 })),
  command: optional(hostileText),
  commandLine: optional(hostileText),
  commandStartedAtMs: optional(time),
  innerTerminals: optional(
    fc.array(fc.record({ tty, program: optional(program), activity: optional(activity) }), { maxLength: 2 }),
  ),
  busy: optional(fc.boolean()),
  logindSession: optional(fc.string()),
  container: fc.boolean(),
  self: optional(fc.boolean()),
  selfProof: optional(hostileText),
});

const listener: fc.Arbitrary<Listener> = fc.record({
  pid,
  server: fc.constantFrom("openssh", "dropbear"),
  addresses: fc.array(endpoint, { maxLength: 3 }),
});

export const anyReport: fc.Arbitrary<SessionReport> = fc.record({
  host: hostileText,
  takenAtMs: fc.constant(now),
  sessions: fc.array(anySession, { maxLength: 8 }),
  listeners: fc.array(listener, { maxLength: 3 }),
  warnings: fc.array(fc.record({ code: fc.constantFrom("needs-root", "untrusted-server"), message: hostileText }), {
    maxLength: 3,
  }),
  processes: fc.constant(new Map()),
});
