# Becomes a command that an account of the machine runs, with the environment of a login.
# Usage: sh -c "$(cat enter.sh)" enter ACCOUNT COMMAND...
# File descriptor 3 learns the process number, which stays the same to the end.
account=$1
shift
echo "$$" >&3
exec 3>&-

entry=$(getent passwd "$account") || {
  echo "this machine has no account $account" >&2
  exit 125
}
IFS=: read -r USER _ uid gid _ HOME SHELL <<END
$entry
END
LOGNAME=$USER
export USER LOGNAME HOME SHELL
cd "$HOME" || exit 125
exec setpriv --reuid "$uid" --regid "$gid" --init-groups -- "$@"
