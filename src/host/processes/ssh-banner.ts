import { connect } from "node:net";

/** What SSH servers say first. */
export interface SshBanners {
  /** @returns the server's first line, RFC 4253 section 4.2; undefined when nothing came in time. */
  read: (address: string, port: number, limitMs: number) => Promise<string | undefined>;
}

export const banners: SshBanners = {
  read: async (address, port, limitMs) =>
    new Promise((resolve) => {
      const socket = connect({ host: address, port });
      const finish = (line: string | undefined) => {
        socket.destroy();
        resolve(line);
      };
      socket.setTimeout(limitMs, () => {
        finish(undefined);
      });
      socket.on("error", () => {
        finish(undefined);
      });
      socket.on("data", (data) => {
        finish(data.toString("latin1").split(/\r?\n/, 1)[0]);
      });
      socket.on("end", () => {
        finish(undefined);
      });
    }),
};
