/** `sshctl policy run`: the process of the service, in the foreground. */
import type { Command } from "../../cli/command.ts";
import { single } from "../../cli/values.ts";
import { serve } from "./service/serve.ts";

export const policyRun: Command = {
  name: "policy run",
  summary: "Apply the rules, in the foreground: what the service runs",
  examples: [
    ["sudo systemctl enable --now sshctl-policy", "as a service; the unit comes with the packages"],
    ["sudo sshctl policy run", "the same in the foreground; SIGHUP reads the rules again"],
    ["sudo sshctl policy run --looks 3", "three looks, and the end: to try it"],
  ],
  options: {
    looks: { group: "Method", value: "N", describe: "end after so many looks" },
  },
  run: async (given, context) => serve(single(given, "looks", count), context),
};

const count = {
  read: (text: string) => (/^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined),
  allowed: "a number from 1 to 999999",
};
