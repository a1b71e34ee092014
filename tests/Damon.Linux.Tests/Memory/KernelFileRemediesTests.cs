using Damon.Linux.Memory;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.Memory;

public sealed class KernelFileRemediesTests
{
    [Theory]
    [InlineData(nameof(Errno.ENOENT), "it needs a kernel with CONFIG_X, and /proc mounted")]
    [InlineData(
        nameof(Errno.EROFS),
        "/proc is mounted read-only: mount it writable ('mount -o remount,rw /proc'; in a container, run it with a writable /proc)")]
    [InlineData(nameof(Errno.EACCES), "run as root; a program with the capabilities of its file must be dumpable, too (prctl PR_SET_DUMPABLE)")]
    [InlineData(nameof(Errno.EIO), "look whether /proc is mounted as usual")]
    public void The_kernels_configuration_is_blamed_only_where_the_file_is_missing(string errno, string remedy) =>
        Assert.Equal(remedy, KernelFileRemedies.Of(Enum.Parse<Errno>(errno), "/proc", "CONFIG_X"));
}
