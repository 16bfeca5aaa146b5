import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { parseArgumentList, parseProcessList } from "../../../../src/system/tools/ps.ts";

const padded = (text: string) => text.padEnd(32);

describe("the list of processes", () => {
  const line = (comm: string) =>
    `    142     124     124     124  1000      -1       4 4026532473 4026532403 S ${padded("?")} ${padded("c1")} ${comm}\n`;

  test("has the columns that were asked for", () => {
    expect(parseProcessList(line("sshd-session"))).toEqual([
      {
        pid: 142,
        ppid: 124,
        pgid: 124,
        sid: 124,
        uid: 1000,
        foregroundGroup: -1,
        ageSeconds: 4,
        network: "4026532473",
        pidNamespace: "4026532403",
        tty: undefined,
        logindSession: "c1",
        comm: "sshd-session",
      },
    ]);
  });

  test("leaves undefined what ps does not know", () => {
    const [row] = parseProcessList(`1 0 1 1 0 -1 9 - - S ${padded("pts/12345")} ${padded("?")} init\n`);
    expect(row).toMatchObject({
      network: undefined,
      pidNamespace: undefined,
      logindSession: undefined,
      tty: "pts/12345",
    });
  });

  test("has no zombies", () => {
    expect(parseProcessList("7 1 7 7 0 -1 9 - - Z ? - sshd <defunct>\n")).toEqual([]);
  });

  test.prop([fc.string({ minLength: 1, maxLength: 15 }).filter((name) => !/^\s|[\n\r\u2028\u2029]/.test(name))])(
    "takes any name as a name",
    (name) => {
      const rows = parseProcessList(line(name) + line("sshd"));
      expect(rows.map(({ pid, comm }) => [pid, comm])).toEqual([
        [142, name],
        [142, "sshd"],
      ]);
    },
  );

  test.each(["a b", "9 9 9 9 0 -1 9 - - S ? - sshd", "trailing ", "("])("takes %j as a name", (name) => {
    expect(parseProcessList(line(name))[0]).toMatchObject({ pid: 142, uid: 1000, comm: name });
  });

  test("says what it does not understand", () => {
    expect(() => parseProcessList("PID TTY TIME CMD\n")).toThrow("ps prints an unknown form: PID TTY TIME CMD");
  });
});

test("reads titles and arguments as they are", () => {
  const text = [
    "  69 sshd: /usr/sbin/sshd -D [listener] 1 of 10-100 startups",
    "   1 /sbin/init   ",
    "1234567 sh -c 7 sshd: root@pts/0",
    " 99 ",
  ].join("\n");
  expect([...parseArgumentList(`${text}\n`)]).toEqual([
    [69, "sshd: /usr/sbin/sshd -D [listener] 1 of 10-100 startups"],
    [1, "/sbin/init"],
    [1_234_567, "sh -c 7 sshd: root@pts/0"],
    [99, ""],
  ]);
});
