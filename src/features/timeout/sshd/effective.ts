/** What sshd's own limits are, by its settings and its version. */
import { parseDuration } from "../../../domain/duration.ts";
import { sshPattern } from "../../../system/sshd/pattern.ts";
import type { SshdSettings } from "../../../system/sshd/ask.ts";

/** Whether this sshd has both limits: OpenSSH 9.2 and later. That version prints ChannelTimeout only where it is set. */
export function knowsChannelTimeout(settings: SshdSettings): boolean {
  return settings.has("unusedconnectiontimeout");
}

/**
 * After how long sshd closes a channel of that type: the first pattern that fits, lookup_timeout() in channels.c.
 *
 * @param version - of OpenSSH; before 10.6 the name `session` fits no channel: they are called session:shell and the like.
 */
export function channelSeconds(settings: SshdSettings, type: string, version: number): number | undefined {
  for (const entry of (settings.get("channeltimeout") ?? "none").split(" ")) {
    const [, pattern = "", time = ""] = /^(.*)=(.*)$/.exec(entry) ?? [];
    const isBare = pattern === "session" && version >= knowsBareSession && type.startsWith("session:");
    if (isBare || sshPattern(pattern).test(type)) return parseDuration(time) || undefined;
  }
  return undefined;
}

/** After how long sshd ends a connection without channels. */
export function unusedSeconds(settings: SshdSettings): number | undefined {
  return parseDuration(settings.get("unusedconnectiontimeout") ?? "") || undefined;
}

/**
 * From which version on ChannelTimeout in a Match block is applied to sessions. Before, sshd reads it, and sshd -T -C tells it,
 * and nothing comes of it: "fix ChannelTimeout and RekeyLimit not being applied in sshd_config Match blocks" in the release
 * notes of 10.5. (UnusedConnectionTimeout has always worked there.)
 */
export const appliesInMatch = 1005;

/** From which version on `session=` means all kinds of sessions: "Fix ChannelTimeout specificity", 10.6. */
export const knowsBareSession = 1006;
