import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { applyEdits } from "../../../src/changes/apply-edits.ts";
import { atOnce, type ChangeHost, type ChangeOutcome, type FileEdit } from "../../../src/changes/change.ts";
import { ChangeJournal } from "../../../src/changes/change-journal.ts";
import { withLocks } from "../../../src/changes/locks.ts";
import { readChanges } from "../../../src/changes/read-changes.ts";
import { undoChange } from "../../../src/changes/undo-change.ts";
import { NothingDoneError } from "../../../src/errors.ts";
import { FileTrouble } from "../../../src/host/files/file-trouble.ts";
import { violationsOf } from "../../helpers/schemas.ts";
import { alice, contentOf, diskOf, Killed, processOn, root, type Disk } from "./mortal-host.ts";

const request = { command: "sshctl timeout set 180", reason: "tests", activation: "none" } as const;

async function change(
  edits: readonly FileEdit[],
  host: ChangeHost,
  inForce = atOnce,
): Promise<{ outcome: ChangeOutcome; id: string }> {
  return withLocks(edits, host, async () => {
    const journal = ChangeJournal.begin(request, host);
    const outcome = await applyEdits(edits, inForce, journal, host);
    journal.end(outcome.kind === "not-put-back" ? "not-put-back" : "done");
    return { outcome, id: journal.id };
  });
}

const undo = async (id: string, host: ChangeHost) => undoChange(id, async () => Promise.resolve(), host);

const texts = { "/home/alice/.profile": "old\n", "/etc/a": "\u00e4", "/etc/gone": "to be removed" };
const edits: readonly FileEdit[] = [
  { path: "/home/alice/.profile", owner: alice, before: "old\n", after: "new\n", copy: "/home/alice/.profile.old" },
  { path: "/etc/a", owner: root, before: "\u00e4", after: "b" },
  { path: "/etc/new", owner: root, before: undefined, after: "made" },
  { path: "/etc/gone", owner: root, before: "to be removed", after: undefined },
];

function prepared(): Disk {
  const disk = diskOf(texts);
  disk.host.modes.set("/etc/gone", 0o600);
  return disk;
}

/** But for copies that are kept beside a file. */
function withoutCopies(content: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(content).filter(([path]) => !path.endsWith(".old")));
}

describe("a change", () => {
  test("is made, recorded and undone byte for byte", async () => {
    const disk = prepared();
    const before = contentOf(disk);
    const { outcome, id } = await change(edits, processOn(disk));
    expect(outcome).toEqual({ kind: "done" });
    for (const { path, after } of edits) expect(disk.host.texts.get(path)).toBe(after);
    expect(disk.host.texts.get("/home/alice/.profile.old")).toBe("old\n");
    const { changes, damaged } = readChanges(disk.state);
    expect([changes.map((each) => [each.id, each.state, each.command, each.reason]), damaged]).toEqual([
      [[id, "done", request.command, "tests"]],
      [],
    ]);
    expect(violationsOf("change-1", JSON.parse(disk.state.texts.get(`${id}.json`) ?? ""))).toEqual([]);
    expect(await undo(id, processOn(disk))).toMatchObject({ kind: "undone", paths: edits.map(({ path }) => path) });
    expect(withoutCopies(contentOf(disk))).toEqual(before);
    expect(readChanges(disk.state).changes).toMatchObject([{ state: "undone" }]);
    expect(await undo(id, processOn(disk))).toEqual({ kind: "already-undone" });
  });

  test("whose file has changed since the plan is refused, and leaves no record", async () => {
    const disk = prepared();
    disk.host.texts.set("/etc/new", "somebody else's");
    const before = contentOf(disk);
    expect((await change(edits, processOn(disk))).outcome).toMatchObject({
      kind: "refused",
      reason: { kind: "changed", message: expect.stringContaining("/etc/new") },
    });
    expect([contentOf(disk), [...disk.state.texts]]).toEqual([before, []]);
  });

  test.each([
    ["another text", (host: ChangeHost, disk: Disk) => (disk.host.texts.set("/etc/a", "theirs"), host)],
    [
      "a link",
      (host: ChangeHost) => {
        const read: ChangeHost["replaceFiles"]["read"] = (path, owner) => {
          if (path === "/etc/a") throw new FileTrouble("foreign", "/etc/a is a symbolic link");
          return host.replaceFiles.read(path, owner);
        };
        return { ...host, replaceFiles: { ...host.replaceFiles, read } };
      },
    ],
  ])("whose file becomes %s in the middle leaves that alone, and puts the rest back", async (_, become) => {
    const disk = prepared();
    const plain = processOn(disk);
    let host = plain;
    const replace: ChangeHost["replaceFiles"]["replace"] = (path, ...others) => {
      if (path !== "/etc/a") {
        plain.replaceFiles.replace(path, ...others);
        return;
      }
      Object.assign(host.replaceFiles, become(plain, disk).replaceFiles, { replace });
      throw new FileTrouble("changed", "/etc/a has just been changed by somebody else");
    };
    host = { ...plain, replaceFiles: { ...plain.replaceFiles, replace } };
    const { outcome } = await change(edits, host);
    expect(outcome).toMatchObject({ kind: "put-back", reason: { kind: "changed" } });
    expect(disk.host.texts.get("/home/alice/.profile")).toBe("old\n");
    expect(readChanges(disk.state).changes).toEqual([]);
  });

  test("that a check refuses is put back, and daemons are told", async () => {
    const disk = prepared();
    const before = contentOf(disk);
    const told: string[] = [];
    const inForce = {
      activate: async () => {
        told.push(disk.host.texts.get("/etc/a") ?? "");
        return Promise.resolve();
      },
      check: async () => Promise.reject(new NothingDoneError("sshd does not take it.")),
    };
    const { outcome } = await change(edits, processOn(disk), inForce);
    expect(outcome).toMatchObject({ kind: "put-back", reason: { message: "sshd does not take it." } });
    expect([told, contentOf(disk), [...disk.state.texts]]).toEqual([["b", "\u00e4"], before, []]);
  });

  test("that cannot be put back names each file, and can be undone later", async () => {
    const disk = prepared();
    const before = contentOf(disk);
    const host = processOn(disk);
    const { replaceFiles } = processOn(disk);
    host.replaceFiles.replace = (path, owner, from, to, attributes) => {
      if (path === "/etc/gone" || (path === "/etc/a" && from === "b"))
        throw new FileTrouble("broken", `${path} is broken`);
      replaceFiles.replace(path, owner, from, to, attributes);
    };
    const { outcome, id } = await change(edits, host);
    expect(outcome).toMatchObject({
      kind: "not-put-back",
      reason: { message: "/etc/gone is broken" },
      left: [{ path: "/etc/a", trouble: { message: "/etc/a is broken" } }],
      inactive: undefined,
    });
    expect(readChanges(disk.state).changes).toMatchObject([{ id, state: "not-put-back" }]);
    expect(await undo(id, processOn(disk))).toMatchObject({ kind: "undone", paths: ["/etc/a"] });
    expect(withoutCopies(contentOf(disk))).toEqual(before);
  });

  test("with a defect in it is put back, and the defect told", async () => {
    const disk = prepared();
    const before = contentOf(disk);
    const inForce = { ...atOnce, check: async () => Promise.reject(new TypeError("a defect")) };
    await expect(change(edits, processOn(disk), inForce)).rejects.toThrow("a defect");
    expect(contentOf(disk)).toEqual(before);
  });
});

