#!/bin/sh
# Runs PostgreSQL of Debian's package on 127.0.0.1, with its data in the folder of the replica: postgres.sh PORT
set -eu
port=$1
data=$PWD/db
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "PostgreSQL is not installed" >&2; exit 1; }

# It refuses to run as root. As another user it could not pass through the folder of the run, which is the runner's alone.
as=
if [ "$(id -u)" = 0 ]; then
  as="setpriv --reuid=postgres --regid=postgres --clear-groups --inh-caps=-all,+dac_override --ambient-caps=-all,+dac_override"
fi

if [ ! -s "$data/PG_VERSION" ]; then
  mkdir -p "$data"
  [ -z "$as" ] || chown postgres:postgres "$data"
  $as "$bin/initdb" -D "$data" -U postgres --auth=trust --encoding=UTF8 --no-sync >/dev/null
fi

# After a kill, the processes that it had started may take a moment to end; until then the new one would refuse to run.
tries=50
while [ $tries -gt 0 ] && [ -s "$data/postmaster.pid" ]; do
  children=$(pgrep -f "^postgres: .*" -u "$(stat -c %U "$data")" 2>/dev/null | while read -r pid; do
    [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$data" ] && echo "$pid"; done || true)
  [ -n "$children" ] || break
  sleep 0.1
  tries=$((tries - 1))
done

exec $as "$bin/postgres" -D "$data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c log_line_prefix='%m [%p] '
