# What ./run and ./test share. POSIX sh, sourced from the root of the checkout; the traps are told in scripts/README.md.

umask 022 # PostgreSQL's own user has to pass through var/
unset PYTHONDONTWRITEBYTECODE # containers set it; then each of our processes would translate every file anew
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

# A checkout that belongs to another user is still ours to read: git refuses it otherwise ("dubious ownership").
nth=${GIT_CONFIG_COUNT:-0}
export "GIT_CONFIG_KEY_$nth=safe.directory" "GIT_CONFIG_VALUE_$nth=$(pwd -P)" "GIT_CONFIG_COUNT=$((nth + 1))"

log=var/set-up.log
beat='' # process that counts the seconds of the step at work
trap 'still' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '== %s\n' "$*"; }
die() { printf '\n%s\n' "$*" >&2; exit 1; }
now() { date +%s; }
have() { command -v "$1" >/dev/null 2>&1; }

# step WHAT COMMAND...   says what, works quietly, counts the seconds of a long step aloud, shows the log when it fails
step() {
  printf '== %s ' "$1"
  shift
  begun=$(now)
  printf '\n$ %s\n' "$*" >>"$log"
  count
  "$@" >>"$log" 2>&1 </dev/null 9>&- && status=0 || status=$?
  still
  if [ "$status" = 0 ]; then
    printf '(%s s)\n' $(($(now) - begun))
    return 0
  fi
  printf 'failed:\n\n'
  tail -n 25 "$log" | sed 's/^/   /'
  return 1
}

# In a subshell of its own: a command in the background would not hear Ctrl-C. Descriptor 9 is the lock.
count() {
  (
    seconds=0
    while sleep 5 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
      seconds=$((seconds + 5))
      printf '%s s … ' "$seconds"
    done
  ) 9>&- &
  beat=$!
}
still() {
  [ -n "$beat" ] || return 0
  kill -9 "$beat" 2>/dev/null || : # TERM is lost if it comes before the subshell has put off our traps
  wait "$beat" 2>/dev/null || :
  beat=''
}

# Two set-ups at once would tear .venv apart. The kernel lets go of the lock when we end, however we end.
lock() {
  mkdir -p var 2>/dev/null || :
  { [ -w var ] && [ -w . ]; } || die "This checkout belongs to another user: run this as that user, or as root."
  if have flock; then
    exec 9>>var/set-up.lock
    flock -n 9 || { say "Another ./run or ./test is setting up here: waiting for it."; flock 9; }
  fi
  : >"$log"
}
unlock() { exec 9>&-; }

# --- programs of the system ---

# need REASON PACKAGE...   notes packages to install; the first time also why
need() {
  printf '   missing: %s (%s)\n' "$2${3:+ $3}" "$1"
  shift
  wanted="$wanted $*"
}

find_python() { # the first that is 3.11 to 3.13 (the wheels we pinned) and can make an environment
  for python in python3 python3.13 python3.12 python3.11; do
    "$python" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && return 0
  done
  return 1
}

postgis_here() {
  [ -z "${DATABASE_URL:-}" ] || return 0
  for file in /usr/share/postgresql/*/extension/postgis.control \
    /opt/homebrew/share/postgresql*/extension/postgis.control /usr/local/share/postgresql*/extension/postgis.control; do
    [ ! -e "$file" ] || return 0
  done
  [ -n "${PG_BIN:-}" ]
}

packages() { # packages run|test
  wanted=''
  environment_ready "$1" || find_python || need 'runs Engawa' python3 python3-venv
  [ -e /usr/share/zoneinfo/Asia/Tokyo ] || need 'Japanese time' tzdata
  [ -e /etc/ssl/certs/ca-certificates.crt ] || [ "$(uname)" = Darwin ] || need 'trusted downloads' ca-certificates
  { have node && have npm; } || need 'map scripts' nodejs npm
  postgis_here || need 'database with maps' postgresql-postgis
  library_here libpangoft2-1.0.so.0 || need 'sheets as PDF' libpango-1.0-0 libpangoft2-1.0-0
  library_here libharfbuzz-subset.so.0 || need 'only the letters that a sheet uses' libharfbuzz-subset0
  # Asked for by the character 𠮷 (U+20BB7), which lesser Japanese fonts draw as an empty box.
  { have fc-list && fc-list ':charset=20bb7' 2>/dev/null | grep -q .; } || need 'Japanese letters' fonts-noto-cjk fontconfig
  [ "$1" = test ] && test_packages
  # What an interrupted apt left half done looks as if it were there.
  [ -e var/apt-unfinished ] && wanted="$wanted $(cat var/apt-unfinished)"
  # shellcheck disable=SC2046,SC2086
  [ -z "$wanted" ] || install $(printf '%s\n' $wanted | sort -u)
}

