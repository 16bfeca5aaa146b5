import type { Machine } from "../host/host.ts";
import { reloadSshd } from "../system/sshd/service.ts";
import type { Activation } from "./change-record.ts";

/** Makes daemons read what has been written. @throws ForeseenError */
export async function activate(activation: Activation, host: Pick<Machine, "files" | "programs">): Promise<void> {
  switch (activation) {
    case "none":
      return;
    case "sshd":
      await reloadSshd(host);
  }
}
