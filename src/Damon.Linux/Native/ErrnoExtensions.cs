using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

static class ErrnoExtensions
{
    const int MaxErrno = 4095;

    /// <summary>For messages: the name, if it is one this project knows, and the C library's text.</summary>
    internal static string ToText(this Errno errno) =>
        Enum.IsDefined(errno)
            ? $"{errno} ({Marshal.GetPInvokeErrorMessage((int)errno)})"
            : $"errno {(int)errno} ({Marshal.GetPInvokeErrorMessage((int)errno)})";

    /// <summary>The error of the last call declared with <c>SetLastError</c>.</summary>
    internal static Errno Last() => (Errno)Marshal.GetLastPInvokeError();

    /// <summary>The error of a call that .NET made; <see cref="Errno.EIO"/> where it has none.</summary>
    internal static Errno Of(Exception e) => e.HResult is > 0 and <= MaxErrno ? (Errno)e.HResult : Errno.EIO;
}
