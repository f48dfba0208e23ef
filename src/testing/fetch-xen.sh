#!/bin/sh
# Prints the path of a Xen source tree for the tests that read the real driver.
#
# With XEN_TREE set (a tree or a git clone), that is the answer. Otherwise Debian's
# source package is fetched once into .cache/xen/, which git ignores: Xen is
# GPL-2.0 and no part of this project. apt keeps its lists and state there too,
# so the machine's own apt configuration is read for its mirror and never changed.
#
# XEN_MIRROR names a Debian mirror where the machine's apt sources name none.
set -eu

version='4.17.5+72-g01140da4e8-1'
suite='bookworm'
cache="$(cd "$(dirname "$0")/../.." && pwd)/.cache/xen"
tree="$cache/xen-${version%-*}"

fail() {
  echo "fetch-xen: $*" >&2
  exit 1
}

if [ -n "${XEN_TREE:-}" ]; then
  [ -d "$XEN_TREE" ] || fail "XEN_TREE=$XEN_TREE is not a folder; name a Xen tree or a git clone of one"
  echo "$XEN_TREE"
  exit 0
fi

if [ -d "$tree/xen/drivers" ]; then
  echo "$tree"
  exit 0
fi

for tool in apt-get dpkg-source xz; do
  command -v "$tool" >/dev/null ||
    fail "$tool is missing; install apt, dpkg-dev and xz-utils, or set XEN_TREE to a Xen tree that is there already"
done

# The first mirror of the machine that carries the suite, in either notation of apt.
mirror_of_machine() {
  awk -v suite="$suite" '
    function emit() { if (uri != "" && has) print uri; uri = ""; has = 0 }
    FNR == 1             { emit() }
    /^[ \t]*#/           { next }
    /^[ \t]*$/           { emit(); next }
    /^deb[ \t]/          { sub(/\[[^]]*\]/, ""); if ($3 == suite) print $2; next }
    tolower($1) == "uris:"   { uri = $2 }
    tolower($1) == "suites:" { for (i = 2; i <= NF; i++) if ($i == suite) has = 1 }
    END                  { emit() }
  ' /dev/null "$@" | head -n 1
}

mirror="${XEN_MIRROR:-}"
if [ -z "$mirror" ]; then
  set --
  for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    [ -r "$list" ] && set -- "$@" "$list"
  done
  mirror="$(mirror_of_machine "$@")"
fi
[ -n "$mirror" ] ||
  fail "no apt source of this machine carries Debian $suite; set XEN_MIRROR to a Debian mirror, or XEN_TREE to a Xen tree"

apt="$cache/apt"
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
keyring='/usr/share/keyrings/debian-archive-keyring.gpg'
signed=''
[ -r "$keyring" ] && signed="[signed-by=$keyring] "
echo "deb-src ${signed}${mirror} ${suite} main" >"$apt/sources.list"

private_apt() {
  apt-get -qq \
    -o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=- \
    -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" \
    -o Acquire::Languages=none -o Acquire::Retries=3 -o "APT::Sandbox::User=$(id -un)" \
    "$@"
}

log="$apt/log"
private_apt update >"$log" 2>&1 ||
  fail "apt-get update failed: $(tail -n 1 "$log"); see $log, or set XEN_TREE to a Xen tree"

work="$cache/unpacking"
rm -rf "$work"
mkdir -p "$work"
(cd "$work" && private_apt source "xen=$version") >>"$log" 2>&1 ||
  fail "apt-get source xen=$version failed: $(tail -n 1 "$log"); see $log, or set XEN_TREE to a Xen tree"

[ -d "$work/${tree##*/}/xen/drivers" ] || fail "the package unpacked to something else than ${tree##*/}; see $work"
rm -rf "$tree"
mv "$work/${tree##*/}" "$tree"
rm -rf "$work"
echo "$tree"
