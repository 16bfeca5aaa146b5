/** `timeout set` and `timeout unset` with --on: by the sshctl of each host. */
import type { Command, GivenOptions } from "../../../cli/command.ts";
import { widthOf, type Context, type Output } from "../../../cli/context.ts";
import type { ExitCode } from "../../../errors.ts";
import { actThroughSshctl } from "../../sessions/fleet/through/act-through-sshctl.ts";
import { parseFormat, textFormats } from "../../sessions/output-options.ts";
import { painterFor } from "../../../text/color.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { limitDeed } from "./limit-deed.ts";

/** Options that each host gets as they were given, and that take a value or none. */
const [withValue, without] = [
  ["user", "group", "via", "except-user", "except-group", "channels", "unused"],
  ["global", "ssh-only", "no-export", "adopt"],
] as const;

export async function changeLimitOn(
  command: Pick<Command, "name" | "options">,
  { doing, words }: { doing: string; words: readonly string[] },
  given: GivenOptions,
  context: Context,
): Promise<ExitCode> {
  const options = [
    ...withValue
      .filter((name) => Object.hasOwn(command.options, name))
      .flatMap((name) => given.texts(name).map((text) => `--${name}=${text}`)),
    ...without
      .filter((name) => Object.hasOwn(command.options, name))
      .flatMap((name) => (given.flag(name) ? [`--${name}`] : [])),
  ];
  return actThroughSshctl(
    {
      command,
      mode: "ending",
      deed: limitDeed(whoseLimit(given), [...command.name.split(" "), ...options, ...words]),
      doing,
      title: "LIMIT",
      undone: "NOT CHANGED",
      okIfNone: command.name === "timeout set",
      layout: { format: parseFormat(given, textFormats) === "json" ? "json" : "table", ...stylesOf(context) },
    },
    given,
    context,
  );
}

/** Without --color, which these commands do not have. */
function stylesOf({ out, err, env }: Context): Record<"style" | "planStyle", TextStyle> {
  const styleOf = (output: Output) => ({ width: widthOf(output), chalk: painterFor("auto", env, output.isTerminal) });
  return { style: styleOf(out), planStyle: styleOf(err) };
}

function whoseLimit(given: GivenOptions): string {
  if (given.flag("global")) return "all users";
  const [user, group] = [given.texts("user")[0], given.texts("group")[0]];
  if (user !== undefined) return user;
  return group === undefined ? "the account that logs in there" : `the group ${group}`;
}
