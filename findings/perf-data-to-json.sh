#!/usr/bin/env bash
# perf 6.1.192 (linux-perf, Debian 12): `perf data convert --to-json` of a recording with two events writes samples that do not name their
# event, nor hold the period or the address that `perf script` prints of the same file, so the two events cannot be told apart any more.
# (Expected: what `perf script` knows.) Text by `perf script` is the way to take a recording of events elsewhere.
set -euo pipefail
version=6.1.192-3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq "linux-perf=$version" 2>/dev/null
dpkg -x linux-perf_*.deb .
perf=usr/bin/perf
"$perf" version
"$perf" record -q -d -e cpu-clock,task-clock -c 1000000 -o data -- sh -c 'i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done'
events=$("$perf" script -i data -F event 2>/dev/null | tr -d ' :' | sort | uniq -c)
"$perf" data convert --to-json data.json -i data 2>/dev/null
fields=$(grep -oE '^\s+"[a-z]+":' data.json | tr -d ' \t":' | sort -u | tr '\n' ' ')
echo "perf script tells apart: $(echo $events)"
echo "samples in JSON have, among the headers' fields: $fields"
[ "$(echo "$events" | wc -l)" -eq 2 ]
[ "$(grep -c '"timestamp"' data.json)" -eq "$(echo "$events" | awk '{ n += $1 } END { print n }')" ]
sed -n '/"samples"/,$p' data.json >samples
if grep -qE 'cpu-clock|task-clock|"event"|"period"|"addr"' samples; then echo "no longer so"; exit 1; fi
echo 'as described: no event, no period, no address'
