# What the scripts share. Sourced, not run.
set -euo pipefail
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$ROOT"
VENV="$ROOT/.venv"
export PATH="$VENV/bin:$PATH"
export DJANGO_SETTINGS_MODULE="${DJANGO_SETTINGS_MODULE:-wraparound.interfaces.settings}"

say() { printf '%s\n' "==> $*"; }
stop() { printf '%s\n' "Stopped: $*" >&2; exit 1; }

# install_debian WHAT_FOR PACKAGE...: through apt where we may; else the exact command, and stop.
install_debian() {
  local what_for="$1"; shift
  local sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo="sudo"; else
      stop "$what_for is missing. Run: sudo apt-get install $*   and then this again."
    fi
  fi
  command -v apt-get >/dev/null || stop "$what_for is missing, and this isn't Debian or Ubuntu. Install: $*"
  say "Installing $what_for ($*)"
  $sudo apt-get update -qq
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}

# start_postgres FOLDER: a cluster of our own in FOLDER, on a socket only. Prints nothing; sets PG_URL and PG_BIN.
# Without compiling of queries (JIT): fresh tables have no statistics yet, and it would be done for nothing.
start_postgres() {
  local folder="$1"
  PG_BIN="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)"
  [ -n "$PG_BIN" ] || { install_debian "PostgreSQL" postgresql; PG_BIN="$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)"; }
  mkdir -p "$folder"
  if [ "$(id -u)" -eq 0 ]; then chown postgres "$folder"; as_pg() { (cd / && runuser -u postgres -- "$@"); }; else as_pg() { "$@"; }; fi
  as_pg "$PG_BIN/initdb" -D "$folder/data" -U owner --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  as_pg "$PG_BIN/pg_ctl" -D "$folder/data" -w -s -o "-c listen_addresses='' -k $folder -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=256MB -c jit=off" -l "$folder/log" start
  PG_URL="postgres://owner@/postgres?host=$folder"
  PG_FOLDER="$folder"
}
stop_postgres() {
  [ -n "${PG_FOLDER:-}" ] || return 0
  as_pg "$PG_BIN/pg_ctl" -D "$PG_FOLDER/data" -m immediate -s stop || true
  rm -rf "$PG_FOLDER"
  PG_FOLDER=""
}
