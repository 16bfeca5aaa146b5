import { machineOf } from "../../host/host.ts";
import { NothingDoneError } from "../../errors.ts";
import type { Command } from "../../cli/command.ts";
import { meansFleet } from "../sessions/fleet/options.ts";
import { throughSshctlOptions } from "../sessions/fleet/through/options.ts";
import { change, changeOptions } from "./change.ts";
import { quoteWord } from "../../domain/command-line.ts";
import type { Mechanism } from "./limits/mechanism.ts";
import { findScope, parseScope, scopeName, scopeOptions, scopeWords } from "./scope.ts";

export const timeoutUnset: Command = {
  name: "timeout unset",
  summary: "Remove what timeout set has written",
  acts: true,
  examples: [
    ["sshctl timeout unset", "my own limit"],
    ["sshctl timeout unset --global --dry-run", "what would change for all users"],
  ],
  options: { ...scopeOptions, ...changeOptions, ...throughSshctlOptions },
  run: async (given, context) => {
    const scope = parseScope(given);
    if (meansFleet(given)) {
      const wish = { doing: "remove the idle limit", words: [] };
      return (await import("./fleet/change-on.ts")).changeLimitOn(timeoutUnset, wish, given, context);
    }
    const host = await machineOf(await context.host());
    const found = await findScope(scope, host, given.flag("dry-run"));
    const planBy = async (mechanism: Mechanism) => {
      const plan = await mechanism.planUnset(host);
      if (plan.edits.length > 0) return plan;
      throw new NothingDoneError(
        `sshctl has set no such limit for ${scopeName(found)}.`,
        '"sshctl timeout show" shows which limits there are.',
      );
    };
    const words = [...scopeWords(found), ...(scope.via === "sshd" ? ["--via", "sshd"] : [])];
    const command = `sshctl timeout unset ${words.map(quoteWord).join(" ")}`;
    const question = `Remove the idle limit of ${scopeName(found)}?`;
    return change(found, scope.via, { act: "timeout unset", command, planBy, question }, given, context, host);
  },
};
