using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Linux.Tests.Targets;

namespace Damon.Linux.Tests.Processes;

public sealed class PidFdTests
{
    [Fact]
    public void The_end_of_a_process_is_seen_before_and_after_it_is_reaped()
    {
        using TargetProcess target = TargetProcess.Start();
        using PidFd handle = PidFd.Open(target.Pid, out Errno errno)!;
        Assert.Equal(Errno.None, errno);
        Assert.False(handle.HasExited);

        Assert.True(handle.Signal(LibC.SIGKILL));
        Assert.True(SpinWait.SpinUntil(() => handle.HasExited, TimeSpan.FromSeconds(30)));
        target.Kill();
        Assert.True(handle.HasExited);
        Assert.False(handle.Signal(LibC.SIGKILL));
    }

    [Fact]
    public void A_process_lives_as_long_as_one_of_its_threads()
    {
        using TargetProcess target = TargetProcess.Start();
        using PidFd handle = PidFd.Open(target.Pid, out _)!;
        target.Do("end-leader");
        Assert.True(SpinWait.SpinUntil(() => new ProcFileSystem().TryReadStat(target.Pid, out ProcessStat stat) && stat.IsZombie, TimeSpan.FromSeconds(30)));
        Assert.False(handle.HasExited);
    }

    [Theory]
    [InlineData(int.MaxValue, (int)Errno.ESRCH)]
    [InlineData(0, (int)Errno.EINVAL)]
    [InlineData(-1, (int)Errno.EINVAL)]
    public void A_pid_without_a_process_gives_the_error_number(int pid, int expected)
    {
        Assert.Null(PidFd.Open(pid, out Errno errno));
        Assert.Equal((Errno)expected, errno);
    }
}
