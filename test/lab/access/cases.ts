/** Configurations of a machine, and what `access` has to say about them. */
const authorized = "/home/alice/.ssh/authorized_keys";

const options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=10";
export const byKey = `ssh -i /root/.ssh/id_lab -o IdentitiesOnly=yes -o BatchMode=yes ${options}`;
const byPassword = `SSH_ASKPASS=/root/askpass SSH_ASKPASS_REQUIRE=force DISPLAY=:0 setsid -w ssh -o PubkeyAuthentication=no -o NumberOfPasswordPrompts=1 ${options}`;

export interface Case {
  name: string;
  /** Lines of sshd's configuration. */
  config?: string;
  /** What is done to the machine. */
  prepare?: string;
  user?: "alice" | "root";
  client?: string;
  /** What is said; where that is yes or no, a login agrees. */
  says: "yes" | "no" | "unknown";
  because?: RegExp;
  /** Of an account's state and of modules, which are the same for every sshd. */
  isOfPam?: true;
}

const days = (count: number) => `$(date -u -d '${String(count)} days' +%F)`;

export const cases: readonly Case[] = [
  { name: "nothing special", says: "yes", because: /^by publickey$/ },
  { name: "DenyUsers", config: "DenyUsers alice", says: "no", because: /^DenyUsers alice$/ },
  { name: "DenyUsers with a pattern", config: "DenyUsers bob al?c*", says: "no" },
  { name: "DenyUsers of others", config: "DenyUsers bob", says: "yes", isOfPam: true },
  { name: "AllowUsers of others", config: "AllowUsers bob root", says: "no", because: /^not in AllowUsers$/ },
  { name: "AllowUsers", config: "AllowUsers bob\nAllowUsers root alice", says: "yes" },
  { name: "AllowUsers from here", config: "AllowUsers root alice@127.0.0.0/8", says: "yes" },
  { name: "AllowUsers from elsewhere", config: "AllowUsers root alice@10.*", says: "no" },
  { name: "DenyUsers from here", config: "DenyUsers alice@127.0.0.1", says: "no" },
  { name: "DenyUsers stronger than AllowUsers", config: "AllowUsers root alice\nDenyUsers alice", says: "no" },
  { name: "DenyGroups", config: "DenyGroups alice", says: "no" },
  { name: "AllowGroups without", config: "AllowGroups root operator", says: "no" },
  { name: "AllowGroups with", config: "AllowGroups root operator", prepare: "usermod -aG operator alice", says: "yes" },
  { name: "Match User that denies", config: "Match User alice\nDenyUsers alice", says: "no" },
  { name: "Match Address that denies", config: "Match Address 127.0.0.1\nDenyUsers alice", says: "no" },
  { name: "Match Address of others", config: "Match Address 10.0.0.0/8\nDenyUsers alice", says: "yes" },
  { name: "Match Group without keys", config: "Match Group alice\nPubkeyAuthentication no", says: "no" },
  { name: "no keys at all", config: "PubkeyAuthentication no", says: "no", because: /^no way to log in: / },
  { name: "two factors, one missing", config: "AuthenticationMethods publickey,password", says: "no" },
  { name: "one list of two", config: "AuthenticationMethods publickey,password publickey", says: "yes" },
  {
    name: "a password",
    config: "PubkeyAuthentication no",
    prepare: "echo alice:secret | chpasswd",
    client: byPassword,
    says: "yes",
    because: /^by password$/,
  },
  {
    name: "a password without PAM",
    config: "UsePAM no\nPubkeyAuthentication no",
    prepare: "echo alice:secret | chpasswd",
    client: byPassword,
    says: "yes",
  },
  {
    name: "a locked password",
    config: "PubkeyAuthentication no",
    prepare: "echo alice:secret | chpasswd; usermod -L alice",
    client: byPassword,
    says: "no",
    isOfPam: true,
  },
  { name: "usermod -L, which is no lock", prepare: "usermod -L alice", says: "yes" },
  { name: "usermod -L without PAM", config: "UsePAM no", prepare: "usermod -L alice", says: "no", because: /locked/ },
  { name: "no password without PAM", config: "UsePAM no", prepare: "usermod -p '*' alice", says: "yes" },
  { name: "expired", prepare: "chage -E 0 alice", says: "no", because: /^the account expired on 1970-01-01$/ },
  { name: "expired without PAM", config: "UsePAM no", prepare: "usermod -p '*' alice; chage -E 0 alice", says: "no" },
  { name: "expires today", prepare: `chage -E ${days(0)} alice`, says: "no" },
  {
    name: "expires today, without PAM",
    config: "UsePAM no",
    prepare: `usermod -p '*' alice; chage -E ${days(0)} alice`,
    says: "yes",
  },
  { name: "expires tomorrow", prepare: `chage -E ${days(1)} alice`, says: "yes", isOfPam: true },
  { name: "an old password", prepare: `chage -d ${days(-30)} -M 10 -I 10 alice`, says: "no", isOfPam: true },
  { name: "a password to be changed", prepare: `chage -d ${days(-15)} -M 10 -I 10 alice`, says: "yes", isOfPam: true },
  { name: "no shell", prepare: "usermod -s /no/shell alice", says: "no", isOfPam: true, because: /does not exist/ },
  {
    name: "a shell that cannot run",
    prepare: "touch /etc/no-shell; usermod -s /etc/no-shell alice",
    says: "no",
    isOfPam: true,
    because: /not executable/,
  },
  { name: "nologin, which is no lock", prepare: "usermod -s /usr/sbin/nologin alice", says: "yes" },
  { name: "/etc/nologin", prepare: "echo closed >/etc/nologin", says: "no", because: /^\/etc\/nologin keeps/ },
  { name: "/run/nologin", prepare: "echo closed >/run/nologin", says: "no", because: /^\/run\/nologin keeps/ },
  { name: "/etc/nologin and root", prepare: "echo closed >/etc/nologin", user: "root", says: "yes", isOfPam: true },
  {
    name: "/etc/nologin without PAM",
    config: "UsePAM no",
    prepare: "usermod -p '*' alice; touch /etc/nologin",
    says: "no",
  },
  {
    name: "/run/nologin without PAM",
    config: "UsePAM no",
    prepare: "usermod -p '*' alice; touch /run/nologin",
    says: "yes",
  },
  { name: "root by key", config: "PermitRootLogin prohibit-password", user: "root", says: "yes" },
  {
    name: "root by a command's key only",
    config: "PermitRootLogin forced-commands-only",
    user: "root",
    says: "no",
  },
  {
    name: "a key from elsewhere",
    prepare: `sed -i 's/^/from="10.0.0.0\\/8" /' ${authorized}`,
    says: "no",
    isOfPam: true,
  },
  { name: "a key from here", prepare: `sed -i 's/^/from="!10.*,127.0.0.0\\/8" /' ${authorized}`, says: "yes" },
  { name: "an expired key", prepare: `sed -i 's/^/expiry-time="20200101" /' ${authorized}`, says: "no", isOfPam: true },
  { name: "keys that others can change", prepare: "chmod 777 /home/alice", says: "no", isOfPam: true },
  {
    name: "a revoked key",
    config: "RevokedKeys /etc/ssh/access-revoked",
    prepare: "cp /root/.ssh/id_lab.pub /etc/ssh/access-revoked",
    says: "no",
  },
  {
    name: "keys by a command",
    config: "AuthorizedKeysFile none\nAuthorizedKeysCommand /bin/echo\nAuthorizedKeysCommandUser nobody",
    says: "unknown",
    because: /AuthorizedKeysCommand \/bin\/echo/,
  },
  { name: "pam_access without rules", prepare: pamLine("account required pam_access.so"), says: "yes", isOfPam: true },
  {
    name: "pam_access with rules",
    prepare: `${pamLine("account required pam_access.so")}; echo '-:bob:ALL' >>/etc/security/access.conf`,
    says: "unknown",
    isOfPam: true,
    because: /^depends on PAM: pam_access in \/etc\/pam.d\/sshd$/,
  },
  {
    name: "pam_listfile that denies",
    prepare: `${pamLine("account required pam_listfile.so item=user sense=deny file=/etc/ssh/denied onerr=succeed")}; echo alice >/etc/ssh/denied`,
    says: "no",
    isOfPam: true,
  },
  {
    name: "pam_listfile that denies others",
    prepare: `${pamLine("account required pam_listfile.so item=user sense=deny file=/etc/ssh/denied onerr=succeed")}; echo bob >/etc/ssh/denied`,
    says: "yes",
    isOfPam: true,
  },
  { name: "pam_deny", prepare: pamLine("account requisite pam_deny.so"), says: "no", isOfPam: true },
  {
    name: "pam_succeed_if",
    prepare: pamLine("account required pam_succeed_if.so quiet uid < 1000"),
    says: "no",
    isOfPam: true,
  },
  {
    name: "a module that is not there",
    prepare: pamLine("account required pam_no_such.so"),
    says: "no",
    isOfPam: true,
  },
  {
    name: "a module that is silently not there",
    prepare: pamLine("-account required pam_no_such.so"),
    says: "no",
    isOfPam: true,
  },
  {
    name: "expired, and a stack that lets everybody in before it looks",
    prepare: `${pamLine("account sufficient pam_permit.so")}; chage -E 0 alice`,
    says: "yes",
    isOfPam: true,
  },
  {
    name: "expired, and a jump over the look",
    prepare: `${pamLine("account [default=3] pam_permit.so")}; chage -E 0 alice`,
    says: "yes",
    isOfPam: true,
  },
  { name: "a jump over everything", prepare: pamLine("account [default=4] pam_permit.so"), says: "no", isOfPam: true },
];

/** Puts a line in front of those of sshd's service. */
function pamLine(line: string): string {
  return `sed -i '1i ${line}' /etc/pam.d/sshd`;
}
