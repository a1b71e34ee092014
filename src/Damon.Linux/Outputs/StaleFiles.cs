using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Damon.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Outputs;

/// <summary>
/// The names under which files are written where a file system has no files without names, and what runs that were killed have left under such names.
/// </summary>
static unsafe class StaleFiles
{
    const string Prefix = ".damo-";
    const string Suffix = ".tmp";
    const int RandomBytes = 12;

    static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789abcdef");

    /// <summary>An unpredictable name, with a NUL at its end.</summary>
    public static byte[] NewName() => [.. Encoding.ASCII.GetBytes(Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes)) + Suffix), 0];

    /// <summary>Removes files of the effective user that no process is writing.</summary>
    public static void Clear(SafeFileHandle folder)
    {
        try
        {
            foreach (string path in Directory.EnumerateFiles(OutputPlace.PathOf(folder), $"{Prefix}*{Suffix}"))
            {
                string name = Path.GetFileName(path);
                ReadOnlySpan<char> random = name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Suffix.Length);
                if (random.Length == 2 * RandomBytes && !random.ContainsAnyExcept(s_digits))
                {
                    ClearOne(folder, [.. Encoding.ASCII.GetBytes(name), 0]);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that can be written to, but not listed.
        }
    }

    static void ClearOne(SafeFileHandle folder, byte[] name)
    {
        fixed (byte* start = name)
        {
            int fd = LibC.openat(folder, start, LibC.O_RDWR | LibC.O_NOFOLLOW | LibC.O_NONBLOCK | LibC.O_NOCTTY | LibC.O_CLOEXEC);
            if (fd < 0)
            {
                return;
            }

            using SafeFileHandle file = new(fd, ownsHandle: true);
            FileFacts facts = FileFacts.Of(file);
            LibC.flock all = new() { l_type = LibC.F_WRLCK };
            if (facts.IsRegular && facts.Owner == LibC.geteuid() && LibC.fcntl(file, LibC.F_OFD_SETLK, &all) == 0)
            {
                _ = LibC.unlinkat(folder, start, 0);
            }
        }
    }
}
