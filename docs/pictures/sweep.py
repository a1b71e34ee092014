"""The program of the pictures in docs/tuning.md: 64 MiB, of which it accesses three pieces for 24 seconds.

4 MiB at 48 MiB all the time, 6 MiB that move upwards, and 4 MiB at 38 MiB in every other half second.
"""
import mmap
import time

MIB = 1 << 20
memory = mmap.mmap(-1, 64 * MIB)
memory.madvise(mmap.MADV_NOHUGEPAGE)


def touch(start, size):
    for at in range(start * MIB, (start + size) * MIB, 4096):
        memory[at]


for at in range(0, 64 * MIB, 4096):
    memory[at] = 1
begin = time.time()
while (now := time.time() - begin) < 24:
    touch(48, 4)
    touch(int(now / 24 * 32), 6)
    if int(now / 0.5) % 2 == 0:
        touch(38, 4)
    time.sleep(0.002)
