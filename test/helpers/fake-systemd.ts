/** What systemctl(1) and busctl(1) answer about ssh.service and its socket. */
import type { ProgramOutput } from "../../src/host/programs/run.ts";

export interface FakeSystemd {
  /** The main process of ssh.service; 0 where it does not run. */
  mainPid?: number;
  /** The words of ExecStart=. */
  argv?: readonly string[];
  environment?: readonly string[];
  environmentFiles?: readonly string[];
  /** An active ssh.socket. */
  socket?: { listen: readonly string[]; isPerConnection?: boolean };
}

const usual = ["/usr/sbin/sshd", "-D", "$SSHD_OPTS"];

/** @returns undefined for what it is not asked here. */
export function fakeSystemd(
  { mainPid = 0, argv = usual, environment = [], environmentFiles = ["/etc/default/ssh"], socket }: FakeSystemd,
  name: string,
  args: readonly string[],
): ProgramOutput | undefined {
  const told = (stdout: string) => ({ stdout, exitCode: 0 });
  if (name === "busctl")
    return told(
      [
        { type: "a(sasbttttuii)", data: [[argv[0], argv, false]] },
        { type: "as", data: environment },
        { type: "a(sb)", data: environmentFiles.map((path) => [path, true]) },
      ]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(""),
    );
  if (name !== "systemctl" || args[0] !== "show") return undefined;
  if (args.at(-1) === "*.socket") return told(socketText(socket));
  if (args[1] === "--property=MainPID") return told(`MainPID=${String(mainPid)}\n`);
  const units = args.slice(2).map((unit) => {
    const path = /^sshd?(?:@0)?\.service$/.test(unit) ? "/usr/sbin/sshd" : "/usr/bin/other";
    return `Id=${unit}\nExecStart={ path=${path} ; argv[]=${path} ; ignore_errors=no }\n`;
  });
  return told(units.join("\n"));
}

function socketText(socket: FakeSystemd["socket"]): string {
  const dbus =
    "Accept=no\nListen=/run/dbus/socket (Stream)\nId=dbus.socket\nTriggers=dbus.service\nActiveState=active\n";
  if (socket === undefined) return dbus;
  const { listen, isPerConnection = false } = socket;
  const lines = listen.map((each) => `Listen=${each} (Stream)\n`).join("");
  const [accept, triggers] = isPerConnection ? ["yes", ""] : ["no", "ssh.service"];
  return `${dbus}\nAccept=${accept}\n${lines}Id=ssh.socket\nTriggers=${triggers}\nActiveState=active\n`;
}
