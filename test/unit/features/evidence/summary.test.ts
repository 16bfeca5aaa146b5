import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { Evidence, ProcessEvidence } from "../../../../src/features/evidence/evidence.ts";
import { renderEvidence } from "../../../../src/features/evidence/text/evidence-json.ts";
import { renderSummary } from "../../../../src/features/evidence/text/summary.ts";
import { violationsOf } from "../../../helpers/schemas.ts";
import { report, session } from "../../../helpers/sessions.ts";

const kept = { file: "processes/903/fd-5", bytes: 3, sha256: "a".repeat(64) };

function processEvidence(text: string): ProcessEvidence {
  return {
    process: {
      pid: 903,
      ppid: 902,
      pgid: 903,
      sid: 903,
      startTicks: 5,
      comm: text,
      tty: undefined,
      foregroundGroup: -1,
    },
    startedAtMs: 0,
    ids: { uids: [1000, 1000, 0, 1000], gids: [1000, 1000, 1000, 1000], groups: [] },
    loginUid: 1000,
    cgroup: text,
    workingDirectory: text,
    rootDirectory: "/",
    network: "net:[1]",
    commandLine: [text, text],
    executable: { path: `${text} (deleted)`, isDeleted: true, sha256: undefined, bytes: undefined, kept: undefined },
    sockets: [
      { fd: 3, inode: 9, protocol: "unix", local: undefined, peer: undefined, listens: true, path: text },
      {
        fd: 4,
        inode: 10,
        protocol: "tcp",
        local: { address: "10.0.0.1", port: 22 },
        peer: { address: "10.0.0.7", port: 5001 },
        listens: false,
        path: undefined,
      },
    ],
    openFiles: [{ fd: 5, link: `/${text} (deleted)`, position: 3, flags: "02", isDeleted: true, kept }],
    kept: new Map([["environ", kept]]),
    isComplete: true,
  };
}

function evidenceOf(text: string) {
  const one = session({ pid: 903 });
  const occasion = {
    id: "20261125T101512480-7f2c",
    command: "kill",
    reason: text,
    report: report([one]),
    otherwise: "",
  };
  const circumstances = { bootId: "x", bootedAtMs: 0, kernel: text, by: text, takenAtMs: 0 };
  const evidence: Evidence = {
    sessions: [
      {
        details: { session: one, ancestors: [], processes: [], cgroup: text, traffic: undefined, warnings: [] },
        processes: [903],
        keyLines: [{ path: text, line: 1, text }],
        journal: kept,
        logind: undefined,
      },
    ],
    accounts: [
      {
        user: text,
        uid: 1000,
        lingers: true,
        crontab: { path: text, kept: undefined },
        atJobs: [{ path: text, kept }],
      },
    ],
    processes: [processEvidence(text)],
  };
  return { evidence, occasion, circumstances };
}

test.prop([fc.string({ unit: "binary" })])("names that hurt stay in blocks that are no markup", (text) => {
  const hostile = `\n# ${text}\n\u001B[31m`;
  const summary = renderSummary({ ...evidenceOf(hostile), files: [], gaps: [hostile] });
  expect(summary).not.toMatch(/[^\n\x20-\x7e\p{L}\p{M}\p{N}\p{P}\p{S}]/u);
  const own = renderSummary({ ...evidenceOf("plain"), files: [], gaps: ["plain"] });
  const outside = (markdown: string) => markdown.split("\n").filter((line) => !line.startsWith("    "));
  expect(outside(summary)).toEqual(outside(own));
});

test.prop([fc.string({ unit: "binary" })])("the document keeps the contract, whatever names there are", (text) => {
  const { evidence, occasion, circumstances } = evidenceOf(text);
  const json = renderEvidence(evidence, occasion, circumstances);
  const document: unknown = JSON.parse(json);
  expect(violationsOf("evidence-1", document)).toEqual([]);
  expect(document).toMatchObject({ reason: text, processes: [{ workingDirectory: text }] });
});

test("the summary tells what was deleted, and where it is kept", () => {
  const summary = renderSummary({ ...evidenceOf("x"), files: [], gaps: [] });
  expect(summary).toContain("    903 runs x (deleted): not kept, see below\n");
  expect(summary).toContain("    903 has open /x (deleted) (file 5): processes/903/fd-5\n");
  expect(summary).toContain("    903 x: tcp, file 4, 10.0.0.1:22, to 10.0.0.7:5001\n");
  expect(summary).toContain("Nothing, as far as could be seen.");
});
