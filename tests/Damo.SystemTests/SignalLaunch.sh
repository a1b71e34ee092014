# bash SignalLaunch.sh SITUATION PROGRAM ARGUMENT...: starts a program as a terminal, a script, nohup or a service manager does. Writes its pid to "pid",
# and how it ended to "rc". Its standard input is a pipe that stays open.
ulimit -c 0
set -m
mkfifo input
exec 3<>input
how=$1
shift
(
    case $how in
        terminal) exec sh -c 'echo $$ >pid; exec "$@" <&3' sh "$@" ;;
        script) exec sh -c '"$@" <&3 & echo $! >pid; wait $!' sh "$@" ;;
        nohup) exec nohup sh -c 'echo $$ >pid; exec "$@" <&3' sh "$@" ;;
        service) exec setsid -w sh -c 'trap "" PIPE; sh -c "echo \$\$ >pid; exec \"\$@\" <&3" sh "$@"; exit $?' sh "$@" ;;
    esac
) &

# 148 is a stop, and not the end. No loop: a stop would end that, too. And no `wait -f`: bash 5.2 looks for ever for a child that it has seen end already.
wait_for_end() {
    wait $!
    code=$?
    if [ $code = 148 ]; then
        sleep 0.05
        wait_for_end
    fi
}
wait_for_end
echo $code >rc.new
mv rc.new rc
