/** What a user can do to make root's `list` slow, and how much slower it gets. */
import { Machine, node, sshctl } from "../test/lab/machine/machine.ts";
import { openShell } from "../test/lab/machine/ssh-client.ts";
import { openSessions } from "./many-sessions.ts";
import { timeCommands, type Result } from "./measure.ts";

const list = `${node} ${sshctl} list | cat`;

/** A hundred programs that are called like a server, with as many open files each as the kernel allows, at most 19,000. */
const falseServers = `
cp /bin/sleep ~/sshd-session
ulimit -n "$(ulimit -H -n)"
files=$(($(ulimit -n) - 100)); [ "$files" -le 19000 ] || files=19000
for ((each = 0; each < files; each++)); do exec {file}</dev/null; done
for ((each = 0; each < 100; each++)); do ~/sshd-session 1000 & done
echo "$files files"
wait
`;

/** 600 MB of arguments that cost nothing: prctl(PR_SET_MM, PR_SET_MM_MAP), PR_SET_MM(2const). */
const hugeArguments = String.raw`
open my $stat, "<", "/proc/self/stat" or die; local $/; my $text = <$stat>; $text =~ s/^.*\) //s;
my @field = (undef, undef, undef, split / /, $text);
my ($mmap, $prctl, $brk) = qx(uname -m) =~ /aarch64/ ? (222, 167, 214) : (9, 157, 12);
my $size = 600 << 20;
my $at = syscall($mmap, 0, $size, 3, 0x4022, -1, 0);
my @map = (@field[26, 27, 45, 46, 47], syscall($brk, 0), $field[28], $at, $at + $size, @field[50, 51], 0, 0, 0xffffffff);
my $map = pack "Q12L2", @map;
syscall($prctl, 35, 14, $map, length $map, 0) == 0 or die "prctl: $!";
$| = 1; print "huge\n"; sleep 1000;
`;

/** CPU, because a busy host makes the time mean little. */
export async function attacks(): Promise<Result[]> {
  await using machine = await Machine.boot("trixie");
  await openSessions(machine, 5);
  const { before } = await timeCommands(machine, { before: list }, 15);
  const huge = await openShell(machine, { user: "bob" });
  await machine.writeFile("/home/bob/huge.pl", hugeArguments);
  huge.write("exec perl ~/huge.pl\n");
  await huge.waitFor(/^huge/m);
  const { beside } = await timeCommands(machine, { beside: list }, 15);
  await huge.end();
  const servers = await machine.spawn(["bash", "-c", falseServers], { user: "bob" });
  await servers.waitFor(/files/, { timeoutMs: 60_000 });
  const { files } = await timeCommands(machine, { files: list }, 15);
  const limit = 3 * before.cpu;
  return [
    { goal: "`list` beside 600 MB of arguments: CPU, of 3 x without", measured: beside.cpu, limit, unit: "ms" },
    {
      goal: "`list` beside 100 false servers with 19,000 files: CPU, of 3 x without",
      measured: files.cpu,
      limit,
      unit: "ms",
    },
  ];
}
