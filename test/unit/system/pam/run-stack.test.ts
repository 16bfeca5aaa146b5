/** Real logins are the judge of whole stacks: test/lab/access. */
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { accountModules, type PamUser } from "../../../../src/system/pam/account-modules.ts";
import { modulesOf, readPamStack } from "../../../../src/system/pam/read-stack.ts";
import { runStack, type PamAnswer } from "../../../../src/system/pam/run-stack.ts";
import { fakeHost } from "../../../helpers/fake-host.ts";

/** What a stack of the account phase comes to; every module answers as it is called. */
function outcomeOf(text: string, answers: Readonly<Record<string, readonly PamAnswer[]>> = {}, others = {}) {
  const { files } = fakeHost({ texts: { "/etc/pam.d/sshd": text, ...others } });
  const usual = { good: ["success"], bad: ["perm_denied"], silent: ["ignore"], change: ["new_authtok_reqd"] } as const;
  const table: Readonly<Record<string, readonly PamAnswer[]>> = { ...usual, ...answers };
  const outcomes = runStack(
    readPamStack("sshd", "account", files).rules,
    ({ module }) => table[module] ?? ["module_unknown"],
  );
  return [...new Set(outcomes?.map(({ result }) => result))].toSorted().join(" or ");
}

describe("what a stack comes to", () => {
  test.each([
    ["account required good.so", "allowed"],
    ["account required bad.so", "refused"],
    ["account required silent.so", "refused"],
    ["", "refused"],
    ["account required silent.so\naccount required good.so", "allowed"],
    ["account required bad.so\naccount sufficient good.so", "refused"],
    ["account sufficient good.so\naccount required bad.so", "allowed"],
    ["account sufficient bad.so\naccount required good.so", "allowed"],
    ["account optional bad.so", "refused"],
    ["account optional bad.so\naccount required good.so", "allowed"],
    ["account requisite bad.so\naccount required good.so", "refused"],
    ["account required change.so\naccount required good.so", "change"],
    ["account [success=1 default=ignore] good.so\naccount requisite bad.so\naccount required good.so", "allowed"],
    ["account [success=1 default=ignore] bad.so\naccount requisite bad.so\naccount required good.so", "refused"],
    ["account [success=2 default=ignore] good.so\naccount required good.so", "refused"],
    ["account required good.so\naccount [default=reset] good.so", "refused"],
    ["account required good.so # bad.so", "allowed"],
    ["account \\\n required \\\n good.so", "allowed"],
    ["auth required bad.so\n-account required /lib/security/good.so", "allowed"],
    ["ACCOUNT REQUIRED good.so", "allowed"],
    ["account required no-such.so", "refused"],
    ["account no-such-control good.so", "refused"],
  ])("%j: %s", (text, result) => {
    expect(outcomeOf(text)).toBe(result);
  });

  test("includes count line by line, and substacks as one", () => {
    const others = { "/etc/pam.d/two": "account required bad.so\naccount required bad.so\n" };
    const over = (word: string) => `account [default=1] good.so\n${word}\naccount required good.so`;
    expect(outcomeOf(over("account substack two"), {}, others)).toBe("allowed");
    expect(outcomeOf(over("account include two"), {}, others)).toBe("refused");
    expect(outcomeOf(over("@include two"), {}, others)).toBe("refused");
    const done = { "/etc/pam.d/done": "account sufficient good.so\n" };
    expect(outcomeOf("account substack done\naccount required bad.so", {}, done)).toBe("refused");
    expect(outcomeOf("account include done\naccount required bad.so", {}, done)).toBe("allowed");
  });

  test("what is not known stays open where it matters, and only there", () => {
    const perhaps = { perhaps: ["success", "perm_denied"] as const };
    expect(outcomeOf("account required perhaps.so", perhaps)).toBe("allowed or refused");
    expect(outcomeOf("account required bad.so\naccount required perhaps.so", perhaps)).toBe("refused");
    expect(outcomeOf("account sufficient good.so\naccount required perhaps.so", perhaps)).toBe("allowed");
    expect(outcomeOf("account optional perhaps.so\naccount required good.so", perhaps)).toBe("allowed");
  });

  test("a stack without end, and one with too much to guess, have no answer", () => {
    expect(outcomeOf("account include sshd\naccount required good.so")).toBe("refused");
    const { files } = fakeHost({ texts: { "/etc/pam.d/sshd": "account required perhaps.so\n".repeat(30) } });
    const { rules } = readPamStack("sshd", "account", files);
    expect(modulesOf(rules)).toHaveLength(30);
    expect(runStack(rules, () => ["success", "ignore", "perm_denied"])).toBeUndefined();
  });

  property.prop([fc.string(), fc.array(fc.string({ unit: "grapheme" }))])("any text is read", (text, lines) => {
    const { files } = fakeHost({
      texts: { "/etc/pam.d/sshd": `${text}\n${lines.map((line) => `account ${line}`).join("\n")}` },
    });
    expect(runStack(readPamStack("sshd", "account", files).rules, () => ["ignore"])).toBeDefined();
  });

  test("a service without lines has those of other", () => {
    const { files } = fakeHost({ texts: { "/etc/pam.d/other": "account required pam_deny.so\n" } });
    expect(readPamStack("sshd", "account", files)).toMatchObject({
      path: "/etc/pam.d/other",
      rules: [{ module: "pam_deny" }],
    });
    expect(readPamStack("sshd", "account", fakeHost().files)).toEqual({ path: undefined, rules: [] });
  });
});

