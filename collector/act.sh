#!/bin/sh
# act.sh - end exactly the SSH sessions of a plan that sshctl has made for this machine
#
#   act.sh --nonce TEXT <PLAN
#
#   --nonce TEXT   repeated in the first and the last line of the plan and of the answer: letters, digits, - and _
#
# A plan has words divided by spaces, a line for each thing. PROCESS is a PID and a start time, as 903:1952403.
#
#   plan 1 TEXT
#   boot ID                      of the kernel that the plan was made for: /proc/sys/kernel/random/boot_id
#   signal NAME                  TERM, HUP, INT, QUIT, KILL
#   grace HUNDREDTHS             of a second, after which KILL follows; "grace 500 only" for the signal alone
#   session ID MONITOR TARGET... processes; MONITOR is - where there is none
#   record FIELDS                of the session before it, for the system log
#   end TEXT
#
# It promises:
# - Needed are a POSIX shell, cat, and sleep; those of busybox will do. logger writes the record.
# - Nothing is done before the whole plan has arrived, and nothing at all if this is another boot.
# - Only processes with the start time of the plan and the name of an SSH server get a signal, and never a listener.
# - The connection that it runs over is spared, whatever the plan says, and so is everything else that it hangs on.
# - A monitor gets no signal while a session child is left, and no KILL while it has any child.
# - Once begun, it carries out its plan, whether or not anybody is still connected.
# - Nothing is written but to the system log.
#
# The answer: "acting TEXT", a line for each session, "acted TEXT".
#
#   ended ID SIGNAL HUNDREDTHS   its processes are gone
#   gone ID, changed ID          it had ended before; its PID is another process's
#   own ID, foreign ID           spared: this connection hangs on it; it is not the session of an SSH server
#   refused ID                   the kernel allows no signal
#   survived ID PID STATE        STATE: third field of /proc/PID/stat
#   logged-in ID PID             who was logging in has done so meanwhile
#   other-boot                   instead of all others
#
# All of it is one function that is called in the last line, so a script that arrives in part does nothing.

sshctl_act() {
  PATH=/usr/sbin:/usr/bin:/sbin:/bin
  LC_ALL=C
  export PATH LC_ALL
  # Whoever asked may be gone, or close the connection.
  trap '' HUP INT TERM PIPE
  if [ $# -ne 2 ] || [ "$1" != --nonce ]; then
    echo "act.sh --nonce TEXT <PLAN" >&2
    return 2
  fi
  nonce=$2
  case $nonce in
    '' | *[!A-Za-z0-9_-]*)
      echo "act.sh: --nonce takes letters, digits, - and _" >&2
      return 2
      ;;
  esac
  newline='
'
  plan=$(cat)
  case $plan in
    "plan 1 $nonce$newline"*"${newline}end $nonce") ;;
    *)
      echo "act.sh: the plan is of another version, or was cut off" >&2
      return 2
      ;;
  esac
  printf 'acting %s\n' "$nonce"
  sshctl_carry_out
  printf 'acted %s\n' "$nonce"
}

# --- Processes --------------------------------------------------------------------------------------------------------

# Sets name, state, parent, sid and start of a process. @returns 1 where there is none.
sshctl_stat() {
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  name=${line#*\(}
  name=${name%)*}
  rest=${line##*) }
  set -f
  set -- $rest
  set +f
  [ $# -ge 20 ] || return 1
  state=$1 parent=$2 sid=$4 start=${20}
}

# Whether PID:START is the process that the plan means, and it still runs.
sshctl_lives() {
  sshctl_stat "${1%:*}" && [ "$start" = "${1#*:}" ] && [ "$state" != Z ] && [ "$state" != X ]
}

sshctl_is_server() {
  case $1 in
    sshd | sshd[-.]* | hpnsshd | hpnsshd[-.]* | dropbear | dropbearmulti) ;;
    *) return 1 ;;
  esac
}

# Prints the PIDs of the children of a process: its own kernel may keep no list of them.
sshctl_children() {
  if [ -r "/proc/$1/task/$1/children" ]; then
    cat "/proc/$1/task/$1/children" 2>/dev/null
    return
  fi
  for folder in /proc/[0-9]*; do
    sshctl_stat "${folder#/proc/}" && [ "$parent" = "$1" ] && printf '%s ' "${folder#/proc/}"
  done
}

# Sets helper to a child of the server's own in the same kernel session: what users run leads sessions of its own.
sshctl_find_helper() {
  helper=
  sshctl_stat "$1" || return 1
  of=$sid
  for child in $(sshctl_children "$1"); do
    if sshctl_stat "$child" && [ "$sid" = "$of" ] && sshctl_is_server "$name" && [ "$state" != Z ]; then
      helper=$child
      return 0
    fi
  done
  return 1
}

