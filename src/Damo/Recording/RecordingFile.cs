using Damo.CommandLine;
using Damon.Linux.Native;
using Damon.Records;

namespace Damo.Recording;

/// <summary>Opens output files as the seed's tool does: what was there becomes <c>.old</c>.</summary>
static class RecordingFile
{
    /// <summary>Makes sure that a file can be made at <paramref name="path"/>, before anything is started or renamed.</summary>
    /// <exception cref="UserErrorException">It cannot.</exception>
    public static void ThrowIfNotWritable(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        if (Directory.Exists(path))
        {
            throw new UserErrorException($"the output '{path}' is a directory; give the name of a file with --out");
        }

        if (!Directory.Exists(folder))
        {
            throw new UserErrorException($"the output '{path}' cannot be written: there is no directory '{folder}'");
        }

        if (IsSpecial(path))
        {
            return;
        }

        string trial = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}");
        try
        {
            File.Create(trial).Dispose();
            File.Delete(trial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"the output '{path}' cannot be written: {Reason(e)}; choose another place with --out");
        }
    }

    /// <summary>Whether <paramref name="path"/> leads to a device, a pipe or the like: something to write to, and never to be renamed or changed.</summary>
    public static unsafe bool IsSpecial(string path)
    {
        byte* status = stackalloc byte[256];
        if (LibC.statx(LibC.AT_FDCWD, path, 0, LibC.STATX_TYPE, status) != 0)
        {
            return false;
        }

        int type = *(ushort*)(status + LibC.StatxMode) & LibC.FileTypeMask;
        return type is not (LibC.FileTypeRegular or LibC.FileTypeDirectory);
    }

    /// <summary>Renames what is at <paramref name="path"/>, a file or a link to one, to <c>.old</c>, and makes a new file.</summary>
    /// <exception cref="UserErrorException">It cannot be made.</exception>
    public static FileStream Create(string path, UnixFileMode permission)
    {
        try
        {
            if (IsSpecial(path))
            {
                return new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 0);
            }

            FileStream stream = RecordFile.CreateStream(path);

            // Not by the create mode: the umask would take bits away that were asked for.
            if (permission != (UnixFileMode.UserRead | UnixFileMode.UserWrite))
            {
                File.SetUnixFileMode(stream.SafeFileHandle, permission);
            }

            return stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"the output '{path}' cannot be written: {Reason(e)}");
        }
    }

    /// <summary>Where a file is written until it is complete: in the same folder, so that it can be renamed.</summary>
    public static string TemporaryName(string path) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/", $".{Path.GetFileName(path)}.{Environment.ProcessId}");

    /// <summary>Gives a complete file its name; what has it becomes <c>.old</c>.</summary>
    /// <exception cref="UserErrorException">It cannot be renamed.</exception>
    public static void Replace(string from, string path)
    {
        try
        {
            if (File.Exists(path))
            {
                File.Move(path, path + ".old", overwrite: true);
            }

            File.Move(from, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"the output '{path}' cannot be written: {Reason(e)}");
        }
    }

    /// <summary>Why a file operation failed, without the path that the message repeats.</summary>
    public static string Reason(Exception e) => e switch
    {
        UnauthorizedAccessException => "no permission",
        _ => e.Message.Split(" : '", 2)[0].TrimEnd('.'),
    };
}
