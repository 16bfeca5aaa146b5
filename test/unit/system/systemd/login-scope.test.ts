import { describe, expect, test } from "vitest";
import { findOwnScopes, parseUnifiedMount } from "../../../../src/system/systemd/login-scope.ts";
import type { Programs } from "../../../../src/host/programs/run.ts";
import { memoryFiles } from "../../../helpers/memory-files.ts";
import { session } from "../../../helpers/sessions.ts";

describe("the mount of the unified hierarchy", () => {
  test.each([
    ["30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n", { root: "", point: "/sys/fs/cgroup" }],
    ["1 2 0:26 /box /mnt/cg rw - cgroup2 none rw\n", { root: "/box", point: "/mnt/cg" }],
    [
      "30 23 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n31 30 0:27 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n",
      undefined,
    ],
    ["", undefined],
  ])("%j", (mountinfo, mount) => {
    expect(parseUnifiedMount(mountinfo)).toEqual(mount);
  });
});

describe("a scope that is certainly a session's own", () => {
  const own = session({ pid: 903, logindSession: "c2" });
  const scope = "/user.slice/user-1000.slice/session-c2.scope";
  const mountinfo = "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
  const files = (cgroup: string) =>
    memoryFiles({ texts: { "/proc/self/mountinfo": mountinfo, "/proc/903/cgroup": cgroup } });
  const loginctl = (leader: number, exitCode = 0): Programs => ({
    run: async () => Promise.resolve({ stdout: `Id=c2\nLeader=${String(leader)}\n`, exitCode }),
  });

  test("is one that logind gave to its monitor", async () => {
    const scopes = await findOwnScopes([own], { files: files(`0::${scope}\n`), programs: loginctl(902) });
    expect([...scopes]).toEqual([[own, `/sys/fs/cgroup${scope}`]]);
  });

  test.each<[string, string, Programs]>([
    ["another process leads it", `0::${scope}\n`, loginctl(4711)],
    ["there is no logind", `0::${scope}\n`, { run: async () => Promise.resolve(undefined) }],
    ["it runs in another group", "0::/system.slice/ssh.service\n", loginctl(902)],
    ["it runs below the scope of another", `0::${scope}/../session-c3.scope\n`, loginctl(902)],
    ["there is only the first version", `1:name=systemd:${scope}\n`, loginctl(902)],
  ])("is not known when %s", async (_, cgroup, programs) => {
    expect((await findOwnScopes([own], { files: files(cgroup), programs })).size).toBe(0);
  });

  test("is not looked for in containers, and without sessions nobody is asked", async () => {
    const programs: Programs = { run: async () => Promise.reject(new Error("nobody must be asked")) };
    const inside = session({ pid: 903, logindSession: "c2", container: true });
    expect((await findOwnScopes([inside], { files: files(`0::${scope}\n`), programs })).size).toBe(0);
  });
});
