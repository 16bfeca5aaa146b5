import { spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { lockFile } from "../../../../src/host/files/lock-file.ts";
import { permitAll } from "../../../../src/host/files/user-rights.ts";
import { newFolder } from "../../../helpers/new-folder.ts";

const owner = { uid: 65_534, gid: 65_534 };
let folder = "";

beforeEach(() => {
  folder = newFolder();
});

/** Opens the file again and again, and tells how often it was there and how often it was refused. */
const opener = `
const fs = require("node:fs");
let there = 0, refused = 0, end = false;
process.stdin.on("end", () => { end = true; }).resume();
const look = () => {
  for (let i = 0; i < 200; i += 1)
    try { fs.closeSync(fs.openSync(process.argv[1], "r+")); there += 1; }
    catch (error) { if (error.code === "EACCES") refused += 1; }
  if (end) console.log(JSON.stringify({ there, refused })); else setImmediate(look);
};
console.log("looking");
look();
`;

/** Only root can make a lock for somebody else; without root there is no such moment. */
test.runIf(process.geteuid?.() === 0)("a lock for a user is never one that the user is refused", async () => {
  chownSync(folder, owner.uid, owner.gid);
  const path = join(folder, ".lock");
  const user = spawn(process.execPath, ["-e", opener, path], {
    ...owner,
    cwd: "/",
    stdio: ["pipe", "pipe", "inherit"],
  });
  let said = "";
  user.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  await once(user.stdout, "data");
  for (let round = 0; round < 60; round += 1)
    await lockFile({ path, owner, at: (use) => use(path, permitAll) }, async () => Promise.resolve());
  const ended = once(user, "close");
  user.stdin.end();
  await ended;
  const { there, refused }: { there: number; refused: number } = JSON.parse(said.replace("looking\n", ""));
  expect(there).toBeGreaterThan(0);
  expect(refused).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});
