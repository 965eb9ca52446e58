# Sourced by with-keyring and with-sound: a throw-away session folder, a private D-Bus, and an end that leaves nothing.
# Sets `session`, the folder. Everything started in here carries its path in CANALETTO_SESSIONS, and is found again by it.

set -euo pipefail

need() { # need PACKAGE PROGRAM…: says what to install instead of failing halfway
  local package=$1 program
  shift
  for program; do
    type -P "$program" >/dev/null ||
      { echo "${0##*/}: $program is missing; install it with: apt-get install $package" >&2; exit 127; }
  done
}

wait_for() { # wait_for WHAT COMMAND…: asks every 50 ms, for 15 s at most
  local what=$1 deadline=$((SECONDS + 15))
  shift
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= deadline)); then
      echo "${0##*/}: $what did not come up within 15 s" >&2
      sed 's/^/  /' "$session"/*.log >&2 || true
      exit 125
    fi
    sleep 0.05
  done
}

# Ends with this script even when the script itself is killed; its words are kept for wait_for.
start() { # start NAME COMMAND…
  local name=$1
  shift
  setpriv --pdeathsig TERM -- "$@" <&0 >>"$session/$name.log" 2>&1 &
}

session_processes() {
  local environ
  for environ in /proc/[0-9]*/environ; do
    if grep -qsF "$session" "$environ"; then
      environ=${environ#/proc/}
      [[ ${environ%/environ} == "$$" || ${environ%/environ} == "$BASHPID" ]] || echo "${environ%/environ}"
    fi
  done
}

end_session() {
  local status=$? signal pids deadline
  trap '' INT TERM HUP
  for signal in TERM KILL; do
    deadline=$((SECONDS + 3))
    while pids=$(session_processes) && [[ -n $pids ]] && ((SECONDS < deadline)); do
      # shellcheck disable=SC2086 # one word per process
      kill "-$signal" $pids 2>/dev/null || true
      sleep 0.05
    done
  done
  rm -rf "$session"
  exit "$status"
}

# A bus that activates nothing: no service can come back by itself, or come from the machine.
start_bus() { # sets bus_address
  local socket=$session/bus
  bus_address=unix:path=$socket
  cat >"$session/bus.conf" <<CONF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>$bus_address</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
CONF
  start bus dbus-daemon --nofork --nosyslog "--config-file=$session/bus.conf"
  wait_for "the session bus" on_bus org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus.GetId
}

on_bus() { # on_bus NAME PATH METHOD ARGUMENT…: calls a method on the private bus
  local name=$1
  shift
  dbus-send "--bus=$bus_address" --print-reply --reply-timeout=2000 "--dest=$name" "$@"
}

# In the background, so that a signal sent to the script alone reaches the command too; with our own standard input.
run_command() {
  local child status
  setpriv --pdeathsig TERM -- "$@" <&0 &
  child=$!
  trap 'kill -TERM "$child" 2>/dev/null || true' INT TERM HUP
  while :; do
    status=0
    wait "$child" || status=$?
    kill -0 "$child" 2>/dev/null || break
  done
  exit "$status"
}

(($# > 0)) || { echo "usage: ${0##*/} COMMAND [ARGUMENT…]" >&2; exit 2; }
need util-linux setpriv
need dbus dbus-daemon dbus-send

# /tmp, not TMPDIR: a socket's path may have 107 bytes, and these scripts can be nested.
session=$(mktemp -d /tmp/canaletto-session.XXXXXX)
export CANALETTO_SESSIONS=${CANALETTO_SESSIONS:-}:$session
trap end_session EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
trap 'exit 129' HUP
mkdir -m 700 "$session"/{run,data,config,cache,state}
