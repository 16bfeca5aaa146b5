/** What sshctl has changed is listed, and undone: the judges are a client that logs in, and the bytes of the files. */
import { beforeAll, expect, test } from "vitest";
import { parseAct } from "../../../src/system/acts/act-record.ts";
import { violationsOf } from "../../helpers/schemas.ts";
import { canLogIn, fingerprintOf, makeKey } from "../keys/keys-json.ts";
import { documentOf } from "../machine/document.ts";
import { describeSuites, useMachine } from "../machine/lab-test.ts";

interface ListedChange {
  id: string;
  state: string;
  command: string;
  undo: string | null;
}

describeSuites(
  ({ name }) => name === "trixie",
  "only files are changed, and sshd reads them as it always does",
  (suite) => {
    const lab = useMachine(suite.name);
    const files = "/home/alice/.ssh/authorized_keys /home/bob/.ssh/authorized_keys";
    let fingerprint = "";

    async function changes(user?: string): Promise<ListedChange[]> {
      const { stdout, stderr, exitCode } = await lab().sshctl(
        ["changes", "-o", "json"],
        user === undefined ? {} : { user },
      );
      const document = documentOf({ stdout, stderr, exitCode }) as { changes: ListedChange[] };
      expect([exitCode, violationsOf("changes-1", document)]).toEqual([0, []]);
      return document.changes;
    }

    /** The command back, as it is listed of the newest change. */
    async function wayBack(user?: string): Promise<string[]> {
      const [newest] = await changes(user);
      return (newest?.undo ?? "").split(" ").slice(1);
    }

    beforeAll(async () => {
      await makeKey(lab(), "lost");
      fingerprint = await fingerprintOf(lab(), "lost");
      await lab().must("for user in alice bob; do cat /root/keys/lost.pub >>/home/$user/.ssh/authorized_keys; done");
      await lab().must("chmod 640 /home/bob/.ssh/authorized_keys");
    });

    test("a key that was revoked logs in again", async () => {
      const look = `stat -c '%n %U %G %a' ${files}; cat ${files}`;
      const before = await lab().must(look);
      expect(await lab().sshctl(["keys", "revoke", fingerprint, "--yes"])).toMatchObject({ exitCode: 0 });
      for (const user of ["alice", "bob"]) expect(await canLogIn(lab(), "lost", user)).toBe(false);
      const undo = await wayBack();
      const opens = `of lost (${fingerprint}) can log in again as alice, bob\n`;
      expect(await lab().sshctl([...undo, "--dry-run"])).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining(opens),
      });
      expect(await lab().sshctl(undo)).toMatchObject({ exitCode: 6, stdout: "" });
      for (const user of ["alice", "bob"]) expect(await canLogIn(lab(), "lost", user)).toBe(false);
      expect(await lab().sshctl([...undo, "--yes", "--reason", "found"])).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining(opens),
      });
      for (const user of ["alice", "bob"]) expect(await canLogIn(lab(), "lost", user)).toBe(true);
      expect(await lab().must(look)).toBe(before);
      expect(await changes()).toMatchObject([{ state: "undone", undo: null }]);
      const record = parseAct((await lab().must("journalctl -q -t sshctl -o cat -n 1")).trim());
      expect(record).toMatchObject({ act: "undo", isDone: true, reason: "found", facts: { change: undo[1] } });
    });

    test.each([
      ["for everybody", ["--global"]],
      ["by sshd", ["--global", "--via", "sshd"]],
    ])("a limit %s is gone, byte for byte", async (_, scope) => {
      const look =
        "cd /etc && find profile.d zsh ssh -type f -exec stat -c '%n %U %G %a' {} + -exec sha256sum {} + | sort";
      const asSshd = "sshd -T | grep -i channeltimeout";
      const before = [await lab().must(look), await lab().must(asSshd)];
      const pid = await lab().must("systemctl show -p ActiveEnterTimestampMonotonic ssh.service; pgrep -x -o sshd");
      expect(await lab().sshctl(["timeout", "set", "180", ...scope])).toMatchObject({ exitCode: 0 });
      expect([await lab().must(look), await lab().must(asSshd)]).not.toEqual(before);
      expect(await lab().sshctl([...(await wayBack()), "--yes"])).toMatchObject({ exitCode: 0 });
      expect([await lab().must(look), await lab().must(asSshd)]).toEqual(before);
      expect(await lab().must("systemctl show -p ActiveEnterTimestampMonotonic ssh.service; pgrep -x -o sshd")).toBe(
        pid,
      );
    });

    test("a user has changes of their own, which root neither lists nor undoes", async () => {
      const ofRoot = await changes();
      expect(await lab().sshctl(["timeout", "set", "180"], { user: "alice" })).toMatchObject({ exitCode: 0 });
      const undo = await wayBack("alice");
      expect(await changes()).toEqual(ofRoot);
      expect(await lab().sshctl([...undo, "--yes"])).toMatchObject({ exitCode: 1 });
      await lab().must("echo 'umask 27' >>/home/alice/.profile");
      expect(await lab().sshctl([...undo, "--yes"], { user: "alice" })).toMatchObject({
        exitCode: 5,
        stdout: "",
        stderr: expect.stringMatching(/has been changed since, .*: it belongs to alice, and was last written on \d/),
      });
      await lab().must("sed -i '$d' /home/alice/.profile");
      expect(await lab().sshctl([...undo, "--yes"], { user: "alice" })).toMatchObject({ exitCode: 0 });
      expect(await lab().must("cat /home/alice/.profile")).not.toContain("TMOUT");
    });

    test("records that the kernel refuses are no empty list", async () => {
      await lab().must("chmod 0 /home/alice/.local/state/sshctl/changes");
      expect(await lab().sshctl(["changes"], { user: "alice" })).toMatchObject({ exitCode: 4, stdout: "" });
      await lab().must("chmod 777 /home/alice/.local/state/sshctl/changes");
      expect(await lab().sshctl(["changes"], { user: "alice" })).toMatchObject({ exitCode: 3, stdout: "" });
    });
  },
);
