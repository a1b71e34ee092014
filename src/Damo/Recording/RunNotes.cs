using System.Globalization;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.Native;
using Damon.Linux.Outputs;
using Damon.Linux.Processes;

namespace Damo.Recording;

/// <summary>The notes by which <c>damo stop</c> finds the runs of <c>damo record</c> and <c>damo schemes</c> of the same user.</summary>
/// <remarks>
/// A note is a file of one line: pid, start time and boot, which together mean one process only. It is in a folder that no other user can write to. A run that
/// cannot have a note goes on without one.
/// </remarks>
/// <param name="folder">The folder that was asked for; <see cref="OwnershipNotes.UsualFolder"/> stands, for ordinary users, for one of their own.</param>
/// <param name="proc">Where processes are looked up.</param>
sealed class RunNotes(string folder, ProcFileSystem proc)
{
    const string Prefix = "run-";
    const int MaxNote = 4096;

    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    /// <summary>Notes that this process runs.</summary>
    /// <returns>What removes the note; null where there cannot be one.</returns>
    public Note? Take()
    {
        OwnProcess self = OwnProcess.Current(proc);
        foreach (string candidate in Folders())
        {
            try
            {
                using OwnFolder own = OwnFolder.Open(candidate);
                string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{self.Pid}");
                string path = Path.Combine(candidate, name);

                // One that a killed run left whose pid has come round again.
                File.Delete(path);
                own.Write(
                    name,
                    System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{self.Pid} {self.StartTime} {self.BootId}\n")));
                return new Note(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next one may do.
            }
        }

        return null;
    }

    /// <summary>Ends the runs of this user, as SIGTERM does, and waits for their ends.</summary>
    /// <returns>The runs, and whether they have ended.</returns>
    public List<StoppedRun> EndAll()
    {
        List<(PidFd Handle, int Pid, string Command)> runs = [];
        foreach (string path in Folders().Where(IsPrivate).SelectMany(candidate => Directory.GetFiles(candidate, Prefix + "*")))
        {
            if (Read(path) is not { } noted)
            {
                continue;
            }

            // Held before it is looked at, so that it cannot become another one in between.
            PidFd? handle = PidFd.Open(noted.Pid, out _);
            if (handle is null || !noted.Lives(proc) || proc.EffectiveUser(noted.Pid) != LibC.geteuid())
            {
                handle?.Dispose();
                Remove(path);
                continue;
            }

            runs.Add((handle, noted.Pid, proc.CommandLine(noted.Pid) ?? ""));
        }

        runs.ForEach(run => run.Handle.Signal(LibC.SIGTERM));
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        List<StoppedRun> ended = [];
        foreach ((PidFd handle, int pid, string command) in runs)
        {
            while (!handle.HasExited && System.Diagnostics.Stopwatch.GetElapsedTime(start) < s_limit)
            {
                Thread.Sleep(5);
            }

            ended.Add(new StoppedRun(pid, command, handle.HasExited));
            handle.Dispose();
        }

        return ended;
    }

    static OwnProcess? Read(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read);
            if (file.Length > MaxNote)
            {
                return null;
            }

            using StreamReader reader = new(file);
            string[] words = reader.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return words.Length == 3
                && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid > 0
                && ulong.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong start)
                    ? new OwnProcess(pid, start, words[2])
                    : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it tells of a process that has ended, which the next look finds out.
        }
    }

    /// <summary>Where notes are looked for; a new one goes to the first folder that can be used.</summary>
    IEnumerable<string> Folders()
    {
        uint user = LibC.geteuid();
        if (folder != OwnershipNotes.UsualFolder || user == 0)
        {
            return [folder];
        }

        // The place for such files exists while the user is logged in, but jobs of the system do not have it. All are looked at, no matter who asks.
        string runtime = string.Create(CultureInfo.InvariantCulture, $"/run/user/{user}");
        List<string> folders = Directory.Exists(runtime) ? [$"{runtime}/damo"] : [];
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } given)
        {
            folders.Insert(0, Path.Combine(given, "damo"));
        }

        return folders.Append(string.Create(CultureInfo.InvariantCulture, $"/tmp/damo-{user}")).Distinct(StringComparer.Ordinal);
    }

    /// <summary>Whether it is a folder of this user, not a link, that no other user can write to: otherwise another user could have forged a note.</summary>
    static unsafe bool IsPrivate(string path)
    {
        const int OthersWrite = 0x12;
        byte* status = stackalloc byte[256];
        if (LibC.statx(LibC.AT_FDCWD, path, LibC.AT_SYMLINK_NOFOLLOW, LibC.STATX_BASIC_STATS, status) != 0)
        {
            return false;
        }

        int mode = *(ushort*)(status + LibC.StatxMode);
        return (mode & LibC.FileTypeMask) == LibC.FileTypeDirectory && (mode & OthersWrite) == 0 && *(uint*)(status + LibC.StatxOwner) == LibC.geteuid();
    }

    /// <summary>The note of this process. Disposing of it removes it.</summary>
    public sealed class Note(string path) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => Remove(path);
    }
}
