#!/usr/bin/env python3
"""Counts, through DAMON's debugfs interface, how much memory of a process has not been used for a while.

    idle.py DIRECTORY PID SECONDS

It installs one scheme that only counts (stat), and reads the statistics that `schemes` shows behind it.
"""

import os
import sys
import time

STAT = 5
IDLE_AGGREGATIONS = 5


def write(path, text):
    # One write: the interface takes nothing else.
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def read(path):
    with open(path) as file:
        return file.read()


def main(directory, pid, seconds):
    at = lambda name: os.path.join(directory, name)
    names = os.listdir(directory)
    targets = "pids" if "pids" in names else "target_ids"
    switch = "monitor_on" if "monitor_on" in names else "monitor_on_DEPRECATED"

    write(at("attrs"), "5000 100000 1000000 10 1000\n")
    pattern = f"4096 {2**64 - 1} 0 0 {IDLE_AGGREGATIONS} {2**32 - 1} {STAT}"
    # Kernels from 5.16 on have eleven columns more: no quota, no weights, no watermarks.
    rest = " 0 0 0 0 0 0 0 0 0 0 0" if targets == "target_ids" else ""
    write(at("schemes"), pattern + rest + "\n")
    write(at(targets), f"{pid}\n")
    write(at(switch), "on\n")
    last = 0
    for _ in range(seconds):
        time.sleep(1)
        if read(at(switch)) != "on\n":
            break
        numbers = read(at("schemes")).split()
        columns = len(pattern.split()) + len(rest.split())
        total = int(numbers[columns + 1])
        print(f"{(total - last) / 10 / 2**20:.1f} MiB idle for {IDLE_AGGREGATIONS} intervals, on average of this second", flush=True)
        last = total
    if read(at(switch)) == "on\n":
        write(at(switch), "off\n")
    write(at("schemes"), "\n")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
