using Damon.Linux.Native;

namespace Damon.Linux.Tests.KernelDamon.Models;

/// <summary>What goes wrong in models, counted over all of them.</summary>
sealed class ModelFaults
{
    /// <summary>Operations so far.</summary>
    public int Count { get; private set; }

    /// <summary>The operation that fails, counted from 1; 0 for none.</summary>
    public int FailsAt { get; set; }

    /// <summary>What it fails with.</summary>
    public Errno With { get; set; } = Errno.EIO;

    /// <summary>So many operations from now on find the kernel busy.</summary>
    public int Busy { get; set; }

    /// <summary>Called before each operation, with its number.</summary>
    public Action<int>? Before { get; set; }

    public Errno Next()
    {
        Count++;
        Before?.Invoke(Count);
        if (Count == FailsAt)
        {
            return With;
        }

        if (Busy > 0)
        {
            Busy--;
            return Errno.EBUSY;
        }

        return Errno.None;
    }
}