# Whether a process holds a listening socket of TCP.
sshctl_listens() {
  sockets=" "
  for file in "/proc/$1"/fd/*; do
    target=$(readlink "$file" 2>/dev/null) || continue
    case $target in
      socket:*) sockets="$sockets${target#socket:} " ;;
    esac
  done
  for table in /proc/net/tcp /proc/net/tcp6; do
    while read -r number local remote code queue timer resent uid timeout inode rest; do
      [ "$code" = 0A ] || continue
      case $sockets in
        *" [$inode] "*) return 0 ;;
      esac
    done <"$table"
  done 2>/dev/null
  return 1
}

# Everything that this shell hangs on, up to the first process.
sshctl_find_own() {
  own=" "
  pid=$$
  while [ "$pid" -gt 0 ] && sshctl_stat "$pid"; do
    own="$own$pid "
    pid=$parent
  done
}

# Why a process that lives is not touched; empty where it may be.
sshctl_why_not() {
  pid=${1%:*}
  case $own in
    *" $pid "*)
      why=own
      return
      ;;
  esac
  why=foreign
  sshctl_stat "$pid" || return 0
  sshctl_is_server "$name" || return 0
  above=$parent
  # What another server has started is no listener; of all others it is looked up.
  if ! { sshctl_stat "$above" && sshctl_is_server "$name"; } && sshctl_listens "$pid"; then return 0; fi
  why=
}

# --- The plan ---------------------------------------------------------------------------------------------------------

# Reads the plan into variables: for the session number N id_N, monitor_N, targets_N, record_N.
sshctl_read_plan() {
  count=0 boot= signal=TERM grace=500 escalate=1
  set -f
  IFS=$newline
  for entry in $plan; do
    IFS=' '
    case $entry in
      "boot "*) boot=${entry#boot } ;;
      "signal "*) signal=${entry#signal } ;;
      "grace "*)
        set -- $entry
        grace=$2
        [ "${3-}" != only ] || escalate=0
        ;;
      "session "*)
        set -- $entry
        count=$((count + 1))
        eval "id_$count=\$2 monitor_$count=\$3 record_$count="
        shift 3
        eval "targets_$count=\$*"
        ;;
      "record "*) eval "record_$count=\${entry#record }" ;;
    esac
    IFS=$newline
  done
  IFS=" 	$newline"
  set +f
  # All of it goes into arithmetic, or names processes.
  case $grace in '' | *[!0-9]*) return 1 ;; esac
  case $signal in TERM | HUP | INT | QUIT | KILL) ;; *) return 1 ;; esac
  i=0
  while [ $i -lt $count ]; do
    i=$((i + 1))
    eval "words=\"\$id_$i \$monitor_$i \$targets_$i\""
    case $words in *[!0-9:\ -]*) return 1 ;; esac
  done
}

# In hundredths of a second since the machine has started.
sshctl_now() {
  read -r now rest </proc/uptime
  now=${now%.*}${now#*.}
}

sshctl_carry_out() {
  sshctl_read_plan || {
    echo "act.sh: the plan is not understood" >&2
    return
  }
  { read -r here </proc/sys/kernel/random/boot_id; } 2>/dev/null || here=
  if [ -z "$boot" ] || [ "$boot" != "$here" ]; then
    echo other-boot
    return
  fi
  sshctl_find_own
  sshctl_now
  began=$now
  pending=
  i=0
  while [ $i -lt $count ]; do
    i=$((i + 1))
    sshctl_begin $i
  done
  pause=0.1
  sleep 0.01 2>/dev/null || pause=1
  while [ -n "$pending" ]; do
    sshctl_now
    round=$pending
    pending=
    for i in $round; do sshctl_look $i; done
    [ -z "$pending" ] || sleep $pause
  done
}

# The first signal.
sshctl_begin() {
  eval "targets=\$targets_$1 monitor=\$monitor_$1"
  eval "last_$1=\$began had_$1="
  living=
  taken=gone
  for process in $targets; do
    if sshctl_lives "$process"; then living="$living $process"
    elif [ -d "/proc/${process%:*}" ]; then taken=changed
    fi
  done
  if [ -z "$living" ]; then
    # Where the child has gone by itself, its monitor is still to be waited for.
    if [ "$monitor" != - ] && sshctl_lives "$monitor"; then pending="$pending $1"
    else sshctl_tell $1 $taken
    fi
    return
  fi
  for process in $living; do
    sshctl_why_not "$process"
    if [ -n "$why" ]; then
      sshctl_tell $1 "$why"
      return
    fi
  done
  if [ "$monitor" != - ] && sshctl_lives "$monitor"; then
    sshctl_why_not "$monitor"
    if [ -n "$why" ]; then
      sshctl_tell $1 "$why"
      return
    fi
  fi
  sshctl_send $1 "$signal" "$living"
}

# Whoever was logging in may have done so: what was its only process is a monitor then, and must not be killed above its child.
sshctl_send() {
  eval "monitor=\$monitor_$1"
  for process in $3; do
    if [ "$monitor" = - ] || [ "$process" = "$monitor" ]; then
      case $2 in
        KILL | QUIT)
          if sshctl_find_helper "${process%:*}"; then
            sshctl_tell $1 "logged-in" "$helper"
            return
          fi
          ;;
      esac
    fi
    sshctl_lives "$process" || continue
    if ! kill -s "$2" "${process%:*}" 2>/dev/null && sshctl_lives "$process"; then
      sshctl_tell $1 refused
      return
    fi
  done
  # Otherwise a session that ends at once would be told to have ended by itself.
  eval "had_$1=\"\$had_$1 $4$2\" by_$1=$2 last_$1=\$now"
  pending="$pending $1"
}

sshctl_look() {
  eval "targets=\$targets_$1 monitor=\$monitor_$1 last=\$last_$1 had=\"\$had_$1 \""
  living=
  for process in $targets; do
    if sshctl_lives "$process"; then living="$living $process"; fi
  done
  alive=
  if [ "$monitor" != - ] && sshctl_lives "$monitor"; then alive=$monitor; fi
  if [ -z "$living$alive" ]; then
    eval "by=\${by_$1-}"
    if [ -n "$by" ]; then sshctl_tell $1 ended "$by" $((now - began))
    else sshctl_tell $1 gone
    fi
    return
  fi
  if [ $((now - last)) -lt "$grace" ]; then
    pending="$pending $1"
  elif [ $escalate = 0 ]; then
    sshctl_survived $1
  elif [ -n "$living" ]; then
    case $had in
      *" KILL "*) sshctl_survived $1 ;;
      *) sshctl_send $1 KILL "$living" "" ;;
    esac
  else
    sshctl_end_monitor $1
  fi
}

# One that has not ended by itself after its child is gone.
sshctl_end_monitor() {
  if sshctl_find_helper "${alive%:*}"; then
    sshctl_tell $1 "logged-in" "$helper"
    return
  fi
  case $had in
    *" monitor-KILL "*) sshctl_survived $1 ;;
    *" monitor-TERM "*)
      if [ -n "$(sshctl_children "${alive%:*}")" ]; then sshctl_survived $1
      else sshctl_send $1 KILL "$alive" monitor-
      fi
      ;;
    *) sshctl_send $1 TERM "$alive" monitor- ;;
  esac
}

sshctl_survived() {
  for process in $living $alive; do
    if sshctl_lives "$process"; then
      sshctl_tell $1 survived "${process%:*}" "$state"
      return
    fi
  done
  pending="$pending $1"
}

# --- What is told of it ------------------------------------------------------------------------------------------------

# sshctl_tell NUMBER OUTCOME [MORE...]
sshctl_tell() {
  eval "id=\$id_$1 record=\$record_$1"
  outcome=$2
  shift 2
  printf '%s\n' "$outcome $id${*:+ $*}"
  result=failed
  case $outcome in
    ended)
      result=done
      text="ended by $1 in $(($2 / 100)).$(($2 / 10 % 10))s"
      ;;
    gone) result=done text="had already ended" ;;
    changed) result=done text="had already ended; its PID now belongs to another process, which was not touched" ;;
    own) text="spared: the connection of sshctl itself" ;;
    foreign) text="spared: not the session of an SSH server" ;;
    refused) text="NOT ENDED: not permitted" ;;
    survived) text="NOT ENDED: PID $1 is still running" ;;
    logged-in) text="NOT ENDED: its login was completed in the meantime (PID $1)" ;;
  esac
  [ -z "$record" ] || sshctl_record "$record result=\"$result\" outcome=\"$text\""
}

# logger cuts what is longer than 1 KiB unless told otherwise; that of busybox cannot be told.
sshctl_record() {
  if [ ${#1} -gt 1000 ] && logger --size 8KiB -t sshctl -p authpriv.notice -- "$1" 2>/dev/null; then return; fi
  logger -t sshctl -p authpriv.notice -- "$1" 2>/dev/null || echo "not-recorded $id"
}

sshctl_act "$@"