library_here() { # library_here FILE   on macOS the line of Homebrew brings them all
  [ "$(uname)" = Darwin ] || [ -n "$(find /usr/lib /usr/lib64 -maxdepth 2 -name "$1" 2>/dev/null)" ]
}

test_packages() {
  if [ -z "${CHROMIUM:-}" ] && ! have chromium-headless-shell; then
    if have chromium; then lighter_browser; else need 'browser walks' chromium-headless-shell; fi
  fi
  library_here libatomic.so.1 || need "Playwright's own node" libatomic1
  have git || need 'tests ask it for the list of files' git
}

# The same engine without a window: half the work for the same pages. Where it cannot be had the whole one walks.
lighter_browser() {
  have apt-get && [ "$(id -u)" = 0 ] || return 0
  { step 'Packages: reading the lists' apt-get update -q -o Acquire::Retries=3 &&
    step 'Packages: a browser without a window' apt_get install chromium-headless-shell; } || :
}

install() {
  if [ "$(uname)" = Darwin ]; then
    die 'Install what is missing with: brew install python@3.13 node postgresql@17 postgis pango git && brew install --cask chromium'
  fi
  have apt-get || die "Install what is missing (on Debian: $*), or set DATABASE_URL if it is the database."
  [ "$(id -u)" = 0 ] || die "Ask an administrator for: apt-get install --no-install-recommends $*"
  if ! have pg_createcluster; then # else Debian starts a database of its own beside ours
    mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/no-main.conf
  fi
  [ ! -e var/apt-unfinished ] || unfinished=yes
  echo "$*" >var/apt-unfinished
  step 'Packages: reading the lists' apt-get update -q -o Acquire::Retries=3 ||
    die "The lists of packages could not be read: is there a network? (All of it: $log)"
  if [ -n "${unfinished:-}" ]; then # a package killed while it was unpacked stops every other
    step 'Packages: finishing what was interrupted' dpkg --configure -a || :
    step 'Packages: mending what was interrupted' apt_get --fix-broken install || :
  fi
  step "Packages: installing (minutes, the first time)" apt_get install "$@" ||
    die "apt-get install --no-install-recommends $* failed. (All of it: $log)"
  rm -f var/apt-unfinished
}

apt_get() {
  apt-get -q -y --no-install-recommends -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

# --- the Python environment and the map scripts ---

pins() { # one word that changes with the pins, the place of the checkout and the Python
  {
    cat requirements.txt
    [ "$1" = run ] || cat requirements-dev.txt
    pwd -P
    .venv/bin/python -V
  } 2>&1 | cksum | tr ' ' -
}
environment_ready() { [ -x .venv/bin/python ] && [ "$(cat ".venv/ready-to-$1" 2>/dev/null)" = "$(pins "$1")" ]; }

environment() { # environment run|test
  environment_ready "$1" && return 0
  file=requirements.txt
  [ "$1" = run ] || file=requirements-dev.txt
  if [ "$1" = test ] && environment_ready run; then
    rm -f .venv/ready-to-* # until it is whole again
  else                     # never mended: a half-written package looks installed to pip
    find_python || die "Python 3.11, 3.12 or 3.13 with venv is needed; here is $(python3 -V 2>&1 || :)."
    rm -rf .venv
    step "Python: a new environment in .venv" "$python" -m venv .venv || die "No environment could be made."
  fi
  step "Python: installing $file (pinned, hashes checked)" \
    .venv/bin/python -m pip install --require-hashes --only-binary :all: -r "$file" ||
    die "The packages in $file could not be installed. (All of it: $log)"
  pins run >.venv/ready-to-run
  [ "$1" = run ] || pins test >.venv/ready-to-test
}

scripts_for_maps() {
  stamp=$(cat package-lock.json package.json .npmrc | cksum)
  [ "$(cat node_modules/.ready 2>/dev/null)" != "$stamp" ] || return 0
  step 'Map scripts: npm ci (pinned, hashes checked, nothing of theirs is run)' \
    npm ci --ignore-scripts --no-audit --no-fund --no-progress || die "npm ci failed. (All of it: $log)"
  echo "$stamp" >node_modules/.ready
}

set_up() { # set_up run|test
  packages "$1"
  environment "$1"
  scripts_for_maps
}
