using System.Runtime.InteropServices;
using Damon.Linux.Native;

namespace Damon.Linux.Processes;

/// <summary>Descendants of this process whose parents have ended: daemons, above all, which fork twice. Without this, init gets them.</summary>
/// <remarks>For descendants that are started after this only. Adopted children must be reaped: <see cref="AddTo"/> does that.</remarks>
sealed class AdoptedChildren
{
    readonly ProcFileSystem _proc;
    readonly List<int> _children = [];
    readonly HashSet<int> _own = [];

    AdoptedChildren(ProcFileSystem proc) => _proc = proc;

    /// <summary>Has the kernel give orphans among the descendants to this process from now on.</summary>
    /// <param name="proc">Where children are found.</param>
    /// <exception cref="InvalidOperationException">The kernel refuses, which none since Linux 3.4 does.</exception>
    internal static AdoptedChildren Begin(ProcFileSystem proc) => LibC.prctl(LibC.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
        ? new AdoptedChildren(proc)
        : throw new InvalidOperationException($"orphans cannot be adopted: {((Errno)Marshal.GetLastPInvokeError()).ToText()}");

    /// <summary>A child that this process has started itself: its own code waits for it.</summary>
    internal void Except(int pid) => _own.Add(pid);

    /// <summary>Adds those that live, and reaps those that have ended.</summary>
    internal unsafe void AddTo(List<int> pids)
    {
        _children.Clear();
        _proc.AddChildren(Environment.ProcessId, _children);
        foreach (int pid in _children)
        {
            int status;
            if (!_own.Contains(pid) && LibC.waitpid(pid, &status, LibC.WNOHANG) == 0)
            {
                pids.Add(pid);
            }
        }
    }
}
