#!/usr/bin/env bash
# prometheus-node-exporter 1.5.0 (Debian 12), textfile collector, given files as OpenMetrics writes them:
#   * `# TYPE x counter` with a sample `x_total` is taken, but as untyped: the type is lost without a word;
#   * a histogram whose +Inf bucket is smaller than the one before is passed on as it is;
#   * `gaugehistogram`, `info` or `unknown` as a type, or a last line without a newline, and all metrics of that file are missing.
# (Expected: the counter keeps its type, the broken histogram is refused, and of a file only what is unknown is left out.)
set -euo pipefail
version=1.5.0-1+b6
folder=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null; fi; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq "prometheus-node-exporter=$version" 2>/dev/null
dpkg -x prometheus-node-exporter_*.deb .
mkdir metrics
printf '# TYPE read_bytes counter\nread_bytes_total 1\n' >metrics/counter.prom
printf '# TYPE age histogram\nage_bucket{le="1"} 5\nage_bucket{le="+Inf"} 3\nage_sum 1\nage_count 3\n' >metrics/histogram.prom
for type in gaugehistogram info unknown; do printf '# TYPE plain_%s gauge\nplain_%s 1\n# TYPE other %s\n' $type $type $type >metrics/$type.prom; done
printf '# TYPE cut gauge\ncut 1' >metrics/cut.prom
usr/bin/prometheus-node-exporter --collector.disable-defaults --collector.textfile --collector.textfile.directory=metrics \
    --web.listen-address=127.0.0.1:19138 2>log &
server=$!
for _ in {1..50}; do
    if curl -s -o page http://127.0.0.1:19138/metrics; then break; fi
    sleep 0.1
done
echo "prometheus-node-exporter $version:"
grep -E '^(# TYPE )?(read_bytes|age|plain|cut|node_textfile_scrape)' page
grep -o 'file=[a-z]*.prom err=.*' log
grep -qx '# TYPE read_bytes_total untyped' page
grep -qx 'age_bucket{le="1"} 5' page && grep -qx 'age_bucket{le="+Inf"} 3' page
if grep -qE '^(plain_|cut)' page; then echo "no longer so"; exit 1; fi
[ "$(grep -c 'unknown metric type' log)" -ge 3 ]
grep -q 'unexpected end of input stream' log
echo 'as described'
