# What a root shell on one of the test's machines finds: commands that would touch this machine touch the folder instead
# that is the test's machine. Other machines of the test are reached by scp and ssh.

# Words that name a place of the machine, with the folder in front.
at_machine() {
  local word
  words=()
  for word; do
    case $word in
      / | /etc/* | /usr/* | /var/*) words+=("$MACHINE$word") ;;
      *) words+=("$word") ;;
    esac
  done
}

# Libraries are copied by the test: here it is checked that all of them are asked for.
apt-get() { printf '%s\n' "$@" | grep -vE '^(-.*|install)$' | sort >"$MACHINE/asked-for"; }
tar() { at_machine "$@" && command tar "${words[@]}"; }
sed() { at_machine "$@" && command sed "${words[@]}"; }
systemd-sysusers() { command systemd-sysusers --root="$MACHINE"; }
systemd-tmpfiles() { command systemd-tmpfiles --root="$MACHINE" "$@"; }
systemctl() { printf '%s\n' "$*" >>"$MACHINE/systemctl"; }

scp() {
  local to=${*: -1} host folder
  host=${to%%:*} folder=${to#*:}
  install -m 0600 "${@:1:$#-1}" -t "$MACHINES/${host#*@}$folder" 2>/dev/null ||
    install -m 0600 "${@:1:$#-1}" "$MACHINES/${host#*@}$folder"
}
ssh() {
  local MACHINE=$MACHINES/${1#*@}
  shift
  "$@"
}

newswire() { chroot "$MACHINE" /usr/bin/newswire "$@"; }
newswire-broker() { chroot "$MACHINE" /usr/bin/newswire-broker "$@"; }
newswire-coordinator() { chroot "$MACHINE" /usr/bin/newswire-coordinator "$@"; }
newswire-group-coordinator() { chroot "$MACHINE" /usr/bin/newswire-group-coordinator "$@"; }
