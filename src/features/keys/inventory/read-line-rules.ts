import { orUndefined } from "../../../host/files/files.ts";
import type { KeysHost } from "../machine.ts";
import type { LineRules } from "../../../system/authorized-keys/line-rules.ts";
import { readOpensshVersion } from "../../../system/sshd/version.ts";

/** How the sshd of this machine reads lines; what UseDNS says depends on the account. */
export async function readLineRules(host: KeysHost): Promise<Omit<LineRules, "usesNames">> {
  const version = await readOpensshVersion(host);
  let services: ReadonlySet<string> | undefined;
  return {
    openssh: version?.number ?? 0,
    isService: (name) => {
      services ??= tcpServices(orUndefined(host.files.read("/etc/services")) ?? "");
      return services.has(name);
    },
  };
}

/** Names and aliases, services(5). */
function tcpServices(text: string): Set<string> {
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim().split(/\s+/));
  return new Set(
    lines.flatMap(([name = "", port = "", ...aliases]) => (/^\d+\/tcp$/.test(port) ? [name, ...aliases] : [])),
  );
}
