#!/bin/sh
# Records what sshctl reads of this machine, to be looked at elsewhere: sshctl list --root DIR
#
#   record-host.sh >DIR/recording.tsv
#   ssh root@server sh -s <record-host.sh >DIR/recording.tsv
#
# Needs nothing but a POSIX shell with od, awk, grep, readlink and stat. As root it sees everything; as somebody else it records
# what is refused, too. docs/recorded-hosts.md describes the form. No environment is recorded, and command lines only of
# SSH servers and of what runs in their sessions; these, user names and addresses can be private all the same.
set -u
PATH=/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
tab=$(printf '\t')

# --- Rows -------------------------------------------------------------------------------------------------------------

row() { # FIELD...
  (IFS=$tab && printf '%s\n' "$*")
}

# Writes stdin as one row for every line, each with this start; empty input as one row, too.
rows() { # START
  od -An -v -to1 | awk -v start="$1$tab" '
    BEGIN {
      for (byte = 0; byte < 256; byte++) {
        octal = sprintf("%03o", byte)
        shown[octal] = byte > 31 && byte < 127 ? sprintf("%c", byte) : "\\" octal
      }
      shown["012"] = "\\n"
      shown["134"] = "\\\\"
      printf "%s", start
    }
    {
      for (field = 1; field <= NF; field++) {
        if (ended) printf "\n%s", start
        printf "%s", shown[$field]
        ended = $field == "012"
      }
    }
    END { print "" }'
}

refused_or_gone() { # PATH
  if [ -e "$1" ] || [ -L "$1" ]; then row refused "$1"; fi
}

add_text() { # PATH
  if [ -r "$1" ] && (: <"$1") 2>/dev/null; then cat "$1" 2>/dev/null | rows "text$tab$1"; else refused_or_gone "$1"; fi
}

# Only the lines that sshctl looks at.
add_lines() { # PATH GREP_OPTION...
  path=$1
  shift
  if printed=$(grep "$@" "$path" 2>/dev/null); then printf '%s\n' "$printed" | rows "text$tab$path"; fi
}

add_link() { # PATH
  if ! target=$(readlink "$1"); then refused_or_gone "$1"; return; fi
  case $target in
    *[!][A-Za-z0-9/:._-]*) readlink -n "$1" | rows "link$tab$1" ;;
    *) row link "$1" "$target" ;;
  esac
}

add_links() { # FOLDER
  if [ -d "$1" ] && ! ls "$1" >/dev/null 2>&1; then refused_or_gone "$1"; return; fi
  for path in "$1"/*; do
    [ -L "$path" ] && add_link "$path"
  done
}

add_times() { # PATH
  facts=$(stat -L -c "%u$tab%X$tab%Y" "$1" 2>/dev/null) && row times "$1" "$facts"
}

output() { # FILTER COMMAND...
  filter=$1
  shift
  if ! command -v "$1" >/dev/null || ! printed=$("$@" 2>/dev/null); then return; fi
  printf '%s\n' "$printed" | "$filter" | rows "output$tab$*"
}

# --- Processes --------------------------------------------------------------------------------------------------------

servers=' '
needed=' '

# Sets name, parent and front (the process group in the foreground of the terminal); false when the process is gone.
inspect() { # PID
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  name=${stat#*(}
  name=${name%)*}
  # shellcheck disable=SC2086
  set -- ${stat##*)}
  parent=$2
  front=$6
}

is_server() {
  case $name in
    sshd | sshd[-.]* | hpnsshd* | dropbear | dropbearmulti) true ;;
    *) false ;;
  esac
}

server() { # PID
  add_lines "/proc/$1/status" -e '^PPid:' -e '^Uid:' -e '^NSpid:'
  add_lines "/proc/$1/cgroup" -e '^0::' -e ':name=systemd:'
  add_text "/proc/$1/cmdline"
  for file in exe ns/net; do add_link "/proc/$1/$file"; done
  add_links "/proc/$1/fd"
  if [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; then
    for file in tcp tcp6; do add_text "/proc/$1/net/$file"; done
  fi
}

# What a server has started, and what runs in the foreground there.
program() { # PID FRONT
  needed="$needed$1 "
  add_lines "/proc/$1/status" -e '^PPid:' -e '^Uid:' -e '^NSpid:'
  add_text "/proc/$1/cmdline"
  if [ "$2" -gt 0 ] && [ "$2" -ne "$1" ]; then
    needed="$needed$2 "
    add_text "/proc/$2/cmdline"
  fi
}

needed_only() {
  while read -r pid args; do
    case $needed in *" $pid "*) printf '%s %s\n' "$pid" "$args" ;; esac
  done
}

processes() {
  for folder in /proc/[0-9]*; do
    inspect "${folder#/proc/}" || continue
    printf '%s\n' "$stat" | rows "text$tab$folder/stat"
    if is_server; then servers="$servers${folder#/proc/} "; fi
  done
  needed=$servers
  for pid in $servers; do server "$pid"; done
  for folder in /proc/[0-9]*; do
    inspect "${folder#/proc/}" || continue
    case $servers in *" $parent "*) ;; *) continue ;; esac
    is_server || program "${folder#/proc/}" "$front"
  done
}

# --- The machine ------------------------------------------------------------------------------------------------------

row recording 1
row host "$(uname -n)"
case $(printf '\1\0' | od -An -tu2) in *' 1') row byte-order little ;; *) row byte-order big ;; esac
now=$(date +%s.%N)
uptime=$(cat /proc/uptime)
case $now in *[!0-9.]*) now=$(date +%s) ;; esac
row taken-at "$now"
# At once, because ps tells ages.
output cat ps -A -ww --no-headers -o pid,ppid,pgid,sid,ruid,tpgid,etimes,netns,pidns,s,tty:32,lsession:32,comm
printf '%s\n' "$uptime" | rows "text$tab/proc/uptime"
add_text /etc/passwd
for path in /dev/pts/[0-9]*; do add_times "$path"; done
for kind in net pid; do add_link "/proc/self/ns/$kind"; done
processes
add_links /proc/1/fd | grep -e 'socket:' -e '^refused'
for file in tcp tcp6; do add_text "/proc/net/$file"; done
add_lines /proc/net/unix -e '^Num' -e ' 00010000 '
output needed_only ps -A -ww --no-headers -o pid,args
output cat ss -H -t -a -n -e -p
row end
