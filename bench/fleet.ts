/** What a look at many hosts costs the machine that asks: beside the cheapest way to ask them, and beside clush. */
import { Machine, node, sshctl } from "../test/lab/machine/machine.ts";
import type { Layer } from "../test/lab/machine/layers.ts";
import { openSessions } from "./many-sessions.ts";
import { peakMemory, timeCommands, type Result } from "./measure.ts";

const tool = `${node} ${sshctl}`;
const clustershell: Layer = { name: "clustershell", packages: ["clustershell"] };
const collector = "/opt/sshctl/collector/collect.sh";

/** Answers for ssh(1) with a recording, or as a hostile host would, by the name of the host. */
const standIn = `#!/bin/sh
for last; do host=$command; command=$last; done
cat >/dev/null
case $host in
  endless) exec yes ;;
  silent) exec sleep 60 ;;
  slow) cat /srv/quadratic; exit ;;
esac
nonce=\${command##*--nonce }
exec sed "1s/.*/recording\\t2\\t\${nonce%% *}/; \\$s/.*/end\\t\${nonce%% *}/" /srv/recording
`;

export async function fleet(): Promise<Result[]> {
  await using machine = await Machine.boot("trixie", { layers: [clustershell] });
  await openSessions(machine, 6);
  await machine.must(`sh ${collector} >/srv/recording && sh ${collector} | head -c 7000000 >/srv/quadratic`);
  await machine.writeFile("/srv/bin/ssh", standIn, "755");
  return [
    ...(await standIns(machine)),
    ...(await connections(machine, 1.5)),
    ...(await onTheHost(machine)),
    ...(await connectionsOfOlderClient()),
  ];
}

async function standIns(machine: Machine): Promise<Result[]> {
  const withStandIn = "PATH=/srv/bin:$PATH";
  const commands = {
    xargs: `seq -f h%g 300 | xargs -P64 -I{} sh -c '/srv/bin/ssh {} "--nonce x" <${collector} >/dev/null'`,
    list: `${withStandIn} ${tool} list --on h[1-300] --fanout 64`,
    hostile: `${withStandIn} ${tool} list --on h[1-297],endless,slow,silent --fanout 64 --host-timeout 3s`,
  };
  const { xargs, list, hostile } = await timeCommands(machine, commands, 5);
  await machine.writeFile("/srv/peak", `exec env ${withStandIn} "$@"\n`);
  const peak = await peakMemory(machine, `${withStandIn} ${node}`, sshctl, "list --on h[1-300] --fanout 64");
  return [
    {
      goal: "300 stand-ins: CPU, of 2.2 x `xargs -P64` of the same",
      measured: list.cpu,
      limit: 2.2 * xargs.cpu,
      unit: "ms",
    },
    { goal: "its peak memory", measured: peak, limit: 150, unit: "MB" },
    {
      goal: "three hostile ones among them: time beyond their 3 s",
      measured: Math.max(0, hostile.wall - 3000 - list.wall),
      limit: 2000,
      unit: "ms",
    },
  ];
}

/**
 * A hundred names for this machine, each a login of its own. Four at once: what is measured is CPU, which does not hang on it, but each
 * answer holds the other looks that go on at the same time, as those of many machines would not.
 */
async function connections(machine: Machine, times: number): Promise<Result[]> {
  const version = /OpenSSH_[\d.]+/.exec(await machine.must("ssh -V 2>&1"))?.[0] ?? "";
  const config =
    "Host n*\n  HostName 127.0.0.1\n  IdentityFile /root/.ssh/id_lab\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n";
  await machine.writeFile("/root/.ssh/config", config, "600");
  const commands = {
    clush: "clush -f4 -w n[1-100] true",
    list: `${tool} list --on n[1-100] --fanout 4`,
  };
  const { clush, list } = await timeCommands(machine, commands, 3);
  return [
    {
      goal: `100 connections by ${version.replace("_", " ")}: CPU, of ${String(times)} x \`clush true\``,
      measured: list.cpu,
      limit: times * clush.cpu,
      unit: "ms",
    },
  ];
}

/**
 * OpenSSH 9 takes six times the CPU of OpenSSH 10 for its key exchange, so that all else counts less beside it: what reading 100 answers
 * costs is the same.
 */
async function connectionsOfOlderClient(): Promise<Result[]> {
  await using machine = await Machine.boot("bookworm", { layers: [clustershell] });
  await openSessions(machine, 6);
  return await connections(machine, 1.25);
}

/** What a look costs the host that is asked. */
async function onTheHost(machine: Machine): Promise<Result[]> {
  const commands = { collect: `sh ${collector}`, list: `${tool} list -o json` };
  const { collect, list } = await timeCommands(machine, commands, 15);
  await openSessions(machine, 200);
  const kilobytes = Number(await machine.must(`sh ${collector} | wc -c`)) / 206 / 1000;
  return [
    { goal: "the collector: CPU, of 1.3 x `list -o json`", measured: collect.cpu, limit: 1.3 * list.cpu, unit: "ms" },
    { goal: "its answer, for each session of 206", measured: kilobytes, limit: 3, unit: "kB" },
  ];
}
