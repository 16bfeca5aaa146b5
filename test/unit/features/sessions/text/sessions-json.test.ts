import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { countBy, countKeys } from "../../../../../src/domain/count-sessions.ts";
import { chooseSessions } from "../../../../../src/domain/choose-sessions.ts";
import { renderCount } from "../../../../../src/features/sessions/text/count-text.ts";
import {
  renderSessionsJson,
  renderSessionsNdjson,
  sessionToJson,
} from "../../../../../src/features/sessions/text/sessions-json.ts";
import { isoTime } from "../../../../../src/text/time.ts";
import { Chalk } from "chalk";
import { anyReport, anySession } from "../../../../helpers/arbitraries.ts";
import { now } from "../../../../helpers/machine-builder.ts";
import { readSchema, schemaNames, violationsOf, type SchemaName } from "../../../../helpers/schemas.ts";
import { phases } from "../../../../../src/domain/session.ts";
import { report, session, stranger } from "../../../../helpers/sessions.ts";

const view = { host: "web1", nowMs: now, fullCommand: false };

const everything = { criteria: [], phases, containers: true };
const parse = (text: string): unknown => JSON.parse(text);

describe("a session", () => {
  test("with every fact", () => {
    expect(sessionToJson(session({ commandLine: "bash -l" }), view)).toEqual({
      id: "2000:777000",
      pid: 2001,
      monitorPid: 2000,
      server: "openssh",
      phase: "open",
      user: "alice",
      uid: 1000,
      kind: "shell",
      ttys: ["pts/1"],
      peer: { address: "10.0.0.7", port: 5000 },
      local: { address: "10.0.0.1", port: 22 },
      startedAt: isoTime(now - 3_600_000),
      idleSeconds: 90,
      quietSeconds: 10,
      command: "bash",
      commandStartedAt: isoTime(now - 3_599_000),
      busy: false,
      logindSession: "5",
      auth: null,
      forwards: [],
      payload: null,
      channels: [],
      innerTerminals: null,
      rootInside: [],
      container: false,
      frozen: null,
      self: false,
    });
  });

  test.each([
    [
      { quietSinceMs: now - 5500, latest: undefined },
      { seconds: 5.5, fromClientBytes: 0, toClientBytes: 0 },
    ],
    [
      { quietSinceMs: now, latest: { seconds: 2.5, fromClient: 3, toClient: 4 } },
      { seconds: 2.5, fromClientBytes: 3, toClientBytes: 4 },
    ],
  ])("with what it carries", (payload, json) => {
    expect(sessionToJson(session({ payload }), view).payload).toEqual(json);
  });

  test("of a stranger: what is not known is null", () => {
    const json = sessionToJson(stranger({ self: undefined }), view);
    expect(Object.entries(json).flatMap(([name, value]) => (value === null ? name : []))).toEqual([
      "monitorPid",
      "user",
      "uid",
      "kind",
      "idleSeconds",
      "quietSeconds",
      "command",
      "commandStartedAt",
      "busy",
      "logindSession",
      "auth",
      "payload",
      "innerTerminals",
      "frozen",
      "self",
    ]);
  });

  test("with how its user logged in", () => {
    const key = { type: "ED25519", fingerprint: "SHA256:AbC", comment: undefined, certificate: undefined };
    const auth = { method: "publickey", key, source: "journal", verified: true };
    expect(sessionToJson(session({ auth }), view).auth).toEqual({
      method: "publickey",
      keyType: "ED25519",
      fingerprint: "SHA256:AbC",
      comment: null,
      certificate: null,
      source: "journal",
      verified: true,
    });
  });

  test("whose forwards cannot be seen", () => {
    expect(sessionToJson(session({ forwards: undefined }), view).forwards).toBeNull();
  });

  test("shows arguments only when they are asked for", () => {
    const vim = session({ command: "vim", commandLine: "vim secret" });
    expect(JSON.stringify(sessionToJson(vim, view))).not.toContain("secret");
    expect(sessionToJson(vim, { ...view, fullCommand: true }).command).toBe("vim secret");
  });
});

describe("a document", () => {
  const all = report([session(), stranger({ pid: 3001 })], {
    host: "web1\u001B[2J",
    warnings: [{ code: "needs-root", message: "run as root" }],
  });

  test("names its schema, the moment, and what else is to be known", () => {
    const text = renderSessionsJson({ report: all, chosen: chooseSessions(all, everything), fullCommand: false });
    expect(parse(text)).toMatchObject({
      schema: "sshctl.sessions/1",
      host: "web1\u001B[2J",
      takenAt: "2026-11-23T09:00:00.000Z",
      authenticating: 1,
      hidden: 0,
      listeners: [{ pid: 800, server: "openssh", addresses: [{ address: "0.0.0.0", port: 22 }] }],
      warnings: [{ code: "needs-root", message: "run as root" }],
    });
    expect(text).not.toContain("\u001B");
    expect(text.endsWith("}\n")).toBe(true);
  });
});

