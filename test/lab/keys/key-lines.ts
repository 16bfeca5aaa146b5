/** Lines of authorized_keys of which a real login shows what sshd makes of them. */

/** The public keys of three pairs, "TYPE BASE64". */
export interface LineKeys {
  line: string;
  rsa: string;
  ec: string;
}

/** A line, and the pair with which the login is tried. */
export interface LineCase {
  key: keyof LineKeys;
  line: string;
}

const ports = [
  "localhost:22",
  "localhost:0",
  "localhost:65536",
  "localhost",
  "localhost:",
  ":22",
  "*:*",
  "[::1]:22",
  "[::1]",
  "[::1",
  "[::1]x:22",
  "localhost:ssh",
  "localhost: 22",
  "localhost:22 ",
  "localhost:+22",
  "localhost/22",
  "a/b:22",
  "localhost:22,localhost:23",
];
const listens = ["22", "*", "0", "localhost", "localhost:*", "", "[::1]", " 22"];
const tunnels = ["0", "any", "ANY", "", "-1", "2147483645", "2147483646", "x", " 5", "5 ", "1:2"];
const environments = ["A=1", "=1", "A", "A-B=1", "1A=2", "_=", String.raw`A=\"q\"`];
const times = [
  "20990101",
  "20200101",
  "209901011200",
  "20990101120000",
  "20990101Z",
  "20990101UTC",
  "2099 1 1",
  "2099-1-1",
  "20991301",
  "20990230",
  "20990132",
  "209901012500",
  "20990101123",
  "20990101000061",
  "20990101000062",
  "2099011x",
  "2099010112003x",
  "19690101",
  "19700101",
  " 2990101",
  "tomorrow",
  "",
];
/** Those that let nobody in, and those that let in whoever comes from 127.0.0.1. */
const sources = [
  "127.0.0.1",
  "127.0.0.0/8",
  "127.0.0.1/8",
  "127.0.0.0/33",
  "127.0.0.0/x",
  "127.0.0.1,10.0.0.0/33",
  "127.0.0.1,10.0.0.1/8",
  "127.0.0.1,10.0.0.0/x",
  "127.0.0.1,10.0.0.0/129",
  "127.0.0.1,10.0.0.0/2147483648",
  "127.0.0.1,10.0.0.0/+33",
  "127.0.0.1,",
  "127.0.0.1,,10.0.0.1",
  "",
  "!",
  "!10.0.0.1",
  "!10.0.0.1,127.0.0.1",
  "127.*",
  "*",
  "localhost",
  "127.1",
  "127.0.0.1,10/8",
  "127.0.0.1,0xa000000/8",
  "127.0.0.1,010.0.0.0/8",
  "127.0.0.1,::1/64",
  "127.0.0.1,fe80::/10",
  "127.0.0.1,::ffff:10.0.0.0/104",
  "127.0.0.1,256.0.0.0/33",
  `127.0.0.1,${"1".repeat(70)}/33`,
];
const options = [
  "from=127.0.0.1",
  'FROM="127.0.0.1"',
  'from="127.0.0.1",from="127.0.0.1"',
  'command="true",command="true"',
  'environment="A=1",environment="A=2"',
  'expiry-time="20990101",expiry-time="20200101"',
  'principals="a"',
  'command="true"',
  "command=true",
  'command="tru',
  'command ="true"',
  'command="true"x',
  'command=""',
  String.raw`command="a\\"`,
  String.raw`command="echo \"a\""`,
  "command",
  'command="true",',
  ',command="true"',
  ",,",
  "pty,,no-pty",
  "pty, no-pty",
  "restrict",
  "no-restrict",
  "RESTRICT",
  "No-Pty",
  "X11-forwarding",
  "no-touch-required",
  "verify-required",
  "ptyx",
  "no-no-pty",
  "unknown",
  "ssh-rsa",
  `command="true ${"x".repeat(20_000)}"`,
];

/** Places and shapes of the key itself. */
function shapes({ line: key, rsa, ec }: LineKeys): LineCase[] {
  const [type = "", encoded = ""] = key.split(" ");
  const [, rsaEncoded = ""] = rsa.split(" ");
  const [, ecEncoded = ""] = ec.split(" ");
  const ofLine = [
    key,
    `${key} a comment`,
    `\t ${key}`,
    `\r${key}`,
    `\v${key}`,
    `\ufeff${key}`,
    `${type}\t${encoded}`,
    `${key}\r`,
    `#${key}`,
    `${type} ${encoded.slice(0, 20)}\v${encoded.slice(20)}`,
    `${key}\0x`,
    `a\0 ${key}`,
    `${key} ${key}`,
    `${type.toUpperCase()} ${encoded}`,
    `${type} ${encoded.slice(0, -4)}`,
    `${type} ${encoded}=`,
    `${type} ${encoded}AAAA`,
    `pty\t${key}`,
    `pty\v${key}`,
    `command="true"${key}`,
    `command="open ${key}`,
    `restrict, ${key}`,
    `no-pty,command="echo \\"a b\\"" ${key}`,
    `${type} ${encoded}A`,
    `pty "${key}"`,
    `${key} ${"x".repeat(300_000)}`,
    `${" ".repeat(100_000)}${key}`,
  ];
  return [
    ...ofLine.map((line): LineCase => ({ key: "line", line })),
    { key: "rsa", line: rsa },
    { key: "rsa", line: `rsa-sha2-256 ${rsaEncoded}` },
    { key: "rsa", line: `rsa-sha2-512 ${rsaEncoded}` },
    { key: "rsa", line: `ssh-rsa-cert-v01@openssh.com ${rsaEncoded}` },
    { key: "ec", line: ec },
    { key: "ec", line: `ecdsa-sha2-nistp384 ${ecEncoded}` },
  ];
}

export function lineCases(keys: LineKeys): LineCase[] {
  const before = [
    ...ports.map((value) => `permitopen="${value}"`),
    ...listens.map((value) => `permitlisten="${value}"`),
    ...tunnels.map((value) => `tunnel="${value}"`),
    ...environments.map((value) => `environment="${value}"`),
    ...times.map((value) => `expiry-time="${value}"`),
    ...sources.map((value) => `from="${value}"`),
    ...options,
  ];
  return [...before.map((each): LineCase => ({ key: "line", line: `${each} ${keys.line}` })), ...shapes(keys)];
}
