namespace Damon.Linux.Native;

static unsafe partial class LibC
{
    internal const int MPOL_MF_MOVE = 2;

    /// <summary>With <paramref name="nodes"/> null it only tells where the pages are.</summary>
    internal static nint move_pages(int pid, nuint count, ulong* pages, int* nodes, int* status, int flags) =>
        syscall(SYS_move_pages, pid, (nint)count, (nint)pages, (nint)nodes, (nint)status, flags);
}
