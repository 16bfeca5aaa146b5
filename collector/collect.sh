#!/bin/sh
# collect.sh - record what sshctl reads of this machine, to be looked at on another one
#
#   collect.sh [--auth] [--with-tools] [--nonce TEXT] >DIR/recording.tsv
#   ssh root@server sh -s -- --auth <collect.sh >DIR/recording.tsv
#   sshctl list --root DIR
#
#   --auth         also the journal's lines by which users logged in over the connections that are open now
#   --with-tools   also the outputs of ps and ss, for sshctl list --source tools
#   --nonce TEXT   repeated in the first and the last row: letters, digits, - and _
#
# It promises:
# - Needed are a POSIX shell, awk, cat, date, grep, head, ls, od, sed, tr, and xargs; those of busybox will do.
#   Where stat, getent, timeout or journalctl is missing, the recording names what it lacks for that.
# - Nothing is written and nothing changed on this machine; no environment of a process and no password is read.
# - The number of programs that it starts does not grow with the number of sessions, but for very long lists.
# - Of every file that a user can make large, only the start is read. Sessions cost about 2 kB each, and what else runs
#   here costs nothing.
# - The form is version 2 of docs/recorded-hosts.md. The last row, "end", is written only after everything else was read
#   to its end: a recording without it was cut off. Exit codes: 0 done, 1 not done, 2 usage.
# - As another user than root it records as much as the kernel shows, and what it refused.
# - `list --root` then shows the sessions that `list` on this machine shows.
#
# All of it is one function that is called in the last line, so a script that arrives in part does nothing.

sshctl_collect() {
  PATH=/usr/sbin:/usr/bin:/sbin:/bin
  LC_ALL=C
  export PATH LC_ALL
  unset POSIXLY_CORRECT TIME_STYLE QUOTING_STYLE LS_BLOCK_SIZE GREP_OPTIONS
  auth=0 tools=0 nonce=
  while [ $# -gt 0 ]; do
    case $1 in
      --auth) auth=1 ;;
      --with-tools) tools=1 ;;
      --nonce)
        shift
        nonce=${1-}
        ;;
      *)
        echo "collect.sh [--auth] [--with-tools] [--nonce TEXT]" >&2
        return 2
        ;;
    esac
    [ $# -eq 0 ] || shift
  done
  case $nonce in
    *[!A-Za-z0-9_-]*)
      echo "collect.sh: --nonce takes letters, digits, - and _" >&2
      return 2
      ;;
  esac

  # grep passes over a process that has ended; awk may die of it (and cat takes twice as long for so many small files). This
  # shell's own entry comes once more at the end, as the proof that the list is whole.
  { ls /proc && echo 9999999999; } |
    sed -n "s,^9999999999\$,$$,; s,^[0-9][0-9]*\$,/proc/&/stat,p" | xargs grep -h "" 2>/dev/null |
    awk -v self="$$" -v nonce="$nonce" -v auth="$auth" -v tools="$tools" '
# --- Rows -------------------------------------------------------------------------------------------------------------

# Control characters and backslashes as in vis(3). A replacement of gsub() with a backslash is read in two ways.
function vis(text,    i, c, out) {
  if (text !~ /[\001-\037\177\\]/) return text
  out = ""
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    # A name with a space and a parenthesis behind it is a call to some awks.
    if (c in shown) c = shown[c]
    out = out c
  }
  return out
}

# Of a text that the kernel alone writes.
function withTabs(text,    i, total, out, words) {
  total = split(text, words, "\t")
  out = words[1]
  for (i = 2; i <= total; i++) out = out "\\t" words[i]
  return out
}

function row(kind, path, text) { print kind "\t" path "\t" text }

function fail(why) {
  if (!broken) print "collect.sh: " why > "/dev/stderr"
  broken = 1
  exit 1
}

# --- Programs ---------------------------------------------------------------------------------------------------------

# Runs a command and puts what it prints into lines[1] to lines[count]. That files are gone by then is no failure.
function ask(command,    line) {
  count = 0
  command = command "; echo =$?"
  while ((command | getline line) > 0) lines[++count] = line
  close(command)
  if (count == 0 || lines[count] !~ /^=[0-9]+$/) fail("a program was stopped: " substr(command, 1, 60))
  code = substr(lines[count--], 2) + 0
  if (code > 127) fail("a program was ended by a signal: " substr(command, 1, 60))
  return code
}

function must(command) {
  if (ask(command) == 127) fail("a program is missing: " substr(command, 1, 60))
}

