# What the checks of a guest share; sourced by ./checks and ./suite, in the folder of ./damo and ./workload.

seconds=${CHECK_SECONDS:-6}
# The emulated processor needs the fourteenfold time for everything.
intervals="-s 10ms -a 200ms"
failures=0 checks=0 number=0

result() { # result STATUS TEXT
    checks=$((checks + 1))
    if [ "$1" -eq 0 ]; then echo "PASS  $2"; else echo "FAIL  $2"; failures=$((failures + 1)); fi
}

target=
target() { # target KIND: starts a process to look at, and waits until its memory is there
    rm -f where
    ./workload "$1" where &
    target=$!
    while [ ! -e where ] && kill -0 $target 2>/dev/null; do sleep 0.1; done
}

done_with() { kill "$1" 2>/dev/null; wait "$1" 2>/dev/null; }

# A function for awk: addresses as numbers. mawk has no strtonum.
hex='function value(hex,   i, n) {
    n = 0
    for (i = 1; i <= length(hex); i++) n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
    return n
}'

# means FILE: the mean accesses per aggregation of the hot and of the cold piece, by the regions of all snapshots.
means() {
    ./damo report raw -i "$1" | awk -v pieces="$(cat where)" "$hex"'
        function overlap(from, to, start, end) {
            if (start > from) from = start
            if (end < to) to = end
            return to > from ? to - from : 0
        }
        BEGIN { split(pieces, p, " "); for (i = 1; i <= 4; i++) p[i] = value(p[i]) }
        match($0, /^[0-9a-f]+-[0-9a-f]+\(/) {
            split(substr($0, 1, RLENGTH - 1), a, "-")
            from = value(a[1]); to = value(a[2])
            for (i = 0; i < 2; i++) {
                part = overlap(from, to, p[i * 2 + 1], p[i * 2 + 2])
                bytes[i] += part
                sum[i] += part * $NF
            }
        }
        END { for (i = 0; i < 2; i++) printf "%.2f%s", bytes[i] ? sum[i] / bytes[i] : -1, i ? "\n" : " " }'
}

# judge FILE NAME: hot must have been accessed, and clearly more than cold.
judge() {
    local hot cold
    read -r hot cold < <(means "$1")
    awk -v hot="$hot" -v cold="$cold" 'BEGIN { exit !(cold >= 0 && hot >= 1 && hot > 3 * cold) }'
    result $? "$2: hot $hot, cold $cold accesses per aggregation"
}

# way NAME: the options that choose it.
way() {
    case $1 in
        sysfs | debugfs) echo "--backend $1" ;;
        *) echo "--access-check $1" ;;
    esac
}

# record NAME KIND: records a process that runs already.
record() {
    local file=$((number += 1)).data status=0
    target "$2"
    ./damo record $(way "$1") --timeout "$seconds" $intervals -o "$file" $target >$file.log 2>&1 || status=$?
    done_with $target
    if [ $status -ne 0 ]; then result 1 "$1, $2: damo record ended with $status: $(tail -n 1 $file.log)"; return; fi
    judge $file "$1, $2$(sed -nE 's/^damo: ([0-9]+) snapshots.*effective intervals ([^(]*) \(.*/ (\1 snapshots, \2)/p' $file.log)"
}

# start NAME: records a command from its start; its process executes three programs, which takes its time here.
start() {
    local file=$((number += 1)).data status=0
    rm -f where
    ./damo record $(way "$1") --timeout "$((2 * seconds))" $intervals -o "$file" "./workload anon where" >$file.log 2>&1 || status=$?
    if [ $status -ne 0 ]; then result 1 "$1, command: damo record ended with $status: $(tail -n 1 $file.log)"; return; fi
    judge $file "$1, command"
}

refused() { # refused ACCESS-CHECK TEXT: it must end with one line that has the text
    local status=0 said
    said=$(./damo record --access-check "$1" --timeout 1 -o refused.data "sleep 1" 2>&1 >/dev/null) || status=$?
    [ $status -eq 1 ] && [ "$(wc -l <<<"$said")" -eq 1 ] && [[ $said == *$2* ]]
    result $? "$1 is refused: $said"
}
