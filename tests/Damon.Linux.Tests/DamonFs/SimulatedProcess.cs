using Damon.Linux.DamonFs;

namespace Damon.Linux.Tests.DamonFs;

/// <summary>A handle of a process that lives as long as its factory says.</summary>
sealed class SimulatedProcess(SimulatedFactory factory, int pid) : IDamonFsProcess
{
    bool _isDisposed;

    public int Pid => pid;

    public bool IsAlive => !_isDisposed && factory.IsAlive(pid);

    public uint? UserId => factory.UserOf(pid);

    public void Dispose()
    {
        Assert.False(_isDisposed, "a handle is closed twice");
        _isDisposed = true;
        factory.OnClosed();
    }
}
