using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

#pragma warning disable CS8981 // Names as in C.

static unsafe partial class LibC
{
    /// <summary>Begins with the fields of <c>struct sysinfo</c> that are used here, and is long enough for all of it.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    internal struct sysinfo_data
    {
        internal long uptime;
        internal ulong load1;
        internal ulong load5;
        internal ulong load15;
        internal ulong totalram;
        internal ulong freeram;
        internal ulong sharedram;
        internal ulong bufferram;
        internal ulong totalswap;
        internal ulong freeswap;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sysinfo(sysinfo_data* info);
}