# Adds words to a list. A command line of a shell takes 128 KiB (execve(2)), so long lists are kept in parts.
function add(list, words) {
  size[list] += length(words) + 1
  if (!partCount[list] || size[list] > 60000) {
    partCount[list]++
    size[list] = length(words)
  }
  part[list, partCount[list]] = part[list, partCount[list]] " " words
}

# The next part of a list, which is then forgotten; empty when there is none.
function take(list,    words) {
  if (!partCount[list]) return ""
  words = part[list, partCount[list]]
  delete part[list, partCount[list]]
  partCount[list]--
  size[list] = 60000
  return words
}

# Keeps a row for the end. To join them would copy all of them for each.
function keep(section, text) { kept[section, ++keptCount[section]] = text }

function printKept(section,    i) {
  for (i = 1; i <= keptCount[section]; i++) print kept[section, i]
}

# --- Processes --------------------------------------------------------------------------------------------------------

# A name may hold line feeds and parentheses; about fifty fields stand behind the last one, which 15 bytes cannot fake.
function readStat(line,    head, rest, pid) {
  held = (held == "") ? line : held "\n" line
  if (!match(held, /^.*\)/)) return heldTooLong()
  head = substr(held, 1, RLENGTH)
  rest = substr(held, RLENGTH + 2)
  if (split(rest, field, " ") < 36) return heldTooLong()
  held = ""
  pid = substr(head, 1, index(head, " ") - 1)
  statName = substr(head, index(head, "(") + 1)
  statName = substr(statName, 1, length(statName) - 1)
  statRow = vis(head) " " field[1] " " field[2] " " field[3] " " field[4] " " field[5] " " field[6]
  statRow = statRow " 0 0 0 0 0 0 0 0 0 0 0 0 0 " field[20] " \\n"
  return pid
}

function heldTooLong() {
  if (length(held) > 4096) held = ""
  return ""
}

function keepProcess(pid) {
  if (field[1] == "Z" || field[1] == "X") return
  if (!(pid in name)) pids[++pidCount] = pid
  stat[pid] = statRow
  name[pid] = statName
  parent[pid] = field[2]
  group[pid] = field[3]
  sid[pid] = field[4]
  tty[pid] = field[5]
  front[pid] = field[6]
  start[pid] = field[20]
}

function isServerName(text) {
  return text ~ /^((hpn)?sshd([-.][A-Za-z0-9_.-]+)?|dropbear(multi)?)$/
}

# Of a process that somebody asks for more than its row in stat.
function need(pid) {
  if (pid in needed || !(pid in stat)) return 0
  needed[pid] = 1
  return 1
}

# Those above the process that records: they tell which session is its own. A terminal multiplexer there holds the
# terminals of the clients that are attached to it.
function needAncestors(pid,    steps) {
  for (; pid in stat && steps < 1000 && !(pid in above); pid = parent[pid]) {
    above[pid] = 1
    need(pid)
    steps++
    if (name[pid] == "tmux: server" || name[pid] == "screen") multiplexer[pid] = 1
  }
}

# Logins that no SSH server serves are only counted.
function needOtherLogins(    i, pid, own) {
  for (i = 1; i <= pidCount && own < 1000; i++) {
    pid = pids[i]
    if (name[pid] == "mosh-server") own += need(pid)
    else if ((name[pid] == "tailscaled" || name[pid] == "teleport") && parent[pid] in stat && name[parent[pid]] == name[pid]) {
      own += need(pid)
      need(parent[pid])
    }
  }
}

# --- Servers ----------------------------------------------------------------------------------------------------------

function readLinks(list,    j, at, path, arrow, paths) {
  while ((paths = take(list)) != "") {
    must("ls -ln" hide " /dev/null" paths " 2>/dev/null")
    for (j = 1; j <= count; j++) {
      at = index(lines[j], " /proc/")
      if (!at) continue
      path = substr(lines[j], at + 1)
      arrow = index(path, " -> ")
      if (arrow) link[substr(path, 1, arrow - 1)] = substr(path, arrow + 4)
    }
  }
}

# What the kernel refuses, as ls complains of it.
function readRefusals(list,    j, paths) {
  while ((paths = take(list)) != "") {
    must("ls -ln /dev/null" paths " 2>&1 >/dev/null")
    for (j = 1; j <= count; j++)
      if (lines[j] ~ /ermission denied/ && match(lines[j], /\/proc\/[0-9]+\/[a-z\/]+/))
        refused[substr(lines[j], RSTART, RLENGTH)] = 1
  }
}

