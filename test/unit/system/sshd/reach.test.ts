import { describe, expect, test } from "vitest";
import { bringBack } from "../../../../src/system/sshd/reach.ts";
import type { SteeringPorts } from "../../../../src/system/sshd/steer.ts";
import { daemon } from "../../../helpers/daemons.ts";
import { fakeHost } from "../../../helpers/fake-host.ts";

/** A machine on which reloads fail. */
function machine(complaint: string): SteeringPorts & { ran: string[] } {
  const ran: string[] = [];
  const run: SteeringPorts["programs"]["run"] = async (name, args) => {
    ran.push([name.replace(/^.*\//, ""), ...args].join(" "));
    const fails = args[0] === "reload" || (args[0] === "-t" && complaint !== "");
    return Promise.resolve({ stdout: "", stderr: fails ? complaint || "Job failed." : "", exitCode: fails ? 1 : 0 });
  };
  return { ...fakeHost(), programs: { run }, banners: { read: async () => Promise.resolve("SSH-2.0-x") }, ran };
}

describe("after the old configuration was put back", () => {
  const stock = { daemons: [daemon()], served: [] };

  test("what a reload does not mend, a restart does", async () => {
    const host = machine("");
    await bringBack(stock, host);
    expect(host.ran).toContain("systemctl restart ssh.service");
  });

  test("a server that refuses its configuration is left running: it would not start again", async () => {
    const host = machine("Bad configuration option: NoSuchKeyword");
    await expect(bringBack(stock, host)).rejects.toThrow("NoSuchKeyword");
    expect(host.ran.filter((line) => line.startsWith("systemctl"))).toEqual([]);
  });
});
