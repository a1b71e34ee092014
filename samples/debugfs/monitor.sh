#!/bin/sh
# Monitors a process through DAMON's debugfs interface, as scripts of 2020 did.
#
#   monitor.sh DIRECTORY PID SECONDS RECORD
#
# DIRECTORY has attrs, pids, record and monitor_on; RECORD is an absolute path, and gets the accesses in the binary format.
set -eu
directory=$1 pid=$2 seconds=$3 record=$4
cd "$directory"

attrs=$(cat attrs)
echo 5000 100000 1000000 10 1000 >attrs
echo "4096 $record" >record
echo "$pid" >pids
echo on >monitor_on
echo "monitoring $(cat pids): $(cat monitor_on)"
sleep "$seconds"

# It turns off by itself when the process ends.
if [ "$(cat monitor_on)" = on ]; then echo off >monitor_on; fi
echo "$attrs" >attrs
echo "0 null" >record
echo "done: $(cat monitor_on)"
