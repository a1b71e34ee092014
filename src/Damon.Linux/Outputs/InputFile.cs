using System.Text;
using Damon.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Outputs;

/// <summary>Opens files that the user did not name, because they belong beside others.</summary>
static unsafe class InputFile
{
    /// <summary>Opens a regular file; neither waits for the other end of a pipe, nor follows a link.</summary>
    /// <returns>Null where there is none, or it cannot be read.</returns>
    public static FileStream? OpenRegular(string path)
    {
        int fd = LibC.open(path, LibC.O_RDONLY | LibC.O_NOFOLLOW | LibC.O_NONBLOCK | LibC.O_NOCTTY | LibC.O_CLOEXEC);
        if (fd < 0)
        {
            return null;
        }

        SafeFileHandle file = new(fd, ownsHandle: true);
        if (FileFacts.Of(file).IsRegular)
        {
            return new FileStream(file, FileAccess.Read, 1);
        }

        file.Dispose();
        return null;
    }

    /// <summary>Reads a text of a file, a pipe or a device, which may tell any length or none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">Bytes that are read at most.</param>
    /// <returns>Null when there are more.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string? ReadText(string path, int most)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        using MemoryStream text = new();
        byte[] buffer = new byte[64 * 1024];
        while (file.Read(buffer) is > 0 and int read)
        {
            if (text.Length + read > most)
            {
                return null;
            }

            text.Write(buffer, 0, read);
        }

        text.Position = 0;
        using StreamReader reader = new(text, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