# Credentials and control groups.
function readStatus(list,    j, at, path, pid, text, file, paths) {
  while ((paths = take(list)) != "") {
    must("grep -HE \"^(PPid|Uid|NSpid|FDSize|SigCgt):|^0::|^[0-9]+:name=systemd:\"" paths " 2>/dev/null")
    for (j = 1; j <= count; j++) {
      at = index(lines[j], ":")
      path = substr(lines[j], 1, at - 1)
      text = substr(lines[j], at + 1)
      split(path, file, "/")
      pid = file[3]
      if (file[4] == "cgroup") cgroup[pid] = cgroup[pid] vis(text) "\\n"
      else if (text ~ /^FDSize:/) slots[pid] = substr(text, 9) + 0
      else if (text ~ /^SigCgt:/) {
        if ((pid in isServer) && uid[pid] == "0") status[pid] = status[pid] withTabs(text) "\\n"
      } else {
        status[pid] = status[pid] withTabs(text) "\\n"
        if (text ~ /^Uid:/) {
          text = substr(text, 6)
          sub(/[^0-9].*/, "", text)
          uid[pid] = text
          uidSeen[text] = 1
        }
      }
    }
  }
}

function isServerProgram(pid,    text) {
  if (("/proc/" pid "/exe") in refused) return 1
  text = link["/proc/" pid "/exe"]
  sub(/ \(deleted\)$/, "", text)
  sub(/^.*\//, "", text)
  return isServerName(text)
}

# A user can run a program of that name, as often and with as many open files as the kernel allows. What looks like a child that
# has lost its parent, which was root, is told from that only by its open files: as many are looked at as cost little.
function isWorthALook(pid) {
  if (uid[pid] == "0" || ((parent[pid] in isServer) && uid[parent[pid]] == "0")) return 1
  if (slots[pid] <= 1024 && (slotsLeft -= slots[pid]) >= 0) return 1
  lack["processes"] = 1
  return 0
}

function findServers(    i, pid) {
  for (i = 1; i <= pidCount; i++) {
    if (!isServerName(name[pids[i]])) continue
    candidate[++candidates] = pids[i]
    add("links", "/proc/" pids[i] "/exe /proc/" pids[i] "/ns/net")
  }
  readLinks("links")
  for (i = 1; i <= candidates; i++) {
    pid = candidate[i]
    if (!(("/proc/" pid "/exe") in link)) add("missing", "/proc/" pid "/exe /proc/" pid "/ns/net")
  }
  readRefusals("missing")
  for (i = 1; i <= candidates; i++) {
    pid = candidate[i]
    if (!isServerProgram(pid)) continue
    isServer[pid] = 1
    add("statuses", "/proc/" pid "/status /proc/" pid "/cgroup")
  }
  readStatus("statuses")
  slotsLeft = 65536
  for (i = 1; i <= candidates; i++) {
    pid = candidate[i]
    if (!(pid in isServer)) continue
    if (isWorthALook(pid)) need(server[++servers] = pid)
    else delete isServer[pid]
  }
}

# --- What they have open ----------------------------------------------------------------------------------------------

# The numbers and targets of open sockets, of the pipes by which dropbear counts strangers, and of terminals of a
# multiplexer. Also forgets what was read before. The connection has a low number; a user can forward without end.
function readOpen(list,    j, pid, fd, target, paths) {
  while ((paths = take(list)) != "") {
    must("ls -ln" hide " /dev/null" paths " 2>/dev/null")
    pid = ""
    for (j = 1; j <= count; j++) {
      if (lines[j] ~ /^\/proc\/[0-9]+\/fd:$/) {
        pid = substr(lines[j], 7, length(lines[j]) - 10)
        fds[pid] = ""
      } else if (lines[j] ~ /^total /) opened[pid] = 1
      else if (match(lines[j], / [0-9]+ -> /)) {
        fd = substr(lines[j], RSTART + 1, RLENGTH - 5)
        target = substr(lines[j], RSTART + RLENGTH)
        if (!isTold(pid, fd + 0, target)) continue
        if (fd + 0 < 32 || ++furtherSockets <= 10000) fds[pid] = fds[pid] " " fd " " target
        else lack["sockets"] = 1
      }
    }
  }
}

function isTold(pid, fd, target) {
  if (target ~ /^socket:\[[0-9]+\]$/) return fd > 2 || name[pid] ~ /^dropbear/ || pid == 1
  if (target ~ /^pipe:\[[0-9]+\]$/) return name[pid] ~ /^dropbear/
  return (pid in multiplexer) && target ~ /^\/dev\/pts\/[0-9]+$/
}

function wantSockets(pid,    i, total, words) {
  total = split(fds[pid], words, " ")
  for (i = 2; i <= total; i += 2) if (words[i] ~ /^socket/) wanted[inodeOf(words[i])] = pid
}

function inodeOf(target) { return substr(target, 9, length(target) - 9) }

function openServers(    i, pid) {
  findHelpers()
  for (i = 1; i <= servers; i++) if (!(server[i] in helper)) add("open", "/proc/" server[i] "/fd")
  for (pid in multiplexer) add("open", "/proc/" pid "/fd")
  add("open", "/proc/1/fd")
  readOpen("open")
  noteOpened()
  wantSockets(1)
}

function noteOpened(    i, pid) {
  for (i = 1; i <= servers; i++) {
    pid = server[i]
    if (pid in helper) continue
    if (!(pid in opened)) add("missing", "/proc/" pid "/fd")
    wantSockets(pid)
  }
  readRefusals("missing")
}

# A monitor of root, which a listener has started, with the one helper that it has: they share their session and group.
function findHelpers(    i, pid, monitor) {
  for (i = 1; i <= servers; i++) {
    pid = server[i]
    monitor = parent[pid]
    if (!(monitor in isServer) || !(parent[monitor] in isServer) || uid[monitor] != "0") continue
    if (sid[pid] != sid[monitor] || group[pid] != group[monitor]) continue
    # Not in one expression: some awks make the entry before they ask for it.
    if (monitor in helper) pid = "several"
    helper[monitor] = pid
  }
  for (pid in helper) if (helper[pid] == "several" || helper[pid] in helper) delete helper[pid]
}

# The helper was forked with the connection open, under the same number. Where it has no other TCP socket, that one is the
# connection, and the open files of its monitor need not be listed.
function openMonitors(    pid, i, total, words, found) {
  for (pid in helper) {
    total = split(fds[helper[pid]], words, " ")
    found = ""
    for (i = 2; i <= total; i += 2)
      if (inodeOf(words[i]) in known) found = found " " words[i - 1] " " words[i]
    if (split(found, words, " ") == 2) {
      fds[pid] = found
      opened[pid] = 1
    } else add("open", "/proc/" pid "/fd")
  }
  split("", helper)
  readOpen("open")
  noteOpened()
}

# --- Sockets ----------------------------------------------------------------------------------------------------------

# Of /proc/net/tcp and tcp6, rows of sockets that a server or the service manager holds, and of the other ends of those, without
# what nobody reads.
function readTcp(files,    j, words, file, where) {
  must("grep -H : " files " 2>/dev/null")
  for (j = 1; j <= count; j++) {
    where = index(lines[j], ":")
    file = substr(lines[j], 1, where - 1)
    if (split(substr(lines[j], where + 1), words, " ") < 10 || words[10] == "0") continue
    if (words[10] in wanted) keepTcp(file, words)
    else if (words[4] != "0A") otherEnds[words[3] " " words[2]] = file "\n" rowOfTcp(words) "\n" words[10]
  }
}

function rowOfTcp(words) {
  return "0: " words[2] " " words[3] " " words[4] " 0 0 0 " words[8] " 0 " words[10] " "
}

function keepTcp(file, words) {
  known[words[10]] = 1
  ends[words[10]] = words[2] " " words[3]
  if ((file, words[10]) in tcpRow) return
  tcpRow[file, words[10]] = 1
  tcpFile[file] = 1
  keep(file, "text\t" file "\t" rowOfTcp(words) "\\n")
}

function readNetworks(    i, pid, network, files) {
  split("", otherEnds)
  readTcp("/proc/net/tcp /proc/net/tcp6")
  for (i = 1; i <= servers; i++) {
    pid = server[i]
    network = link["/proc/" pid "/ns/net"]
    if (network == "" || network == home || (network in visited && visited[network] != pid)) continue
    visited[network] = pid
    readTcp("/proc/" pid "/net/tcp /proc/" pid "/net/tcp6")
  }
}

function lacksRows(pid,    i, total, words, sockets) {
  total = split(fds[pid], words, " ")
  for (i = 2; i <= total; i += 2) {
    if (words[i] !~ /^socket/) continue
    sockets++
    if (inodeOf(words[i]) in known) return 0
  }
  return sockets > 0
}

# One of whose sockets no table knows any has a connection that is not TCP, or one that has just ended and is closed in a
# moment. The kernel may also have passed over a row while its neighbours came and went.
function settle(    tries, i, pid, isSettled) {
  for (tries = 1; tries <= 6; tries++) {
    isSettled = 1
    for (i = 1; i <= servers; i++) {
      pid = server[i]
      if (!lacksRows(pid)) continue
      isSettled = 0
      unsettled[pid] = 1
      if (tries < 6) add("open", "/proc/" pid "/fd")
    }
    if (isSettled || tries == 6) break
    if (tries > 1) ask("sleep 0.05 2>/dev/null")
    for (pid in unsettled) fds[pid] = ""
    readOpen("open")
    readNetworks()
    for (pid in unsettled) if (fds[pid] == "") closed[pid] = 1
  }
  for (pid in unsettled) wantSockets(pid)
}

# Listening Unix sockets of servers: forwarded paths and agents. Of those that are not settled, all.
function readUnix(    j, words) {
  must("cat /proc/net/unix 2>/dev/null")
  for (j = 1; j <= count; j++) {
    if (split(lines[j], words, " ") < 7 || !(words[7] in wanted) || wanted[words[7]] == 1 || words[7] in known) continue
    if (words[4] != "00010000" && !(words[7] in unsettledSocket)) continue
    isUnix[words[7]] = 1
    keep("unix", "text\t/proc/net/unix\t0" vis(substr(lines[j], index(lines[j], ":"))) "\\n")
  }
}

function noteUnsettled(    pid, i, total, words) {
  for (pid in unsettled) {
    total = split(fds[pid], words, " ")
    for (i = 2; i <= total; i += 2) unsettledSocket[inodeOf(words[i])] = 1
  }
}

# --- What runs in sessions --------------------------------------------------------------------------------------------

# Below every server up to a hundred processes, the nearest first, and what is in the foreground of their terminals; a user
# can start without end.
function findPrograms(    i, j, pid, below, queue, total, kid, kids) {
  for (i = 1; i <= pidCount; i++) children[parent[pids[i]]] = children[parent[pids[i]]] " " pids[i]
  for (i = 1; i <= servers; i++) {
    below = children[server[i]]
    queue = split(below, kid, " ")
    total = 0
    for (j = 1; j <= queue; j++) {
      pid = kid[j]
      if (pid in isServer) continue
      if (++total > 100 || (parent[pid] != server[i] && ++distant > 5000)) {
        lack["processes"] = 1
        break
      }
      needProgram(pid, server[i])
      if (front[pid] > 0 && front[pid] != pid) needProgram(front[pid], server[i])
      kids = split(children[pid], word, " ")
      while (kids > 0 && queue < 400) kid[++queue] = word[kids--]
    }
  }
}

function needProgram(pid, owner) {
  if (!need(pid)) return
  program[++programs] = pid
  ownerOf[pid] = owner
}

# Whether there is room for another command line below the same server, and in all.
function hasRoom(pid,    size) {
  if (!(pid in ownerOf)) return 1
  size = length(commandLine[pid])
  if ((spent[ownerOf[pid]] += size) <= 16384 && (size < 256 || (spentInAll += size) <= 1000000)) return 1
  lack["processes"] = 1
  return 0
}

# The start of command lines. Their bytes may hold whatever looks like the name of the next file, so one that is named twice
# stays unknown; those of servers are asked for apart, because no user writes them.
function readCommandLines(list,    j, rest, pid, before, paths) {
  split("", times)
  while ((paths = take(list)) != "") {
    must("{ head -c 4096 /dev/null" paths " 2>/dev/null; printf \"\\000=%d\\000\" $?; } | tr \"\\000\\n\" \"\\n\\001\"")
    if (lines[count] !~ /^=[01]$/) fail("head was stopped")
    lines[1] = "\001" lines[1]
    pid = ""
    for (j = 1; j < count; j++) {
      rest = lines[j]
      while (match(rest, /\001==> \/[a-z0-9\/]+ <==\001/)) {
        before = substr(rest, 1, RSTART - 1)
        if (before != "") addArgument(pid, before)
        pid = substr(rest, RSTART + 5, RLENGTH - 10)
        gsub(/[^0-9]/, "", pid)
        times[pid]++
        rest = substr(rest, RSTART + RLENGTH)
      }
      addArgument(pid, rest)
    }
  }
  for (pid in times) if (times[pid] > 1) delete commandLine[pid]
}

# Line feeds came as \001. Empty arguments at the end are what setproctitle() leaves.
function addArgument(pid, text,    i, total, words) {
  if (!(pid in commandLine)) {
    commandLine[pid] = ""
    emptyOnes[pid] = ""
  }
  if (text == "") {
    emptyOnes[pid] = emptyOnes[pid] "\\000"
    return
  }
  if (index(text, "\001")) {
    total = split(text, words, "\001")
    text = vis(words[1])
    for (i = 2; i <= total; i++) text = text "\\n" vis(words[i])
  } else text = vis(text)
  commandLine[pid] = commandLine[pid] emptyOnes[pid] text "\\000"
  emptyOnes[pid] = ""
}

# --- Own connection ---------------------------------------------------------------------------------------------------

# A connection from this machine to itself ends in a client here, which may run in another session.
function needOtherEnds(    i) {
  for (i = 0; i < 16; i++) if (!needOtherEnd()) return
}

function needOtherEnd(    pid, i, total, words, inode, other) {
  for (pid in above) {
    if (!(pid in isServer)) continue
    total = split(fds[pid], words, " ")
    for (i = 2; i <= total; i += 2) {
      inode = inodeOf(words[i])
      if (!(inode in ends) || !(ends[inode] in otherEnds)) continue
      split(otherEnds[ends[inode]], other, "\n")
      delete otherEnds[ends[inode]]
      tcpFile[other[1]] = 1
      keep(other[1], "text\t" other[1] "\t" other[2] "\\n")
      findHolder(other[3])
      return 1
    }
  }
  return 0
}

function findHolder(inode,    j, pid, target) {
  must("ls -ln" hide " /proc/[0-9]*/fd 2>/dev/null")
  target = "socket:[" inode "]"
  for (j = 1; j <= count; j++) {
    if (lines[j] ~ /^\/proc\/[0-9]+\/fd:$/) pid = substr(lines[j], 7, length(lines[j]) - 10)
    else if (match(lines[j], / [0-9]+ -> /) && substr(lines[j], RSTART + RLENGTH) == target) {
      fds[pid] = fds[pid] " " substr(lines[j], RSTART + 1, RLENGTH - 5) " " target
      known[inode] = 1
      needAncestors(pid)
      for (pid in multiplexer) if (!(pid in opened)) add("open", "/proc/" pid "/fd")
      readOpen("open")
      return
    }
  }
}

# --- Accounts and terminals -------------------------------------------------------------------------------------------

# Names and ids, and nothing else of an account. Those that no file lists are asked of the directory, which may be slow or dead.
function readAccounts(    line, words, i, id) {
  while ((getline line < "/etc/passwd") > 0) if (split(line, words, ":") > 2) keepAccount(words[1], words[3], words[4])
  for (id in uidSeen) if (!(id in nameOf)) add("unnamed", id)
  if (!partCount["unnamed"]) return
  if (partCount["unnamed"] > 1) lack["accounts"] = 1
  if (ask("timeout 2 getent passwd --" take("unnamed") " 2>/dev/null") == 127) lack["accounts"] = 1
  for (i = 1; i <= count; i++) if (split(lines[i], words, ":") > 2) keepAccount(words[1], words[3], words[4])
}

function keepAccount(user, id, group) {
  if (id !~ /^[0-9]+$/ || group !~ /^[0-9]+$/ || !(id in uidSeen || user in titled || user == "sshd")) return
  nameOf[id] = user
  keep("passwd", "text\t/etc/passwd\t" vis(user) ":x:" id ":" group "::\\n")
}

# The user that a title names.
function noteTitle(pid,    text) {
  text = commandLine[pid]
  sub(/\\000.*$/, "", text)
  if (!sub(/^[^ :\/]+: /, "", text)) return
  sub(/@[^@]*$/, "", text)
  titled[text] = 1
}

# Those of the processes that are recorded, and the file system that they are in: device numbers of another one mean
# other terminals.
function readTerminals(    pid, number, paths, j, words) {
  add("terminals", "/dev/pts")
  for (pid in needed) {
    number = tty[pid]
    if (number <= 0) continue
    number = ptyOf(number)
    if (number == "" || number in asked) continue
    asked[number] = 1
    add("terminals", "/dev/pts/" number)
  }
  while ((paths = take("terminals")) != "") {
    if (ask("stat -c \"%n %u %X %Y %d %t:%T\"" paths " 2>/dev/null") == 127) lack["terminals"] = 1
    for (j = 1; j <= count; j++) {
      if (split(lines[j], words, " ") != 6) continue
      keep("terminals", "times\t" words[1] "\t" words[2] "\t" words[3] "\t" words[4])
      keep("terminals", "device\t" words[1] "\t" words[5] "\t" words[6])
    }
  }
}

# The number of a pseudo-terminal from that of its device, whose minor stands in bits 31-20 and 7-0: proc(5), tty_nr.
function ptyOf(device) {
  if (int(device / 256) % 4096 != 136) return ""
  return device % 256 + int(device / 1048576) * 256
}

# --- Logins -----------------------------------------------------------------------------------------------------------

# The state that logind gives to the sessions of servers.
function readLogind(    i, j, at, session, paths, path) {
  for (i = 1; i <= servers; i++) {
    if (!match(cgroup[server[i]], /\/session-c?[0-9]+\.scope/)) continue
    session = substr(cgroup[server[i]], RSTART + 9, RLENGTH - 15)
    if (session in asked) continue
    asked[session] = 1
    add("logind", "/run/systemd/sessions/" session)
  }
  while ((paths = take("logind")) != "") {
    must("grep -HE \"^(STATE|LEADER)=\" /dev/null" paths " 2>/dev/null")
    for (j = 1; j <= count; j++) {
      at = index(lines[j], ":")
      path = substr(lines[j], 1, at - 1)
      keep("logind", "text\t" path "\t" vis(substr(lines[j], at + 1)) "\\n")
    }
  }
}

# Of every line of root about these connections, those that tell of a login. Helpers share the session of their monitors.
function readJournal(    i, j, pid, matches, query) {
  for (i = 1; i <= servers; i++) {
    pid = server[i]
    if (!(parent[pid] in isServer) || sid[pid] != sid[parent[pid]]) add("matches", "_PID=" pid)
  }
  query = "journalctl --boot --quiet --no-pager --output=json"
  query = query " --output-fields=MESSAGE,_PID,_UID,_EXE,_SOURCE_REALTIME_TIMESTAMP _UID=0"
  while ((matches = take("matches")) != "") {
    must("{ " query matches " 2>/dev/null </dev/null; echo \"=$?\"; } | grep -E \"^=|\\\"MESSAGE\\\":\\\"(Accepted|Partial|Pubkey auth|Password auth|PAM password) \"")
    if (lines[count] != "=0") {
      keptCount["journal"] = 0
      return
    }
    for (j = 1; j < count; j++) if (length(lines[j]) < 8192) keep("journal", "journal\t" vis(lines[j]))
  }
  keep("journal", "journal")
}

# --- The tools that --source tools asks -------------------------------------------------------------------------------

function readOutput(command, isForNeeded,    j, words) {
  if (!tools || ask(command " 2>/dev/null") != 0) return
  for (j = 1; j <= count; j++) {
    split(lines[j], words, " ")
    if (!isForNeeded || words[1] in needed) keep("output", "output\t" command "\t" vis(lines[j]) "\\n")
  }
}

# --- The order: sockets after the processes that hold them, and the processes once more at the end -----------------------

BEGIN {
  for (i = 1; i < 32; i++) shown[sprintf("%c", i)] = sprintf("\\%03o", i)
  shown[sprintf("%c", 127)] = "\\177"
  shown["\\"] = "\\\\"
  must("date +%s.%N; cat /proc/sys/kernel/hostname /proc/uptime; grep \"^btime \" /proc/stat; printf \"\\001\\000\" | od -An -tu2; ls -qd / 2>/dev/null || echo; cat /proc/sys/kernel/random/boot_id 2>/dev/null")
  taken = lines[1]
  if (taken !~ /^[0-9]+\.[0-9]+$/) sub(/\..*/, "", taken)
  host = lines[2]
  uptime = lines[3]
  booted = lines[4]
  order = (lines[5] + 0 == 1) ? "little" : "big"
  hide = (lines[6] == "/") ? " -q" : ""
  boot = (count > 6) ? lines[7] : ""
  readOutput("ps -A -ww --no-headers -o pid,ppid,pgid,sid,ruid,tpgid,etimes,netns,pidns,s,tty:32,lsession:32,comm", 0)
}

{
  pid = readStat($0)
  if (pid == "") next
  isWhole = (pid == self && pid in stat)
  keepProcess(pid)
}

END {
  if (broken) exit 1
  if (!isWhole) fail("the list of processes was cut off")
  add("links", "/proc/self/ns/net /proc/self/ns/pid")
  readLinks("links")
  home = link["/proc/self/ns/net"]
  need(1)
  needAncestors(self)
  needOtherLogins()
  findServers()
  findPrograms()
  openServers()
  collectRest()
  secondLook()
  printAll()
  if (broken) exit 1
  print "end" (nonce == "" ? "" : "\t" nonce)
}

function collectRest(    i, pid) {
  for (i = 1; i <= programs; i++) {
    add("programs", "/proc/" program[i] "/cmdline")
    add("statuses", "/proc/" program[i] "/status")
  }
  for (i = 1; i <= servers; i++) add("titles", "/proc/" server[i] "/cmdline")
  for (pid in above) if (!(pid in isServer)) add("statuses", "/proc/" pid "/cgroup")
  readStatus("statuses")
  readCommandLines("programs")
  readCommandLines("titles")
  for (pid in commandLine) if (hasRoom(pid)) keptLine[pid] = 1
  for (i = 1; i <= servers; i++) noteTitle(server[i])
  readNetworks()
  openMonitors()
  settle()
  noteUnsettled()
  readUnix()
  needOtherEnds()
  readTerminals()
  readLogind()
  readAccounts()
  if (auth) readJournal()
}

# What was read of a server belongs together only if it is still the same process afterwards.
function secondLook(    pid, i, j, paths) {
  for (i = 1; i <= servers; i++) {
    pid = server[i]
    first[pid] = start[pid]
    add("stats", "/proc/" pid "/stat")
    delete stat[pid]
  }
  held = ""
  while ((paths = take("stats")) != "") {
    must("grep -h \"\"" paths " 2>/dev/null")
    for (j = 1; j <= count; j++) {
      pid = readStat(lines[j])
      if (pid != "") keepProcess(pid)
    }
  }
  for (pid in first) if (start[pid] != first[pid] || pid in closed || parent[pid] in closed) delete stat[pid]
}

function printAll(    i, file) {
  print "recording\t2" (nonce == "" ? "" : "\t" nonce)
  print "host\t" vis(host)
  print "byte-order\t" order
  print "taken-at\t" taken
  print "observer\t" self
  for (file in lack) print "lacks\t" file
  row("text", "/proc/uptime", uptime "\\n")
  if (booted != "") row("text", "/proc/stat", booted "\\n")
  if (boot != "") row("text", "/proc/sys/kernel/random/boot_id", boot "\\n")
  for (file in link) if (file ~ /^\/proc\/self\//) row("link", file, vis(link[file]))
  printKept("passwd")
  printKept("terminals")
  for (i = 1; i <= pidCount; i++) if (pids[i] in stat && pids[i] in needed) printProcess(pids[i])
  for (file in tcpFile) printKept(file)
  printKept("unix")
  printKept("logind")
  printKept("journal")
  readOutput("ps -A -ww --no-headers -o pid,args", 1)
  readOutput("ss -H -t -a -n -e -p", 0)
  printKept("output")
}

function printProcess(pid,    folder) {
  folder = "/proc/" pid
  row("text", folder "/stat", stat[pid])
  if (pid in status) row("text", folder "/status", status[pid])
  if (pid in cgroup) row("text", folder "/cgroup", cgroup[pid])
  if (pid in keptLine) row("text", folder "/cmdline", commandLine[pid])
  if (pid in isServer) {
    printLink(folder "/exe")
    printLink(folder "/ns/net")
  }
  if ((folder "/fd") in refused) print "refused\t" folder "/fd"
  else if (pid in opened || fds[pid] != "") printOpen(pid, folder "/fd")
}

function printLink(path) {
  if (path in refused) print "refused\t" path
  else if (link[path] != "") row("link", path, vis(link[path]))
}

# Of a server those sockets that a table knows; all of one that is not settled.
function printOpen(pid, folder,    i, total, words, told) {
  total = split(fds[pid], words, " ")
  for (i = 1; i < total; i += 2) {
    if (words[i + 1] ~ /^socket/ && !(inodeOf(words[i + 1]) in known) && !(inodeOf(words[i + 1]) in isUnix) && !(pid in unsettled)) continue
    row("link", folder "/" words[i], words[i + 1])
    told = 1
  }
  if (!told && pid in isServer) print "folder\t" folder
}
'
}

sshctl_collect "$@" </dev/null
