/** What the tool writes on a terminal while it looks at the server in the pictures. */
import { fakeHost } from "../helpers/fake-host.ts";
import { memoryScanner, MemoryScreen, SteppedClock } from "../helpers/live.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { lookAt } from "./server.ts";

/** Columns of the terminal. */
export const columns = 100;
const rows = 15;
const env = { LANG: "C.UTF-8", TERM: "xterm" };

export async function listScene(): Promise<string> {
  const { out } = await sshctl(["list"], { report: lookAt(0), width: columns, env });
  return out;
}

/** @returns the screen after a minute, which is how long the server's story goes on. */
export async function watchScene(): Promise<string> {
  const looks = Array.from({ length: 30 }, (_, index) => lookAt(index * 2));
  const screen = new MemoryScreen(columns, rows);
  const clock = new SteppedClock();
  const host = fakeHost({ machine: { clock, openScreen: screen.open } });
  const live = { openScanner: async () => Promise.resolve(memoryScanner(looks)) };
  const done = sshctl(["watch"], { host, live, width: columns, env });
  await screen.opened;
  for (const _ of looks.slice(1)) {
    await screen.settled();
    clock.step();
  }
  const shown = await screen.settled();
  await screen.type("q");
  await done;
  return shown;
}
