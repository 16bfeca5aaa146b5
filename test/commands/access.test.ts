/** Real logins judge what is said: test/lab/access. Here is what a lab cannot be made to show. */
import { describe, expect, test } from "vitest";
import { fakeHost, type FakeHost, type HostSpec } from "../helpers/fake-host.ts";
import { fakeSystemd } from "../helpers/fake-systemd.ts";
import { Host } from "../helpers/machine-builder.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { Sshd } from "../helpers/ssh-servers.ts";

const config = "/etc/ssh/sshd_config";
const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEIUSsPj2prHzJ0DaTyc8DB7BLPGYyTPbR/Pi1spTGWY alice@laptop\n";
const pam = `account required pam_nologin.so
account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so
account requisite pam_deny.so
account required pam_permit.so
account [default=bad success=ok user_unknown=ignore] pam_sss.so
`;
const modules = ["pam_nologin", "pam_unix", "pam_deny", "pam_permit", "pam_sss"];

interface World {
  texts?: Readonly<Record<string, string>>;
  /** What sshd -T says beside the usual. */
  settings?: string;
  shadow?: string;
  /** What a directory answers for names that are in no file. */
  directory?: string;
  uid?: number;
  rights?: HostSpec["rights"];
  isStopped?: boolean;
  /** Programs that run beside sshd. */
  others?: readonly string[];
}

function machine({
  texts,
  settings = "",
  shadow,
  directory = "",
  uid = 0,
  rights = {},
  isStopped = false,
  others = [],
}: World = {}): FakeHost {
  const kernel = new Host();
  const pid = isStopped ? 0 : (Sshd.daemon(kernel, "10.0").parent?.pid ?? 0);
  for (const comm of others) kernel.process({ comm });
  return fakeHost({
    uid,
    rights,
    kernel: kernel.files(),
    texts: {
      [config]: "",
      "/etc/pam.d/sshd": pam,
      "/home/alice/.ssh/authorized_keys": key,
      ...Object.fromEntries(modules.map((name) => [`/usr/lib/security/${name}.so`, ""])),
      ...texts,
    },
    run: async (path, args) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      const told = (stdout: string, exitCode = 0) => ({ stdout, stderr: "", exitCode });
      const usual = "authorizedkeysfile .ssh/authorized_keys\nusepam yes\n";
      if (name === "sshd")
        return Promise.resolve(args[0] === "-V" ? { ...told(""), stderr: "OpenSSH_10.0p2" } : told(usual + settings));
      if (name === "test") return Promise.resolve(told(""));
      if (name === "getent" && args[0] === "shadow")
        return Promise.resolve(told(shadow ?? `${args.at(-1) ?? ""}:!:20000:0:99999:7:::\n`));
      if (name === "getent" && args.length > 1) return Promise.resolve(told(directory, directory === "" ? 2 : 0));
      return Promise.resolve(fakeSystemd({ mainPid: pid }, name, args));
    },
  });
}

async function access(line: string, world: World = {}) {
  const { out, err, exitCode } = await sshctl(["access", ...line.split(" ").filter(Boolean), "-ojson"], {
    host: machine(world),
  });
  if (out === "") return { exitCode, err, out };
  const document = JSON.parse(out);
  return {
    exitCode,
    err,
    out,
    because: String(document.servers[0]?.because),
    violations: violationsOf("access-1", document),
  };
}

