/**
 * To be loaded before a program (`node --require`): ends the process by SIGKILL at one of its changes to the file system, the one
 * that KILL_AT counts; in the middle of one that writes. With KILL_NAMES only those that give or take names count: what others can see.
 */
export const killAt = `
const fs = require("node:fs");
let left = Number(process.env.KILL_AT);
const die = () => { process.kill(process.pid, "SIGKILL"); for (;;); };
const naming = ["mkdirSync", "renameSync", "unlinkSync", "rmSync"];
for (const name of process.env.KILL_NAMES ? naming : ["openSync", "mkdirSync", "writeFileSync", "fsyncSync", "fchmodSync", "fchownSync", "renameSync", "unlinkSync", "rmSync"]) {
  const real = fs[name];
  fs[name] = (...args) => {
    const changes = name !== "openSync" || (args[1] & (fs.constants.O_CREAT | fs.constants.O_WRONLY)) !== 0;
    if (changes && --left === 0) {
      // What the kernel takes in one piece, by its path, is done before.
      if (name === "writeFileSync" && typeof args[0] === "string") real(...args);
      else if (name === "writeFileSync") fs.writeSync(args[0], args[1].slice(0, args[1].length / 2), null, "latin1");
      die();
    }
    return real(...args);
  };
}
`;