describe("what modules answer, as far as files tell", () => {
  const account = { name: "alice", uid: 1000, gid: 1000, home: "/home/alice", shell: "/bin/sh" };
  const valid = { password: "!", changedOn: 20_000, mostDays: 99_999, inactiveDays: undefined, expiresOn: undefined };
  const alice: PamUser = { account, isLocal: true, isShadowed: true, shadow: valid, today: 20_100 };

  const answer = (line: string, user: Partial<PamUser> = {}, texts: Readonly<Record<string, string>> = {}) => {
    const module = /(\w+)\.so/.exec(line)?.[1] ?? "";
    const installed = { [`/usr/lib/security/${module}.so`]: "" };
    const { files } = fakeHost({ texts: { "/etc/pam.d/sshd": `account required ${line}\n`, ...installed, ...texts } });
    const [rule] = modulesOf(readPamStack("sshd", "account", files).rules);
    return rule && accountModules({ ...alice, ...user }, files)(rule);
  };

  test.each<[string, string[], Partial<PamUser>?, Record<string, string>?]>([
    ["pam_unix.so", ["success"]],
    ["pam_unix.so", ["acct_expired"], { shadow: { ...valid, expiresOn: 1 } }],
    ["pam_unix.so", ["acct_expired"], { shadow: { ...valid, expiresOn: 20_100 } }],
    ["pam_unix.so", ["success"], { shadow: { ...valid, expiresOn: 20_101 } }],
    ["pam_unix.so", ["new_authtok_reqd"], { shadow: { ...valid, changedOn: 0 } }],
    ["pam_unix.so", ["new_authtok_reqd"], { shadow: { ...valid, mostDays: 10 } }],
    ["pam_unix.so", ["authtok_expired"], { shadow: { ...valid, mostDays: 10, inactiveDays: 5 } }],
    ["pam_unix.so", ["authinfo_unavail"], { shadow: undefined }],
    ["pam_unix.so", ["success"], { shadow: undefined, isShadowed: false }],
    ["pam_nologin.so", ["ignore"]],
    ["pam_nologin.so successok", ["success"]],
    ["pam_nologin.so", ["auth_err"], {}, { "/run/nologin": "" }],
    ["pam_nologin.so", ["ignore"], { account: { ...account, uid: 0 } }, { "/run/nologin": "" }],
    ["pam_nologin.so file=/etc/shut", ["ignore"], {}, { "/run/nologin": "" }],
    ["pam_nologin.so file=/etc/shut", ["auth_err"], {}, { "/etc/shut": "" }],
    ["pam_succeed_if.so uid >= 1000 quiet_success", ["success"]],
    ["pam_succeed_if.so uid lt 1000", ["auth_err"]],
    ["pam_succeed_if.so user ingroup wheel", ["success", "ignore", "perm_denied"]],
    ["pam_listfile.so item=user sense=allow file=/l", ["success"], {}, { "/l": "bob\nalice" }],
    ["pam_listfile.so item=user sense=allow file=/l", ["auth_err"], {}, { "/l": "alice # why\n" }],
    ["pam_listfile.so item=user sense=deny file=/l onerr=succeed", ["success"]],
    ["pam_listfile.so item=user sense=deny file=/l onerr=fail", ["auth_err"]],
    ["pam_listfile.so item=group sense=deny file=/l", ["success", "ignore", "perm_denied"]],
    ["pam_access.so", ["success"], {}, { "/etc/security/access.conf": "# + : ALL : ALL\n\n" }],
    ["pam_access.so", ["success", "ignore", "perm_denied"], {}, { "/etc/security/access.conf": "-:ALL:ALL" }],
    ["pam_sss.so", ["user_unknown"]],
    ["pam_localuser.so", ["perm_denied"], { isLocal: false }],
    ["pam_strange.so", ["success", "ignore", "perm_denied"]],
  ])("%s: %j", (line, expected, user, texts) => {
    expect(answer(line, user, texts)).toEqual(expected);
  });

  test("one that is not installed fails", () => {
    const { files } = fakeHost({ texts: { "/etc/pam.d/sshd": "-account required pam_unix.so\n" } });
    const [rule] = modulesOf(readPamStack("sshd", "account", files).rules);
    expect(rule && accountModules(alice, files)(rule)).toEqual(["module_unknown"]);
  });
});