describe("at every step", () => {
  /** @returns how many steps there are. */
  const atEachStep = async (work: (step: number) => Promise<"done" | "cut off">): Promise<number> => {
    for (let step = 1; ; step += 1) if ((await work(step)) === "done") return step - 1;
  };
  const orKilled = async (work: Promise<unknown>) =>
    work.then(
      () => "done" as const,
      (error: unknown) => {
        if (error instanceof Killed) return "cut off" as const;
        throw error;
      },
    );

  test("a kill leaves no change, or one that is listed and can be undone", async () => {
    const steps = await atEachStep(async (step) => {
      const disk = prepared();
      const before = contentOf(disk);
      const end = await orKilled(change(edits, processOn(disk, step)));
      const { changes, damaged } = readChanges(disk.state);
      expect([damaged, changes.length <= 1]).toEqual([[], true]);
      if (changes.length === 0) expect(contentOf(disk)).toEqual(before);
      for (const { id, state } of changes) {
        expect(state).toBe(end === "done" ? "done" : "planned");
        expect(await undo(id, processOn(disk))).toMatchObject({ kind: "undone" });
      }
      expect(withoutCopies(contentOf(disk)), `step ${String(step)}`).toEqual(before);
      return end;
    });
    // Two locks, a record and another, three back-ups, four files and a copy, and the last record.
    expect(steps).toBe(13);
  });

  test("a kill of the undoing is finished by the next", async () => {
    await atEachStep(async (step) => {
      const disk = prepared();
      const before = contentOf(disk);
      const { id } = await change(edits, processOn(disk));
      const end = await orKilled(undo(id, processOn(disk, step)));
      expect((await undo(id, processOn(disk))).kind).toBe(end === "done" ? "already-undone" : "undone");
      expect(withoutCopies(contentOf(disk))).toEqual(before);
      return end;
    });
  });

  test.each(["broken", "late"] as const)("a disk that fails (%s) leaves all of it or nothing", async (what) => {
    await atEachStep(async (step) => {
      const disk = prepared();
      const before = contentOf(disk);
      const work = change(edits, processOn(disk, step, what));
      const kind = await work.then(
        ({ outcome }) => outcome.kind,
        () => "refused",
      );
      if (kind === "done") for (const { path, after } of edits) expect(disk.host.texts.get(path)).toBe(after);
      else expect([contentOf(disk), readChanges(disk.state).changes], `step ${String(step)}`).toEqual([before, []]);
      return step > 13 ? "done" : "cut off";
    });
  });

  const text = fc.option(fc.string({ unit: "binary", maxLength: 20 }), { nil: undefined });
  const someEdits = fc
    .uniqueArray(fc.record({ name: fc.stringMatching(/^[a-z]{1,3}$/), before: text, after: text }), {
      selector: ({ name }) => name,
      maxLength: 5,
    })
    .map((all) => all.filter(({ before, after }) => before !== after))
    .map((all) => all.map(({ name, before, after }) => ({ path: `/x/${name}`, owner: root, before, after })));

  test.prop([someEdits, fc.integer({ min: 1, max: 20 })])("whatever the files are", async (edits, step) => {
    const latin1 = (bytes: string | undefined) =>
      bytes === undefined ? undefined : Buffer.from(bytes).toString("latin1");
    const all = edits.map((edit) => ({ ...edit, before: latin1(edit.before), after: latin1(edit.after) }));
    const disk = diskOf(
      Object.fromEntries(all.flatMap(({ path, before }) => (before === undefined ? [] : [[path, before]]))),
    );
    const before = contentOf(disk);
    await orKilled(change(all, processOn(disk, step)));
    for (const { id } of readChanges(disk.state).changes) await undo(id, processOn(disk));
    expect(contentOf(disk)).toEqual(before);
  });
});

