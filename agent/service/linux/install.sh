#!/bin/sh
# Puts the agent of this folder on a Linux host with systemd, or takes it away again. What an upgrade finds it keeps.
set -eu
here="$(dirname "$(readlink -f "$0")")"
program=/opt/vonggac-agent
state=/var/lib/vonggac-agent
unit=/etc/systemd/system/vonggac-agent.service
command=/usr/local/bin/vonggac-agent

usage() {
  cat <<'TEXT'
./install.sh [--url https://COLLECTOR:8443 --token TOKEN]   install, or upgrade / cài đặt hoặc nâng cấp
./install.sh --uninstall [--purge]                          remove; with --purge identity and spool too / gỡ bỏ
TEXT
}

url='' token='' remove='' purge=''
while [ $# -gt 0 ]; do
  case "$1" in
    --url) url="${2:?--url needs an address}"; shift ;;
    --token) token="${2:?--token needs a join token}"; shift ;;
    --uninstall) remove=1 ;;
    --purge) purge=1 ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done
if [ "$(id -u)" != 0 ]; then
  echo 'install.sh: root is needed; try sudo' >&2
  exit 1
fi
if [ -e /usr/share/doc/vonggac-agent/copyright ]; then
  echo 'install.sh: the Debian package vonggac-agent is installed; use apt' >&2
  exit 1
fi
systemd() { if [ -d /run/systemd/system ]; then systemctl "$@"; fi; }

if [ -n "$remove" ]; then
  if [ -e "$state/identity.json" ]; then
    echo 'install.sh: telling the collector; if it cannot be reached that takes a few seconds'
    timeout 30 "$program/vonggac-agent" uninstall --force --keep-state 2>/dev/null ||
      echo 'install.sh: the collector could not be told; its host will be shown as silent' >&2
  fi
  systemd disable --now vonggac-agent.service || true
  if [ -e /etc/audit/rules.d/60-vonggac.rules ]; then "$program/vonggac-agent" audit uninstall >/dev/null; fi
  rm -rf "$program" "$unit" "$command"
  if [ -n "$purge" ]; then rm -rf "$state" /etc/default/vonggac-agent; fi
  systemd daemon-reload
  exit 0
fi

# A whole new folder first, then in the place of the old one.
rm -rf "$program.new"
mkdir -p "$program.new"
cp -R "$here/vonggac-agent" "$here/respond.conf" "$here/runtimes" "$here/versions" "$program.new/"
chown -R 0:0 "$program.new"
rm -rf "$program"
mv "$program.new" "$program"
ln -sfn "$program/vonggac-agent" "$command"
install -m 0644 "$here/vonggac-agent.service" "$unit"
[ -e /etc/default/vonggac-agent ] || install -m 0644 "$here/default" /etc/default/vonggac-agent
[ -d "$state" ] || mkdir -m 0700 "$state"
if [ -n "$url" ] && [ -n "$token" ] && [ ! -e "$state/identity.json" ]; then
  (umask 077; printf 'URL=%s\nTOKEN=%s\n' "$url" "$token" >"$state/join.txt")
fi
systemd daemon-reload
systemd enable vonggac-agent.service
systemd restart vonggac-agent.service
"$command" --version
