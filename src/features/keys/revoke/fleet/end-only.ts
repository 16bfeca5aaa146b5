/** `keys revoke --kill --on` where a host has no sshctl: the sessions of the key end, and it is not locked out. */
import type { Context } from "../../../../cli/context.ts";
import { isFingerprint } from "../../../../domain/auth.ts";
import type { DeedItem } from "../../../../fleet/act/host-outcome.ts";
import type { Protection } from "../../../../system/protected/read-protected.ts";
import { planEndings, type EndingElsewhere } from "../../../kill/fleet/end-elsewhere.ts";
import { outcomeOf } from "../../../sessions/fleet/through/act-on-host.ts";
import type { PlannedThing } from "../../../sessions/fleet/through/deed.ts";
import type { Substitute, SubstitutePlan } from "../../../sessions/fleet/through/substitute.ts";
import { sessionsOfKey } from "../end-sessions-of-key.ts";
import type { PlannedRevocation } from "./revoke-deed.ts";

/** @param key - as it was typed: what it means, hosts with sshctl have said. */
export function endOnly(
  { key, protection }: { key: string | undefined; protection: Protection },
  context: Context,
): Substitute<PlannedRevocation> {
  return async (hosts, { reach, lineTo, things }) => {
    const typed = key !== undefined && isFingerprint(key) && key.length >= wholeLength ? [key] : [];
    const fingerprints = [...new Set([...typed, ...things.flatMap((thing) => thing.fingerprints)])];
    const [first] = hosts.map(lineTo);
    if (first === undefined || fingerprints.length === 0) return new Map();
    const holder = { fingerprints, uids: undefined, settingsOf: () => [] };
    const choose = (report: Parameters<typeof sessionsOfKey>[0]) => sessionsOfKey(report, holder);
    const { engine, reader } = first;
    const planned = await planEndings({ hosts, choose, protection, reach, engine, reader }, context);
    return new Map(planned.map((each) => [each.name, planOf(key ?? fingerprints.join(", "), each)]));
  };
}

/** Of "SHA256:" and 43 characters, as ssh-keygen writes it. */
const wholeLength = 50;

const noSshctl = "not locked out: sshctl is not installed there";

function planOf(key: string, { items, end, problem }: EndingElsewhere): SubstitutePlan {
  const why = problem === undefined ? noSshctl : `${noSshctl}; nor are its sessions known: ${problem}`;
  const lock: PlannedThing = { what: key, kind: "not-done", text: why, details: [] };
  const things = [lock, ...items.map(thingOf)];
  return {
    things,
    act: async (run, reason) => {
      const ended = await end?.(run, reason);
      if (ended?.kind === "lost") return ended;
      return outcomeOf([{ what: key, kind: "not-done", text: why }, ...(ended?.items ?? [])]);
    },
  };
}

/** What is not known to be of the key is left alone, and told. */
function thingOf({ what, kind, text }: DeedItem): PlannedThing {
  if (kind === "not-tried") return { what, kind: "to-do", text: "ends", details: [] };
  return { what, kind: kind === "nothing" || kind === "refused" ? kind : "not-done", text, details: [] };
}
