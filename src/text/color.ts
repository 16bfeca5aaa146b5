import { Chalk, type ChalkInstance } from "chalk";

export const colorModes = ["auto", "always", "never"] as const;
export type ColorMode = (typeof colorModes)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Who decides about colour, strongest first: --color, NO_COLOR (no-color.org), FORCE_COLOR, a terminal that calls itself
 * dumb, and whether there is a terminal at all. chalk itself knows nothing of NO_COLOR.
 */
export function painterFor(mode: ColorMode, env: Environment, isTerminal: boolean): ChalkInstance {
  return new Chalk({ level: isColored(mode, env, isTerminal) ? 1 : 0 });
}

function isColored(mode: ColorMode, env: Environment, isTerminal: boolean): boolean {
  if (mode !== "auto") return mode === "always";
  if (env["NO_COLOR"]) return false;
  const force = env["FORCE_COLOR"];
  if (force) return force !== "0" && force !== "false";
  return isTerminal && env["TERM"] !== "dumb";
}
