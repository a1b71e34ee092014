using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

internal static unsafe partial class LibC
{
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setgroups(nuint size, uint* list);
}
