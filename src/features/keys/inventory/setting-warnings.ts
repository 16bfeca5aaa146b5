/** What keys in files do not tell: other ways by which sshd takes keys, or takes none. */
import { plural } from "../../../text/words.ts";
import type { Warning } from "../../../domain/session.ts";
import type { Account } from "../../../system/accounts.ts";
import { describeRevokedKeysFault, describeUnread } from "../text/faults.ts";
import type { AccountSettings, KeySettings } from "./key-settings.ts";
import type { RevokedKeys } from "./revoked-keys.ts";

export function settingWarnings(
  accounts: readonly Account[],
  settings: AccountSettings,
  revoked: ReadonlyMap<string, RevokedKeys>,
): Warning[] {
  const all = [...new Set(accounts.flatMap(settings.of))];
  const valuesOf = (read: (each: KeySettings) => string | undefined) => [
    ...new Set(all.flatMap((each) => read(each) ?? [])),
  ];
  return [
    ...(all.every(({ isKnown }) => isKnown) ? [] : [assumed]),
    ...valuesOf(({ keysCommand }) => keysCommand).map(byCommand),
    ...valuesOf(({ trustedAuthorities }) => trustedAuthorities).map(byAuthority),
    ...[...revoked].flatMap(([path, { fault, unknown }]) => [
      ...(fault === undefined ? [] : [refusesAll(path, describeRevokedKeysFault(fault))]),
      ...(unknown === undefined ? [] : [notRead(path, describeUnread(unknown))]),
    ]),
    ...byConnection(settings),
    ...byServer(accounts, settings),
  ];
}

function byServer(accounts: readonly Account[], settings: AccountSettings): Warning[] {
  const several = accounts.map(settings.of).find((each) => each.length > 1);
  if (several === undefined) return [];
  const named = several.map(({ servers, keyFiles }) => `${servers.join(", ")}: AuthorizedKeysFile ${keyFiles}`);
  const message = `the SSH servers of this machine are configured differently; keys are listed as each server reads them (${named.join("; ")})`;
  return [{ code: "servers-differ", message }];
}

const assumed: Warning = {
  code: "settings-assumed",
  message: "sshd does not report its settings; its defaults are assumed, so keys may be in other files",
};

function byCommand(command: string): Warning {
  const message = `AuthorizedKeysCommand ${command} may supply more keys, which are in no file`;
  return { code: "keys-command", message };
}

function byAuthority(path: string): Warning {
  const message = `TrustedUserCAKeys ${path}: certificates of these authorities can log in without being listed in a file`;
  return { code: "trusted-authorities", message };
}

/** The code is older than all but the first of its reasons. */
function refusesAll(path: string, problem: string): Warning {
  return {
    code: "revoked-keys-missing",
    message: `RevokedKeys ${path} cannot be read, so sshd refuses every key: ${problem}`,
  };
}

function notRead(path: string, problem: string): Warning {
  return {
    code: "revoked-keys-unread",
    message: `RevokedKeys ${path} was not read, so the keys that it revokes are not known: ${problem}`,
  };
}

function byConnection({ dependent }: AccountSettings): Warning[] {
  const [place] = dependent;
  if (place === undefined) return [];
  const lines = plural(dependent.length, "line");
  return [
    {
      code: "match-by-connection",
      message: `${lines} of sshd's configuration ${dependent.length === 1 ? "depends" : "depend"} on where a connection comes from (${place.path}:${String(place.line)}); keys are listed as for a connection from this machine`,
    },
  ];
}
