/** Where an account can log in: once for all hosts of which the same is to be said. */
import type { TextStyle } from "../../../text/grid.ts";
import { renderJson } from "../../../text/json.ts";
import type { AccessDocument, FleetAccessDocument } from "../../../text/json-contract.ts";
import { isoTime } from "../../../text/time.ts";
import { visible } from "../../../text/visible.ts";
import { plural } from "../../../text/words.ts";
import { askedHostToJson, unansweredHostToJson } from "../../sessions/fleet/ask-sshctl.ts";
import { foldedLines, type HostTexts } from "../../sessions/fleet/folded-lines.ts";
import type { Answer } from "../access-report.ts";
import { openHosts, type FleetAccess } from "./fleet-access.ts";

const words: Readonly<Record<Answer, string>> = { yes: "yes", no: "no", unknown: "depends" };

/** What matters most comes first. */
const order = ["yes", "unknown", "no"] as const satisfies readonly Answer[];

export function renderFleetAccess(access: FleetAccess, { chalk, width }: TextStyle): string {
  const { fleet, absent, user } = access;
  const told: HostTexts[] = [
    ...order.flatMap((answer) =>
      fleet.answered
        .filter(({ document }) => document.answer === answer)
        .map(({ name, document }) => ({ name, texts: textsOf(document) })),
    ),
    ...absent.map((name) => ({ name, texts: [`no, there is no account ${user}`] })),
  ];
  if (told.length === 0) return "";
  const all = plural(told.length + fleet.failed.length, "host");
  const headline = `${user} can log in on ${String(openHosts(access).length)} of ${all}.`;
  return [chalk.bold(visible(headline)), ...foldedLines(told, width)].map((line) => `${line}\n`).join("");
}

function textsOf({ servers, locks }: AccessDocument): string[] {
  const several = servers.length > 1;
  return [
    ...(servers.length === 0 ? ["no, no SSH server runs there"] : []),
    ...servers.map(({ name, answer, because }) => `${several ? `${name}: ` : ""}${words[answer]}, ${because}`),
    // Of sshctl itself.
    ...locks.map(({ by, reason, openUntil }) => {
      const why = reason === null ? "" : `; reason: ${reason}`;
      return openUntil === null ? `locked by ${by}${why}` : `open until ${openUntil}, then locked again by ${by}${why}`;
    }),
  ];
}

/** docs/schemas/fleet-access-1.json */
export function renderFleetAccessJson({ user, fleet, absent }: FleetAccess): string {
  return renderJson<FleetAccessDocument>({
    schema: "sshctl.fleet-access/1",
    takenAt: isoTime(fleet.takenAtMs),
    user,
    hosts: [
      ...fleet.answered.map((host) => ({ ...askedHostToJson(host), access: host.document })),
      ...absent.map((name) => ({ ...askedHostToJson({ name, version: undefined }), access: null })),
      ...fleet.failed.map((host) => ({ ...unansweredHostToJson(host), access: null })),
    ],
  });
}