describe("keeps its contract", () => {
  test.prop([anyReport, fc.boolean()])("sessions-1", (any, fullCommand) => {
    const text = renderSessionsJson({ report: any, chosen: chooseSessions(any, everything), fullCommand });
    expect(violationsOf("sessions-1", parse(text))).toEqual([]);
  });

  test.prop([fc.array(anySession)])("sessions-1, one session a line", (sessions) => {
    const lines = renderSessionsNdjson(sessions, view).split("\n").slice(0, -1);
    expect(lines).toHaveLength(sessions.length);
    for (const line of lines) expect(violationsOf("sessions-1", parse(line), "#/$defs/line")).toEqual([]);
  });

  test.prop([anyReport, fc.option(fc.constantFrom(...countKeys), { nil: undefined })])("count-1", async (any, key) => {
    const chosen = chooseSessions(any, everything);
    const groups = key && { key, counts: countBy(chosen.sessions, key) };
    const look = { width: undefined, chalk: new Chalk({ level: 0 }) };
    const text = await renderCount({ report: any, chosen, groups }, { format: "json", headers: true }, look);
    expect(violationsOf("count-1", parse(text))).toEqual([]);
  });
});

describe("a contract notices", () => {
  const documentOf = (given: object) => ({
    ...(parse(
      renderSessionsJson({ report: report([]), chosen: chooseSessions(report([]), everything), fullCommand: false }),
    ) as object),
    ...given,
  });
  const row = sessionToJson(session(), view);

  test.each([
    ["another version", { schema: "sshctl.sessions/2" }],
    ["a missing host", { host: undefined }],
    ["a time in another zone", { takenAt: "2026-11-23T09:00:00+01:00" }],
    ["a negative number", { hidden: -1 }],
    ["a session without an id", { sessions: [{ ...row, id: undefined }] }],
    ["a kind that there is not", { sessions: [{ ...row, kind: "rsync" }] }],
    ["an empty text for a PID", { sessions: [{ ...row, monitorPid: "" }] }],
    ["a login without a method", { sessions: [{ ...row, auth: { source: "journal", verified: true } }] }],
    ["a forward of no kind", { sessions: [{ ...row, forwards: [{ listen: { address: "::1", port: 1 } }] }] }],
    ["a port as text", { sessions: [{ ...row, peer: { address: "::", port: "22" } }] }],
    ["an unknown phase", { sessions: [{ ...row, phase: null }] }],
    ["a warning without a code", { warnings: [{ message: "x" }] }],
  ])("%s", (_, given) => {
    const whole = JSON.parse(JSON.stringify(documentOf(given))) as unknown;
    expect(violationsOf("sessions-1", documentOf({}))).toEqual([]);
    expect(violationsOf("sessions-1", whole)).not.toEqual([]);
  });

  test("nothing about a field that was added", () => {
    expect(violationsOf("sessions-1", documentOf({ added: 1, sessions: [{ ...row, added: 1 }] }))).toEqual([]);
  });
});

describe.each(schemaNames)("the schema %s", (name: SchemaName) => {
  interface Node {
    properties?: Record<string, Node>;
    items?: Node;
    $defs?: Record<string, Node>;
    $ref?: string;
    title?: string;
    description?: string;
    required?: string[];
    /** Forms of which each requires fields of its own. */
    oneOf?: Node[];
  }

  /** Every described thing below, by its path. */
  function nodes(node: Node, path: string): [string, Node][] {
    const below = Object.entries({ ...node.properties, ...node.$defs }).flatMap(([key, each]) =>
      nodes(each, `${path}/${key}`),
    );
    const items =
      node.items === undefined || node.items.$ref !== undefined || node.items.title === undefined
        ? []
        : nodes(node.items, `${path}[]`);
    return [[path, node], ...below, ...items];
  }

  const all = nodes(readSchema(name) as Node, "");

  test("says of every field what it is", () => {
    const silent = all.filter(([, { title, description, $ref }]) => $ref === undefined && !(title && description));
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  // Who writes a file by hand leaves out what is usual.
  test.runIf(!name.includes("-file-"))("requires every field that it knows", () => {
    for (const [path, { properties, required, oneOf }] of all) {
      if (oneOf !== undefined) continue;
      expect([path, required?.toSorted()]).toEqual([path, properties && Object.keys(properties).toSorted()]);
    }
  });
});
