/** Whoever can change Node.js or sshctl has root's rights as soon as root runs sshctl. */
import { limited, ok, type Check } from "./check.ts";
import type { DoctorHost } from "./machine.ts";

export function examineSelf({ runningProgram }: DoctorHost): Check[] {
  const { nodePath, nodeVersion, paths, findTampering } = runningProgram();
  const node = findTampering(nodePath);
  const program = paths.map(findTampering).find((fault) => fault !== undefined);
  return [
    node === undefined
      ? ok("node", `Node.js ${nodeVersion}, ${nodePath}: only root can change it`)
      : limited("node", `Node.js ${nodeVersion}, ${nodePath}: ${node}`, remedy),
    program === undefined
      ? ok("sshctl", "only root can change it")
      : limited("sshctl", `users other than root can change it: ${program}`, remedy),
  ];
}

const remedy = "before root runs it, make it and every folder above it owned by root and writable only by root";