describe("undoing", () => {
  test("changes nothing where a file has been changed since, and says which", async () => {
    const disk = prepared();
    const { id } = await change(edits, processOn(disk));
    disk.host.texts.set("/etc/a", "edited");
    disk.host.texts.set("/etc/gone", "made again");
    const before = contentOf(disk);
    expect(await undo(id, processOn(disk))).toEqual({ kind: "changed-since", paths: ["/etc/a", "/etc/gone"] });
    expect(contentOf(disk)).toEqual(before);
    expect(readChanges(disk.state).changes).toMatchObject([{ state: "done" }]);
  });

  test.each([
    ["is lost", (state: Disk["state"], name: string) => state.remove(name)],
    ["is damaged", (state: Disk["state"], name: string) => state.write(name, "damaged")],
  ])("changes nothing where the back-up %s", async (_, damage) => {
    const disk = prepared();
    const { id } = await change(edits, processOn(disk));
    damage(disk.state, `${id}-2.before`);
    const before = contentOf(disk);
    expect(await undo(id, processOn(disk))).toEqual({ kind: "without-backup", paths: ["/etc/a"] });
    expect(contentOf(disk)).toEqual(before);
  });

  test.each(["", "../../etc/passwd", "20261123T090000000-zzzz", "20261123T090000000-0001/"])(
    "knows no change %j",
    async (id) => {
      expect(await undo(id, processOn(prepared()))).toEqual({ kind: "unknown" });
    },
  );

  test("tells what the file system has against it", async () => {
    const disk = prepared();
    const { id } = await change(edits, processOn(disk));
    expect(await undo(id, processOn(disk, 1, "broken"))).toMatchObject({ kind: "refused", reason: { kind: "broken" } });
  });

  test("has daemons read what is back", async () => {
    const disk = prepared();
    const { id } = await change(edits, processOn(disk));
    const told: unknown[] = [];
    await undoChange(
      id,
      async (activation) => {
        told.push([activation, disk.host.texts.get("/etc/a")]);
        return Promise.resolve();
      },
      processOn(disk),
    );
    expect(told).toEqual([["none", "\u00e4"]]);
  });
});

describe("records", () => {
  const id = "20261123T090000000-0001";

  test("are listed by time, and damaged ones are named", async () => {
    const disk = prepared();
    await change(edits, processOn(disk));
    const good = disk.state.texts.get(`${id}.json`) ?? "";
    disk.state.write("20251123T090000000-0009.json", good.replace(id, "20251123T090000000-0009"));
    disk.state.write("20261124T090000000-0009.json", good.slice(0, 100));
    disk.state.write("20261125T090000000-0009.json", good);
    disk.state.write("notes.json", "{}");
    const { changes, damaged } = readChanges(disk.state);
    expect(changes.map((each) => each.id)).toEqual(["20251123T090000000-0009", id]);
    expect(damaged).toEqual(["20261124T090000000-0009", "20261125T090000000-0009"]);
  });

  test.prop([fc.json()])("that are anything are damaged", (json) => {
    const { state } = prepared();
    state.write(`${id}.json`, json);
    expect(readChanges(state)).toEqual({ changes: [], damaged: [id], older: 0 });
  });

  test.prop([fc.nat(), fc.string({ maxLength: 3 })])("that are cut or altered never throw", async (at, instead) => {
    const disk = prepared();
    await change(edits, processOn(disk));
    const good = disk.state.texts.get(`${id}.json`) ?? "";
    const place = at % good.length;
    disk.state.write(`${id}.json`, good.slice(0, place) + instead + good.slice(place + 1));
    const { changes, damaged } = readChanges(disk.state);
    expect(changes.length + damaged.length).toBe(1);
  });

  test("where nothing can be recorded, nothing is changed", async () => {
    const disk = prepared();
    const before = contentOf(disk);
    await expect(change(edits, processOn(disk, 3, "broken"))).rejects.toMatchObject({
      exitCode: 3,
      message: "The change cannot be recorded in /var/lib/sshctl/changes: the disk is full. Nothing is changed.",
    });
    expect(contentOf(disk)).toEqual(before);
  });
});
