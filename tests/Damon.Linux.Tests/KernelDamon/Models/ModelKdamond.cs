using Damon.Linux.Native;

namespace Damon.Linux.Tests.KernelDamon.Models;

/// <summary>A kdamond of <see cref="SysfsModel"/>.</summary>
sealed class ModelKdamond(ModelFolder folder)
{
    public ModelFolder Folder { get; } = folder;

    public bool IsOn { get; private set; }

    public bool WasOn { get; private set; }

    public int Pid { get; private set; } = -1;

    /// <summary>What it was told.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>All files when it took them last.</summary>
    public List<string> Applied { get; set; } = [];

    /// <summary>The sampling interval that the kernel has found.</summary>
    public ulong TunedSampleUs { get; set; } = 12_345;

    public void Begin(int pid)
    {
        IsOn = WasOn = true;
        Pid = pid;
    }

    /// <summary>Ends it, as when its targets are gone.</summary>
    public Errno End()
    {
        IsOn = false;
        return Errno.None;
    }
}
