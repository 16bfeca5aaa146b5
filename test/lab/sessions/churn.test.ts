import { expect, test } from "vitest";
import { describeOldestAndNewest, useMachine } from "../machine/lab-test.ts";
import { openCommand, openShell, openTunnel } from "../machine/ssh-client.ts";
import { listJson, rowOf } from "../sessions-json.ts";

const rounds = 200;
const users = /^(?:alice|bob|root)$/;

describeOldestAndNewest(
  "sessions are served by sshd alone, or by sshd-session with a monitor for root, too",
  (suite) => {
    const lab = useMachine(suite.name);

    test(`lists ${String(rounds)} times while sessions come and go, without a crash, a duplicate or a phantom`, async () => {
      const lasting = [
        await openShell(lab()),
        await openShell(lab(), { user: "root" }),
        await openCommand(lab()),
        await openTunnel(lab()),
      ];
      const first = await listJson(lab());
      const known = new Map(lasting.map((client) => [client, rowOf(first, client).id]));
      // Every short session tells its own port, so that rows can be held against what really was.
      const loop = [
        'while [ ! -e /tmp/stop ]; do ssh -i /root/.ssh/id_lab -o StrictHostKeyChecking=no -o LogLevel=ERROR "$0@127.0.0.1"',
        '"set -- \\$SSH_CONNECTION; echo \\$2; sleep $1"; done',
      ].join(" ");
      const lives = [
        ["bob", "0"],
        ["bob", "0.1"],
        ["root", "0"],
      ];
      const loops = await Promise.all(lives.map(async (life) => lab().spawn(["sh", "-c", loop, ...life])));
      const seenPorts = new Set<number>();
      // On a busy machine it takes more looks until one of them meets a short session.
      for (let round = 0; round < rounds || seenPorts.size <= lasting.length; round += 1) {
        const seen = await listJson(lab());
        expect(new Set(seen.sessions.map(({ id }) => id)).size).toBe(seen.sessions.length);
        for (const [client, id] of known) expect(rowOf(seen, client).id).toBe(id);
        for (const session of seen.sessions) {
          // One that is just ending may have lost its connection already.
          const { user, peer } = session;
          expect([user, peer?.address ?? "127.0.0.1"]).toEqual([expect.stringMatching(users), "127.0.0.1"]);
          if (peer !== null) seenPorts.add(peer.port);
        }
      }
      await lab().must("touch /tmp/stop");
      await Promise.all(loops.map(async ({ exited }) => exited));
      const real = new Set(loops.flatMap(({ stdout }) => stdout.split("\n").map(Number)));
      for (const { local } of lasting) real.add(local.port);
      expect([...seenPorts].filter((port) => !real.has(port))).toEqual([]);
      expect(seenPorts.size, "short sessions that were seen at all").toBeGreaterThan(lasting.length);
    }, 300_000);
  },
);