describe("who can log in", () => {
  test.each<[string, World, number, string]>([
    ["by a key", {}, 0, "by publickey"],
    ["not at all", { texts: { "/home/alice/.ssh/authorized_keys": "" } }, 1, "no way to log in"],
    [
      "by what a command knows",
      { texts: { "/home/alice/.ssh/authorized_keys": "" }, settings: "authorizedkeyscommand /bin/x\n" },
      5,
      "depends on AuthorizedKeysCommand /bin/x",
    ],
    [
      "by what an authority signs",
      { texts: { "/home/alice/.ssh/authorized_keys": "" }, settings: "trustedusercakeys /etc/ca\n" },
      5,
      "depends on certificates of /etc/ca",
    ],
    [
      "by a key for some addresses",
      { texts: { "/home/alice/.ssh/authorized_keys": `from="10.*" ${key}` } },
      5,
      "is for connections from 10.*",
    ],
    [
      "by Kerberos",
      { texts: { "/home/alice/.ssh/authorized_keys": "" }, settings: "gssapiauthentication yes\n" },
      5,
      "depends on Kerberos",
    ],
    [
      "not by a key and a password that there is not",
      { settings: "authenticationmethods publickey,password\n" },
      1,
      "AuthenticationMethods publickey,password",
    ],
    [
      "not by two keys where one is off",
      { settings: "pubkeyauthentication no\npasswordauthentication no\n" },
      1,
      "publickey: PubkeyAuthentication no",
    ],
    ["not after the expiry", { shadow: "alice:!:1:0:99999:7::1:\n" }, 1, "the account expired on 1970-01-02"],
    [
      "not with a password that is too old",
      { shadow: "alice:!:1:0:10:7:5::\n" },
      1,
      "the password has expired, and the account with it on 1970-01-17",
    ],
    ["not where the service has no file", { texts: { "/etc/pam.d/sshd": "" } }, 1, "there is no /etc/pam.d/sshd"],
    ["not where the connection is refused", { settings: "refuseconnection yes\n" }, 1, "RefuseConnection yes"],
  ])("%s", async (_, world, exitCode, because) => {
    expect(await access("alice", world)).toMatchObject({
      exitCode,
      because: expect.stringContaining(because),
      err: "",
      violations: [],
    });
  });

  test("not by keys below a folder that others can change, which is named once with what mends it", async () => {
    const world = {
      settings: "strictmodes yes\n",
      texts: { "/home/alice/.ssh/authorized_keys": `${key}${key}` },
      rights: { "/home/alice/.ssh": { mode: 0o40777 } },
    };
    const { exitCode, because, out } = await access("alice", world);
    expect(exitCode).toBe(1);
    expect(because).toMatch(/^no way to log in: publickey: 2 keys, none accepted; /);
    const [way] = JSON.parse(out).servers[0].ways;
    expect(way.text.split("/home/alice/.ssh can be changed by every user, so sshd accepts no key")).toHaveLength(2);
    expect(way.text).toContain("Run chown alice and chmod go-w on the file and on the folders above it");
  });

  test("somebody whom only a directory knows depends on its module", async () => {
    const directory = "zoe@corp.example:*:70000:70000::/home/zoe:/bin/bash\n";
    const texts = {
      "/home/zoe/.ssh/authorized_keys": key,
      "/etc/pam.d/sshd": pam.replace("account requisite pam_deny.so\n", ""),
    };
    const world = { directory, texts, shadow: "" };
    expect(await access("zoe@corp.example", world)).toMatchObject({
      exitCode: 5,
      because: "depends on PAM: pam_sss in /etc/pam.d/sshd",
    });
  });

  test("TCP wrappers are named only where sshd is built with them", async () => {
    const texts = { "/etc/hosts.deny": "# ALL: ALL\nsshd, in.telnetd : 10.\n" };
    expect(await access("alice", { texts })).toMatchObject({ exitCode: 0 });
    const built = { ...texts, "/usr/sbin/sshd": "ELF libwrap.so.0 libc.so.6" };
    expect(await access("alice", { texts: built })).toMatchObject({
      exitCode: 5,
      because: expect.stringContaining("TCP wrappers"),
    });
  });

  test("nobody, where no server runs", async () => {
    const { out, exitCode } = await sshctl(["access", "alice"], { host: machine({ isStopped: true }) });
    expect({ out, exitCode }).toEqual({
      out: "alice cannot log in here: no SSH server runs on this machine.\n",
      exitCode: 1,
    });
  });

  test("other doors are named", async () => {
    const { out } = await sshctl(["access", "alice"], { host: machine({ others: ["tailscaled", "cron"] }) });
    expect(out).toContain("another door: tailscaled (PID ");
    expect(out).not.toContain("cron");
  });

  test("what others have chosen is printed safely", async () => {
    const settings = "forcecommand \u001b[31mred\u202e\n";
    const { out } = await sshctl(["access", "alice"], { host: machine({ settings }), width: 60 });
    expect(out).toContain(String.raw`ForceCommand \x1b[31mred\u{202e}`);
    expect(Math.max(...out.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
  });
});

describe("what is refused", () => {
  test.each([
    ["", 2, "access needs an account"],
    ["alice bob", 2, 'takes no further argument "bob"'],
    ["alice --from nowhere", 2, '--from "nowhere" is not understood'],
    ["alice --from 1.2.3.4 --from ::1", 2, "--from is given 2 times"],
    ["alcie", 1, "There is no user alcie, did you mean alice?"],
    ["no-one-like-that", 1, 'There is no user no-one-like-that. "getent passwd"'],
  ])("access %s: code %i", async (line, exitCode, message) => {
    expect(await access(line)).toMatchObject({ exitCode, err: expect.stringContaining(message), out: "" });
  });

  test("whoever is not root", async () => {
    expect(await access("alice", { uid: 1000 })).toMatchObject({
      exitCode: 4,
      err: expect.stringContaining("Only root may read"),
    });
  });
});
