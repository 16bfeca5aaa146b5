import { formatEndpoint } from "../../../domain/address.ts";
import { sessionId } from "../../../domain/session.ts";
import type { Grid, TextStyle } from "../../../text/grid.ts";
import { renderJson } from "../../../text/json.ts";
import type { PolicyCheckDocument } from "../../../text/json-contract.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { isoTime } from "../../../text/time.ts";
import type { Judged } from "../check-policy.ts";
import type { Policy } from "../rules/rule.ts";
import { describeFate, describePolicy, describeRule } from "./rule-text.ts";

export interface CheckReport {
  host: string;
  takenAtMs: number;
  policy: Policy;
  judged: readonly Judged[];
}

export async function renderCheck({ policy, judged }: CheckReport, style: TextStyle): Promise<string> {
  const lines = describePolicy(policy).map((line) => `${line}\n`);
  if (judged.length === 0) return `${lines.join("")}\nNo session meets a rule now.\n`;
  const grid: Grid = {
    columns: [
      { title: "PID", align: "right" },
      { title: "USER" },
      { title: "FROM", shrinks: 1 },
      { title: "KIND", spare: 1 },
      { title: "RULE" },
      { title: "NOW", shrinks: 2 },
    ],
    rows: judged.map(({ session, verdict, exempt }) => ({
      cells: [
        String(session.pid),
        session.user,
        session.peer && formatEndpoint(session.peer),
        session.kind,
        verdict.rule.name,
        fateOf({ verdict, exempt }),
      ],
    })),
  };
  return `${lines.join("")}\n${await renderGrid(grid, { headers: true, truncate: false }, style)}`;
}

function fateOf({ verdict, exempt }: Pick<Judged, "verdict" | "exempt">): string {
  if (verdict.kind === "undecided") return "left alone: not everything is known that the rule asks for";
  return exempt === undefined ? describeFate(verdict.rule) : `left alone: ${exempt}`;
}

/** docs/schemas/policy-check-1.json */
export function renderCheckJson({ host, takenAtMs, policy, judged }: CheckReport): string {
  return renderJson<PolicyCheckDocument>({
    schema: "sshctl.policy-check/1",
    host,
    takenAt: isoTime(takenAtMs),
    mode: policy.mode,
    intervalSeconds: policy.intervalSeconds,
    fuse: policy.fuse,
    rules: policy.rules.map((rule) => ({
      name: rule.name,
      file: rule.file,
      line: rule.line,
      action: rule.action,
      text: describeRule(rule),
    })),
    sessions: judged.map(({ session, verdict, exempt }) => ({
      id: sessionId(session.identity),
      pid: session.pid,
      user: session.user ?? null,
      rule: verdict.rule.name,
      verdict: exempt === undefined ? verdict.kind : "exempt",
      text: fateOf({ verdict, exempt }),
    })),
  });
}
