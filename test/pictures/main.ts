/** Draws the pictures of the README; with --check it only tells whether they are what the tool writes. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { columns, listScene, watchScene } from "./scenes.ts";
import { drawWindow } from "./window.ts";

// Clock times are shown in the zone of the terminal.
process.env["TZ"] = "UTC";

const pictures = [
  {
    path: "docs/pictures/list.svg",
    title: "sshctl list",
    description: "sshctl list in a terminal: a table with one row for each SSH connection, your own marked",
    scene: listScene,
  },
  {
    path: "docs/pictures/watch.svg",
    title: "sshctl watch",
    description:
      "sshctl watch in a terminal: counts and their history above the rows, those that come and go marked, keys below",
    scene: watchScene,
  },
];

for (const { path, title, description, scene } of pictures) {
  const picture = drawWindow(await scene(), { title, description, columns });
  if (!process.argv.includes("--check")) writeFileSync(path, picture);
  else if (!existsSync(path) || readFileSync(path, "utf8") !== picture) {
    process.stderr.write(`${path} differs from what sshctl shows: run npm run pictures\n`);
    process.exitCode = 1;
  }
}
