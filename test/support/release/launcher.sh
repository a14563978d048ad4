#!/bin/sh
# Stands in for the launcher of the packages (docs/packages.md): the same pointers, nothing else of it.
root="$(dirname "$(readlink -f "$0")")"
versions="$root/versions"
named() {
  [ -r "$versions/$1" ] || return 1
  IFS= read -r name <"$versions/$1" && IFS= read -r runtime <"$versions/$name/runtime" || return 1
  [ -x "$root/runtimes/$runtime/node" ] && [ -x "$versions/$name/vonggac-agent" ]
}
start() { VONGGAC_NODE="$root/runtimes/$runtime/node" exec "$versions/$name/vonggac-agent" "$@"; }

if [ "${VONGGAC_SERVICE:-}" = 1 ] && [ -e "$versions/trial" ]; then
  mv -f "$versions/trial" "$versions/tried" && named tried && start "$@"
fi
for pointer in current packaged; do
  if named "$pointer"; then start "$@"; fi
done
exit 1
