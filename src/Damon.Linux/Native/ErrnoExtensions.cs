using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

internal static class ErrnoExtensions
{
    /// <summary>For messages: the name, if it is one this project knows, and the C library's text.</summary>
    internal static string ToText(this Errno errno) =>
        Enum.IsDefined(errno)
            ? $"{errno} ({Marshal.GetPInvokeErrorMessage((int)errno)})"
            : $"errno {(int)errno} ({Marshal.GetPInvokeErrorMessage((int)errno)})";

    /// <summary>The error of the last call declared with <c>SetLastError</c>.</summary>
    internal static Errno Last() => (Errno)Marshal.GetLastPInvokeError();
}
