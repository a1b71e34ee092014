using System.Runtime.InteropServices;
using Damon.Linux.Native;

namespace Damon.Linux.Outputs;

/// <summary>A file that cannot be written. The message is one sentence that names it.</summary>
sealed class OutputException(string path, string reason) : IOException($"'{path}' cannot be written: {reason}")
{
    /// <summary>Why, without the name.</summary>
    public string Why { get; } = reason;

    /// <summary>An error number as a user reads it.</summary>
    public static string Reason(Errno errno) => errno switch
    {
        Errno.EACCES or Errno.EPERM => "no permission",
        Errno.EFBIG => "File too large: the limit of a shell (ulimit -f) or of the file system is reached",
        Errno.ELOOP => "too many symbolic links",
        Errno.ENAMETOOLONG => "its name is too long",
        Errno.ENXIO => "nobody listens at it",
        _ => Marshal.GetPInvokeErrorMessage((int)errno),
    };
}
