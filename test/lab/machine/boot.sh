#!/bin/sh
# Becomes the init of a lab machine. Runs as the first process of fresh mount, pid, net, uts, ipc and cgroup namespaces.
# Usage: boot.sh MACHINE NODE PROJECT BOOTS
#   MACHINE  where the machine's root file system is mounted
#   NODE     the node binary of the host
#   PROJECT  the checkout of the project
#   BOOTS    how often the machine has been switched on, this time included
# File descriptor 3 goes to whoever started us: first our process number and our parent's, later a line for each service
# that is up.
set -eu
machine=$1 node=$2 project=$3 boots=$4

# /proc is still the host's, so these are the numbers out there.
read -r pid _ _ parent _ </proc/self/stat
echo "$pid $parent" >&3
cd "$machine"

# --- What a kernel offers ---------------------------------------------------------------------------------------------

mount -t proc -o nosuid,nodev,noexec proc proc
mount -t sysfs -o nosuid,nodev,noexec sysfs sys
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 sys/fs/cgroup
mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs run
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs tmp
mount -t tmpfs -o nosuid,mode=755 tmpfs dev
for device in null zero full random urandom tty; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr

# The kernel is the host's, and so is the number of its boot: each boot of the machine gets its own over it, as systemd-nspawn
# does it. With systemd 247 and 252 (not with 257) that cannot be done for all: services with ProtectKernelTunables= or ProtectControlGroups= get a
# fresh /proc there (mount_procfs() in namespace.c unmounts what is on the old one), and in every fresh /proc stands the
# kernel's own number, by which `journalctl --boot` then finds nothing. So the first boot keeps the host's there.
if [ "$boots" -gt 1 ] || ! ls usr/lib/systemd/libsystemd-shared-247.so usr/lib/*/systemd/libsystemd-shared-252.so 2>/dev/null | grep -q .; then
  cat /proc/sys/kernel/random/uuid >run/lab-boot-id
  mount --bind run/lab-boot-id proc/sys/kernel/random/boot_id
  mount -o remount,bind,ro proc/sys/kernel/random/boot_id
fi

# --- The tool under test ----------------------------------------------------------------------------------------------

mkdir -p opt/node/bin opt/sshctl
: >opt/node/bin/node
mount --bind "$node" opt/node/bin/node
mount --bind "$project" opt/sshctl
mount -o remount,bind,ro opt/node/bin/node
mount -o remount,bind,ro opt/sshctl
if [ -d opt/sshctl/node_modules ]; then
  # Users get no node_modules: what runs in here must be complete without.
  mount -t tmpfs -o ro tmpfs opt/sshctl/node_modules
fi

# --- Into it ----------------------------------------------------------------------------------------------------------

mkfifo run/lab-ready
# In the shell itself: a program started here could find itself with half of its libraries on either side of the pivot.
while read -r line; do echo "$line"; done <run/lab-ready >&3 &
exec 3>&-
mkdir run/host
pivot_root . run/host
cd /
umount -l run/host
rmdir run/host
exec env -i container=lab PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin /sbin/init
