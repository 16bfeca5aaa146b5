#!/bin/sh
# Turns a fresh Debian root into a lab machine. Runs once, inside the root, when the root is built.
# Environment: SUITE, PER_SOURCE_PENALTIES (1 when this sshd knows that directive).
set -eu

echo "lab-$SUITE" >/etc/hostname
printf '127.0.0.1 localhost lab-%s\n::1 localhost ip6-localhost\n' "$SUITE" >/etc/hosts

# --- Accounts ---------------------------------------------------------------------------------------------------------

for name in alice bob deploy; do
  useradd --create-home --shell /bin/bash "$name"
done
useradd --create-home --shell /bin/zsh carol
# Otherwise zsh greets its first user with a questionnaire.
: >/home/carol/.zshrc

# Names that useradd refuses, but directory services (and careless administrators) hand out.
uid=1100
add_awkward() { # NAME HOME
  printf '%s:x:%s:%s::%s:/bin/bash\n' "$1" "$uid" "$uid" "$2" >>/etc/passwd
  printf '%s:*:19000:0:99999:7:::\n' "$1" >>/etc/shadow
  printf '%s:x:%s:\n' "$1" "$uid" >>/etc/group
  mkdir "$2"
  chown "$uid:$uid" "$2"
  uid=$((uid + 1))
}
add_awkward 'dom.user-x' /home/dom.user-x
add_awkward 'alice@corp.example' /home/alice-corp
add_awkward 'CORP\bob' /home/corp-bob
add_awkward 'Zoë Smith' /home/zoe

echo 'alice ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/lab
chmod 440 /etc/sudoers.d/lab

# --- One key that opens every account ---------------------------------------------------------------------------------

mkdir -p -m 700 /root/.ssh
ssh-keygen -q -t ed25519 -N '' -C lab -f /root/.ssh/id_lab
cp /root/.ssh/id_lab.pub /root/.ssh/authorized_keys
for home in /home/*; do
  mkdir -m 700 "$home/.ssh"
  cp /root/.ssh/id_lab.pub "$home/.ssh/authorized_keys"
  chown -R --reference "$home" "$home/.ssh"
done
mkdir -p /etc/dropbear
dropbearkey -t ed25519 -f /etc/dropbear/host_key >/dev/null

# --- sshd -------------------------------------------------------------------------------------------------------------

cat >/etc/ssh/sshd_config.d/00-lab.conf <<END
Port 22
Port 2222
PermitRootLogin yes
AllowTcpForwarding yes
MaxStartups 1000
MaxSessions 50
LoginGraceTime 600
UseDNS no
END
if [ "$PER_SOURCE_PENALTIES" = 1 ]; then
  # Tests connect in quick succession from one address.
  echo 'PerSourcePenalties no' >>/etc/ssh/sshd_config.d/00-lab.conf
fi

# --- Boot -------------------------------------------------------------------------------------------------------------

# Nobody sits at a console, and nothing here lives long enough for housekeeping.
systemctl --quiet mask \
  console-getty.service getty@.service getty.target \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer \
  systemd-tmpfiles-clean.timer systemd-modules-load.service
# The kernel and its settings are the host's.
systemctl --quiet mask systemd-sysctl.service

mkdir -p /etc/systemd/system.conf.d /etc/systemd/journald.conf.d
printf '[Manager]\nDefaultTimeoutStopSec=1s\n' >/etc/systemd/system.conf.d/lab.conf
printf '[Journal]\nStorage=volatile\n' >/etc/systemd/journald.conf.d/lab.conf

# Reports to whoever boots the machine, through a pipe that the boot script has put there.
cat >/etc/systemd/system/lab-ready.service <<'END'
[Unit]
Description=Report that sessions can be opened
After=ssh.service systemd-logind.service systemd-user-sessions.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'systemctl is-active ssh systemd-logind >/run/lab-ready'
[Install]
WantedBy=multi-user.target
END
systemctl --quiet enable lab-ready.service
