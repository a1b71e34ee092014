using Damo.CommandLine;
using Damon.Linux.AccessChecks;
using Damon.Linux.DamonFs;
using Damon.Linux.Fuse;

namespace Damo.DebugFs;

/// <summary>The debugfs interface, mounted at a directory and served by this process.</summary>
/// <remarks>Ended by <see cref="Unmount"/>, by <c>umount</c> or by <see cref="Dispose"/>; then monitoring ends, too.</remarks>
sealed class DebugFsServer : IDisposable
{
    readonly DamonFileSystem _files;
    readonly FuseServer _server;
    readonly string? _madeDirectory;

    DebugFsServer(DamonFileSystem files, FuseServer server, string? madeDirectory)
    {
        _files = files;
        _server = server;
        _madeDirectory = madeDirectory;
    }

    /// <summary>The real path of the directory.</summary>
    /// <summary>Mounts, and begins to serve.</summary>
    /// <param name="directory">Made if it is missing, and then removed at the end.</param>
    /// <param name="era">Which files there are.</param>
    /// <param name="accessCheck">How accesses are seen; null for the best that works.</param>
    /// <param name="say">Gets a line for what has no other way to the user. Any thread calls it.</param>
    /// <exception cref="UserErrorException">It cannot be mounted.</exception>
    public static DebugFsServer Start(string directory, DamonFsEra era, AccessCheckKind? accessCheck, Action<string> say)
    {
        string? made = Make(directory);
        DamonFileSystem files = new(era, new LinuxOperationsFactory(accessCheck), say);
        try
        {
            FuseMountOptions options = new() { Failed = e => say($"a request failed: {e.Message}"), RemovesDirectory = made is not null };
            FuseServer server = FuseServer.Mount(directory, new ServedDirectory(files.Root), options);
            server.Start();
            return new DebugFsServer(files, server, made);
        }
        catch (FuseMountException e)
        {
            files.Dispose();
            Remove(made);
            throw new UserErrorException(e.Message);
        }
    }

    /// <summary>Waits until it is unmounted.</summary>
    /// <exception cref="UserErrorException">Serving failed.</exception>
    public void Wait()
    {
        try
        {
            _server.Wait();
        }
        catch (IOException e)
        {
            throw new UserErrorException(e.Message);
        }
    }

    /// <summary>Unmounts. From any thread in the same mount namespace.</summary>
    /// <exception cref="UserErrorException">Something else was mounted over it.</exception>
    public void Unmount()
    {
        try
        {
            _server.Unmount();
        }
        catch (FuseMountException e)
        {
            throw new UserErrorException(e.Message);
        }
    }

    /// <summary>Unmounts, and ends all monitoring.</summary>
    public void Dispose()
    {
        try
        {
            _server.Dispose();
        }
        catch (FuseMountException)
        {
            // Something else was mounted over it: it goes when that has gone and this process has ended.
        }

        _files.Dispose();
        Remove(_madeDirectory);
    }

    /// <returns>The directory, if it was not there before.</returns>
    static string? Make(string directory)
    {
        try
        {
            // What a dead server left there is neither there nor not there; mounting clears it away.
            if (System.IO.Directory.Exists(directory) || FuseMountTable.TopAt(Path.GetFullPath(directory)) is not null)
            {
                return null;
            }

            _ = System.IO.Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return directory;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"the directory '{directory}' cannot be made: {e.Message}; run as root, or name another directory");
        }
    }

    static void Remove(string? directory)
    {
        try
        {
            if (directory is not null)
            {
                System.IO.Directory.Delete(directory);
            }
        }
        catch (IOException)
        {
            // Another process has put something there, or has removed it: leave it alone.
        }
    }
}
