import { chooseSessions } from "../domain/choose-sessions.ts";
import { exitCodes } from "../errors.ts";
import { renderSessions } from "../render/sessions.ts";
import type { Command } from "./command.ts";
import { reportNotes } from "./notes.ts";
import { outputOptions, parseLayout, parseLook } from "./output-options.ts";
import { parseChoice, selectionOptions } from "./selection-options.ts";

export const list: Command = {
  name: "list",
  summary: "Show who is connected over SSH",
  examples: [
    ["sshctl list", "who is connected; your own session is marked"],
    ["sshctl list --user alice --idle 30m", "alice's, where nobody has typed for half an hour"],
    ["sshctl list --from 10.0.0.0/8 --not-kind tunnel", "from the inner network, without tunnels"],
    ["sshctl list -o json", "everything that is known, for programs"],
  ],
  options: { ...selectionOptions, ...outputOptions },
  run: async (given, context) => {
    const choice = parseChoice(given);
    const layout = parseLayout(given);
    const look = parseLook(given, context);
    const report = await context.readReport();
    const chosen = chooseSessions(report, choice);
    context.out.write(renderSessions(report, chosen, layout, look));
    reportNotes(report, chosen, context);
    return exitCodes.done;
  },
};
