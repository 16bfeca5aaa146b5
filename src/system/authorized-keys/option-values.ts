/** Values of options before a key that make sshd ignore the whole line: sshauthopt_parse() in OpenSSH's auth-options.c. */
import { readInteger } from "./integer.ts";
import type { LineRules } from "./line-rules.ts";

/** NI_MAXHOST, with the NUL behind the name. */
const longestHost = 1024;

/**
 * permitopen="HOST:PORT", permitlisten="[HOST:]PORT": handle_permit() there, hpdelim2() and a2port() in misc.c.
 *
 * @returns why sshd ignores the line; undefined where the value is fine.
 */
export function permitProblem(name: string, value: string, { isService }: LineRules): string | undefined {
  const whole = name === "permitlisten" && !value.includes(":") ? `*:${value}` : value;
  const [match, host = "", port = ""] = /^(\[[^\]]*\]|(?!\[)[^:/]*)[:/](.*)$/s.exec(whole) ?? [];
  if (match === undefined || Buffer.byteLength(host) > longestHost) return `${name} names no host and port`;
  const number = readInteger(port) ?? 0;
  const isPort = port === "*" || (number > 0 && number <= 65_535) || isService(port);
  return isPort ? undefined : `${name} names no port`;
}

/** SSH_TUNID_MAX. */
const highestTunnel = 0x7f_ff_ff_ff - 2;

/** tunnel="N" or "any": a2tun() in misc.c. */
export function tunnelProblem(value: string): string | undefined {
  const number = readInteger(value) ?? -1;
  const isTunnel = value.toLowerCase() === "any" || (number >= 0 && number <= highestTunnel);
  return isTunnel ? undefined : "tunnel names no device";
}

/** environment="NAME=VALUE". Whether it has an effect is PermitUserEnvironment's to say; its form always counts. */
export function environmentProblem(value: string): string | undefined {
  return /^[A-Za-z0-9_]+=/.test(value) ? undefined : "environment holds no NAME=VALUE";
}
