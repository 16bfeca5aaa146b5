#!/bin/sh
# The hardware of a lab machine: its disk, and what switches it on. Runs in a mount namespace of its own.
# Usage: hardware.sh ROOT SCRATCH CGROUP NODE PROJECT
#   ROOT     finished root file systems, the uppermost first, with colons between them; they are never written to
#   SCRATCH  an empty folder to mount on; all that the machine writes lives there in memory and vanishes with this process
#   CGROUP   where the machine's cgroup is found, each time it is switched on
#   NODE, PROJECT  see boot.sh
# Each line on standard input switches the machine on. File descriptor 3 gets the reports of boot.sh, and "off" in the end.
set -eu
root=$1 scratch=$2 cgroup=$3 node=$4 project=$5
boot=$(dirname "$0")/boot.sh

mount -t tmpfs -o mode=755 tmpfs "$scratch"
mkdir "$scratch/upper" "$scratch/work" "$scratch/machine"
mount -t overlay -o "lowerdir=$root,upperdir=$scratch/upper,workdir=$scratch/work" overlay "$scratch/machine"

# Joining the cgroup comes before unsharing it: where the process is at that moment becomes the machine's root group.
# A machine whose hardware dies is killed by the kernel at the same moment, and takes all its mounts with it.
boots=0
while read -r _; do
  boots=$((boots + 1))
  sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$cgroup" \
    setpriv --pdeathsig KILL \
    unshare --mount --pid --fork --kill-child --net --uts --ipc --cgroup --propagation private \
    sh "$boot" "$scratch/machine" "$node" "$project" "$boots" </dev/null || :
  echo off >&3
done
