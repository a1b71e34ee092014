#!/usr/bin/env bash
# prometheus-node-exporter 1.5.0 (Debian 12), textfile collector: two files that hold different series of one metric, as two writers on one
# machine would make them, must describe it in the same words. If the HELP texts differ, all samples of the file that is read second are
# left out. The scrape still answers 200, node_textfile_scrape_error is 0, and node_textfile_mtime_seconds says that both files were read;
# only the log of the exporter tells. (Expected: both series, or an error that a scraper can see.)
set -euo pipefail
version=1.5.0-1+b6
folder=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null; fi; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq "prometheus-node-exporter=$version" 2>/dev/null
dpkg -x prometheus-node-exporter_*.deb .
mkdir metrics
printf '# HELP idle_bytes Bytes that were idle.\n# TYPE idle_bytes gauge\nidle_bytes{run="a"} 1\n' >metrics/a.prom
printf '# HELP idle_bytes Bytes idle now.\n# TYPE idle_bytes gauge\nidle_bytes{run="b"} 2\n' >metrics/b.prom
usr/bin/prometheus-node-exporter --collector.disable-defaults --collector.textfile --collector.textfile.directory=metrics \
    --web.listen-address=127.0.0.1:19137 2>log &
server=$!
for _ in {1..50}; do
    status=$(curl -s -o page -w '%{http_code}' http://127.0.0.1:19137/metrics || true)
    if [ "$status" != 000 ]; then break; fi
    sleep 0.1
done
echo "prometheus-node-exporter $version answers $status:"
grep -E '^(idle_bytes|node_textfile)' page
[ "$status" = 200 ]
grep -qx 'idle_bytes{run="a"} 1' page
if grep -q 'idle_bytes{run="b"}' page; then echo "no longer so"; exit 1; fi
grep -qx 'node_textfile_scrape_error 0' page
[ "$(grep -c '^node_textfile_mtime_seconds{' page)" -eq 2 ]
grep -q 'has help' log
echo 'as described: the series of b.prom is missing, and no metric says so'
