/** `keys show --on`: where one key is authorized, on all hosts. */
import type { GivenOptions } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import { isFingerprint } from "../../../domain/auth.ts";
import { exitCodes, NothingFoundError, type ExitCode } from "../../../errors.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { fullTime } from "../../../text/time.ts";
import { plural } from "../../../text/words.ts";
import { askSshctl, hostNotes, timeOf } from "../../sessions/fleet/ask-sshctl.ts";
import { exitCodeOf } from "../../sessions/fleet/fleet-sessions.ts";
import { notice } from "../../sessions/notes.ts";
import { formatEndpoint } from "../../../domain/address.ts";
import { parseQuestion } from "../options.ts";
import { rejectSeveral } from "../show.ts";
import { renderPlaces, type KeyPlace } from "../text/details.ts";
import { keysOf, type FleetKey, type FleetKeys } from "./fleet-keys.ts";
import { keysCommand, tellOfKeys } from "./keys-on.ts";
import { renderFleetKeysJson } from "./text.ts";

/** @param name - a fingerprint or its beginning, or a comment. */
export async function showOn(
  name: string,
  given: GivenOptions,
  format: "text" | "json",
  style: TextStyle,
  context: Context,
): Promise<ExitCode> {
  const { users, networkHomes } = parseQuestion(given);
  return askSshctl(given, { args: keysCommand(networkHomes), document: "keys" }, context, async (fleet) => {
    const all = keysOf(fleet, users);
    const keys = all.keys.filter(({ key }) => isMeant(key, name));
    rejectSeveral(
      name,
      keys.map(({ key }) => key.fingerprint),
    );
    const shown: FleetKeys = {
      fleet,
      keys,
      findings: keys.flatMap(({ host, findings }) => findings.map((finding) => ({ ...finding, host }))),
    };
    for (const note of hostNotes(fleet.answered, () => [])) notice(note, context.err);
    if (format === "json") context.out.write(renderFleetKeysJson(shown));
    else context.out.write(renderKeyOnHosts(keys, style));
    tellOfKeys(shown, context.err);
    const code = exitCodeOf(fleet);
    if (keys.length === 0 && code === exitCodes.done)
      throw new NothingFoundError(
        `No key ${name} was found on ${plural(fleet.answered.length, "host")}.`,
        '"sshctl keys --on" lists the keys of all accounts there.',
      );
    return code;
  });
}

function isMeant({ fingerprint, md5, comment }: FleetKey["key"], name: string): boolean {
  return isFingerprint(name) ? fingerprint.startsWith(name) || md5.startsWith(name) : comment === name;
}

function renderKeyOnHosts(keys: readonly FleetKey[], style: TextStyle): string {
  const [first] = keys;
  if (first === undefined) return "";
  const { fingerprint, md5, type, bits } = first.key;
  return renderPlaces(
    { sha256: fingerprint, md5, name: type, bits: bits ?? undefined },
    keys.map(placeOf),
    undefined,
    style,
  );
}

function placeOf({ host, key, findings }: FleetKey): KeyPlace {
  const { user, path, line, state, servers, comment, options, expiresAt, logins, sessions } = key;
  const { verified, unverified, last } = logins;
  const time = (text: string | null) => {
    const timeMs = timeOf(text);
    return timeMs === undefined ? "?" : fullTime(timeMs);
  };
  return {
    where: `${host}  ${user}  ${path}:${String(line)}`,
    facts: [
      ["state", servers.length === 0 ? state : `${state}, by ${servers.join(", ")} only`],
      ...(comment === null ? [] : [["comment", comment] as const]),
      ...(options === "" ? [] : [["options", options] as const]),
      ...(expiresAt === null ? [] : [["expires", time(expiresAt)] as const]),
      ["logins", verified === null || unverified === null ? "not known" : String(verified + unverified)],
      ...(last === null
        ? []
        : [["last", `${time(last.at)} from ${last.address ?? "?"}${last.verified ? "" : " (unverified)"}`] as const]),
      ...(sessions ?? []).map(
        ({ pid, peer }) =>
          ["open", `PID ${String(pid)}${peer === null ? "" : ` from ${formatEndpoint(peer)}`}`] as const,
      ),
      ...findings.map(({ id, severity, reason, remedy }) => [severity, `${id}: ${reason}. ${remedy}`] as const),
    ],
  };
}
