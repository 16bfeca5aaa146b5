import { firstFew } from "../domain/first-few.ts";
import { UnknownOptionError } from "../errors.ts";
import { singleCommands, type Command, type CommandGroup } from "./command.ts";

/** The same error where no command has the option; otherwise one that says which commands do. */
export function tellWhoseOption(
  error: UnknownOptionError,
  commands: readonly (Command | CommandGroup)[],
): UnknownOptionError {
  const { option, help } = error;
  const owners = singleCommands(commands).filter(
    ({ options }) => Object.hasOwn(options, option) && options[option]?.hidden !== "refused",
  );
  if (owners.length === 0) return error;
  const names = owners.map(({ name }) => `"sshctl ${name}"`);
  return new UnknownOptionError(option, `It is one of ${firstFew(names, 3)}.`, help);
}
