import { describe, expect, test } from "vitest";
import { parseLogindSession } from "../../../../src/system/procfs/scope.ts";

describe("the session in a cgroup file", () => {
  test.each([
    ["v2", "0::/user.slice/user-1000.slice/session-c2.scope\n", "c2"],
    ["v2 in a machine's own slice", "0::/lab/user.slice/user-1000.slice/session-17.scope\n", "17"],
    ["v2, a folder below", "0::/user.slice/user-1000.slice/session-5.scope/nested\n", "5"],
    [
      "v1",
      "12:pids:/user.slice/user-0.slice/session-3.scope\n1:name=systemd:/user.slice/user-0.slice/session-3.scope\n",
      "3",
    ],
    [
      "hybrid, where v2 is not used",
      "4:memory:/\n1:name=systemd:/user.slice/user-0.slice/session-3.scope\n0::/\n",
      "3",
    ],
    ["without a last newline", "0::/user.slice/user-1000.slice/session-c2.scope", "c2"],
  ])("%s", (_, text, session) => {
    expect(parseLogindSession(text)).toBe(session);
  });

  test.each([
    ["no session", "0::/system.slice/ssh.service\n"],
    ["nothing", ""],
    ["the root", "0::/\n"],
    ["a container", "0::/system.slice/docker-0123.scope\n"],
    ["a user's service", "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-1.scope\n"],
    ["only a controller of v1", "12:pids:/user.slice/user-0.slice/session-3.scope\n"],
    ["a scope without a number", "0::/user.slice/session-.scope\n"],
    ["a longer name", "0::/user.slice/session-3.scopeless\n"],
    ["another name", "0::/user.slice/mysession-3.scope\n"],
  ])("%s", (_, text) => {
    expect(parseLogindSession(text)).toBeUndefined();
  });
});

test("users name scopes as they like below their own manager", () => {
  const own = "/user.slice/user-1000.slice/user@1000.service/user.slice/user-1000.slice/session-5.scope";
  expect(parseLogindSession(`0::${own}\n`)).toBeUndefined();
  expect(parseLogindSession("0::/user.slice/user-1000.slice/session-7.scope/user@1/session-5.scope\n")).toBe("7");
});
