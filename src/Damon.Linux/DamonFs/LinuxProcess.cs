using Damon.Linux.Processes;

namespace Damon.Linux.DamonFs;

/// <summary>A process of this system.</summary>
sealed class LinuxProcess(int pid, PidFd handle) : IDamonFsProcess
{
    /// <inheritdoc/>
    public int Pid { get; } = pid;

    /// <inheritdoc/>
    public bool IsAlive => !handle.HasExited;

    /// <inheritdoc/>
    public uint? UserId
    {
        get
        {
            // Looked at afterwards, or it might be the user of another process with the same pid.
            uint? user = new ProcFileSystem().EffectiveUser(Pid);
            return IsAlive ? user : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
