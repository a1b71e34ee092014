using System.Text;
using Damon.Linux.Native;
using Damon.Records.Sidecar;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Outputs;

/// <summary>
/// A file that is written under no name, or one that nobody can foresee, and given its own by <see cref="Commit"/>. Without that, nothing is left of it.
/// </summary>
/// <remarks>
/// <para>The path is followed as <see cref="OutputPlace"/> tells. What is no regular file (a device, a pipe, a descriptor of this process) is written into as
/// it is, and never renamed, changed or removed.</para>
/// <para>The file is made new in the folder, with <c>O_EXCL</c> and for its owner only. Its permissions are set by its descriptor, and a file that is in its
/// way is exchanged for it in one step. It is locked while it is written, and so is what it is to replace.</para>
/// </remarks>
sealed unsafe class OutputFile : IDisposable
{
    /// <summary>The name that stands for standard output.</summary>
    public const string StandardOutput = "-";

    const uint OwnerOnly = 0x180; // 0600
    const uint AllPermissions = 0x1ff;
    const int Attempts = 16;
    const string OldSuffix = ".old";
    const string InUse = "another run of damo is writing it";

    readonly OutputPlace? _place;
    readonly byte[] _name;
    readonly bool _isGuest;
    readonly OutputRule _rule;
    readonly SafeFileHandle _file;
    FileFacts? _before;
    SafeFileHandle? _lock;
    byte[]? _temporary;
    byte[]? _replaced;
    bool _isPlaced;
    bool _isCommitted;

    /// <summary>Something that is there, and is written into.</summary>
    OutputFile(string path, SafeFileHandle file)
    {
        Path = path;
        IsDirect = true;
        _file = file;
        _name = [];
        _rule = new OutputRule();
        Stream = new OutputStream(file, isRegular: false);
    }

    /// <param name="place">Where it is to be.</param>
    /// <param name="isGuest">Whether the place belongs to another file, which outlives this one.</param>
    /// <param name="path">For messages.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="before">What has the name now.</param>
    /// <param name="rule">How it comes to its name.</param>
    OutputFile(OutputPlace place, bool isGuest, string path, byte[] name, FileFacts? before, OutputRule rule)
    {
        _place = place;
        _isGuest = isGuest;
        Path = path;
        _name = name;
        _before = before;
        _rule = rule;
        ThrowIfReplacesInput();
        ThrowIfStaysInTheWay();
        _lock = before is { IsRegular: true } ? Lock(before.Value) : null;
        try
        {
            _file = rule.IsLive && before is null ? Take() : Make();
        }
        catch
        {
            _lock?.Dispose();
            throw;
        }

        try
        {
            // By the descriptor, not by the mode at its making: the umask would take bits away that were asked for.
            if (rule.Permission != OutputRule.Private && LibC.fchmod(_file, (uint)rule.Permission) != 0)
            {
                throw Failure();
            }

            if (!TryLock(_file, LibC.F_WRLCK))
            {
                throw new OutputException(Path, InUse);
            }

            Stream = new OutputStream(_file, isRegular: true);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>As it was given.</summary>
    public string Path { get; }

    /// <summary>Takes the content. Closing it closes no file.</summary>
    public Stream Stream { get; }

    /// <summary>Whether it is written into what is there: all that was written has gone, whether <see cref="Commit"/> is called or not.</summary>
    public bool IsDirect { get; }

    /// <summary>Whether it has its name from the beginning.</summary>
    public bool IsPlaced => _isPlaced;

    /// <summary>Whether what was written stays.</summary>
    public bool IsKept => IsDirect || _isCommitted;

    /// <summary>Whether all that is written goes to standard output, by whatever name.</summary>
    public bool IsStandardOutput { get; private init; }

    /// <summary>Whether a path leads to what is no regular file, and is written into.</summary>
    /// <exception cref="OutputException">It leads nowhere.</exception>
    public static bool LeadsToDevice(string path)
    {
        if (path == StandardOutput)
        {
            return true;
        }

        using OutputPlace place = OutputPlace.Find(path);
        return place.Descriptor is not null || place.There is { IsSpecial: true };
    }

    /// <summary>Whether a path leads to standard output, by whatever name.</summary>
    /// <exception cref="OutputException">It leads nowhere.</exception>
    public static bool LeadsToStandardOutput(string path)
    {
        if (path == StandardOutput)
        {
            return true;
        }

        using OutputPlace place = OutputPlace.Find(path);
        return place.Descriptor == 1;
    }

    /// <summary>Begins an output.</summary>
    /// <param name="path">A path; <c>-</c> is standard output.</param>
    /// <param name="rule">How it comes to its name.</param>
    /// <exception cref="OutputException">It cannot be made there.</exception>
    public static OutputFile Open(string path, OutputRule rule)
    {
        if (path == StandardOutput)
        {
            return Descriptor(path, 1);
        }

        OutputPlace place = OutputPlace.Find(path);
        try
        {
            if (place.Descriptor is { } descriptor)
            {
                return Descriptor(path, descriptor);
            }

            if (place.There is { IsSpecial: true })
            {
                return Special(place);
            }

            return new OutputFile(place, isGuest: false, path, place.Name, place.There, rule);
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    /// <summary>Begins a file beside another output, in the same folder, whose name nobody gave: a link there is replaced, not followed.</summary>
    /// <param name="suffix">What its name has behind that of the other.</param>
    /// <param name="rule">How it comes to its name.</param>
    public OutputFile Beside(string suffix, OutputRule rule)
    {
        byte[] name = _place!.NameWith(suffix);
        FileFacts? before = FileFacts.In(_place.Folder, name);
        string path = Path + suffix;
        return before is { IsSpecial: true } or { IsDirectory: true }
            ? throw new OutputException(path, "something stands there that is no regular file")
            : new OutputFile(_place, isGuest: true, path, name, before, rule);
    }

    /// <summary>Reads what has been written, whatever has its name now.</summary>
    public FileStream OpenRead() => new(OutputPlace.PathOf(_file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);

    /// <summary>Gives it its name; what has it goes, or becomes <c>.old</c>. Later calls do nothing.</summary>
    /// <exception cref="OutputException">It cannot be given; all is as it was.</exception>
    public void Commit()
    {
        Swap();
        KeepOld();
    }

    /// <summary>The first half of <see cref="Commit"/>, which <see cref="Undo"/> takes back.</summary>
    internal void Swap()
    {
        if (IsDirect || _isCommitted)
        {
            return;
        }

        if (!_isPlaced)
        {
            Link();
            TakeOverPermissions();
            if (_before is { } before)
            {
                Exchange(before);
            }
            else
            {
                Rename(_temporary!, _name, LibC.RENAME_NOREPLACE);
                _temporary = null;
            }

            _isPlaced = true;
        }

        _isCommitted = true;
    }

    /// <summary>The second half: away with what was replaced.</summary>
    internal void KeepOld()
    {
        if (_replaced is not { } replaced)
        {
            return;
        }

        if (_rule.KeepsOld)
        {
            try
            {
                Rename(replaced, [.. _name.AsSpan(0, _name.Length - 1), .. Encoding.UTF8.GetBytes(OldSuffix), 0], 0);
            }
            catch (OutputException)
            {
                Undo();
                throw;
            }
        }
        else
        {
            Remove(replaced);
        }

        _replaced = null;
    }

    /// <summary>Instead of <see cref="Swap"/>: what has the name goes, or becomes <c>.old</c>, and nothing takes its place.</summary>
    internal void Retire()
    {
        if (_before is null || _isCommitted)
        {
            return;
        }

        byte[] aside = StaleFiles.NewName();
        Rename(_name, aside, 0);
        _replaced = aside;
        _isCommitted = true;
    }

    /// <summary>Takes <see cref="Swap"/> back.</summary>
    internal void Undo()
    {
        if (_replaced is { } replaced)
        {
            fixed (byte* from = replaced, to = _name)
            {
                bool isBack = LibC.renameat2(_place!.Folder, from, _place.Folder, to, LibC.RENAME_EXCHANGE) == 0;
                if (!isBack)
                {
                    _ = LibC.renameat(_place.Folder, from, _place.Folder, to);
                }

                (_temporary, _replaced) = (isBack ? replaced : null, null);
            }

            (_isPlaced, _isCommitted) = (false, false);
        }
        else if (_isCommitted && !IsDirect)
        {
            _isCommitted = false;
        }
    }

    /// <summary>Takes the file away, if its name leads to it still.</summary>
    internal void Remove()
    {
        if (_isPlaced && FileFacts.In(_place!.Folder, _name) is { } there && there.IsSameAs(FileFacts.Of(_file)))
        {
            Remove(_name);
        }
    }

    /// <summary>Ends the writing. What was not given its name is gone.</summary>
    public void Dispose()
    {
        if (_file.IsClosed)
        {
            return;
        }

        if (_temporary is { } temporary)
        {
            Remove(temporary);
        }
        else if (_isPlaced && !_isCommitted)
        {
            Remove();
        }

        _file.Dispose();
        _lock?.Dispose();
        if (!_isGuest)
        {
            _place?.Dispose();
        }
    }

    static OutputFile Descriptor(string path, int descriptor)
    {
        // What the caller left open is inherited; a standard stream that is not was closed, and its number is that of a file of the runtime.
        const int LastStandard = 2;
        int flags = LibC.fcntl(descriptor, LibC.F_GETFD);
        if (descriptor <= LastStandard && flags >= 0 && (flags & LibC.FD_CLOEXEC) != 0)
        {
            throw new OutputException(path, "it is closed");
        }

        int fd = LibC.fcntl(descriptor, LibC.F_DUPFD_CLOEXEC, 3);
        if (fd < 0)
        {
            throw new OutputException(path, ErrnoExtensions.Last() == Errno.EBADF ? "it is closed" : OutputException.Reason(ErrnoExtensions.Last()));
        }

        SafeFileHandle file = new(fd, ownsHandle: true);
        if ((LibC.fcntl(fd, LibC.F_GETFL, 0) & LibC.O_ACCMODE) == LibC.O_RDONLY)
        {
            file.Dispose();
            throw new OutputException(path, "it is not open for writing");
        }

        return new OutputFile(path, file) { IsStandardOutput = descriptor == 1 };
    }

    static OutputFile Special(OutputPlace place)
    {
        // By the descriptor that was looked at. It waits for somebody who reads, as any program does that writes to a pipe.
        int fd = LibC.open(place.ByDescriptor, LibC.O_WRONLY | LibC.O_NOCTTY | LibC.O_CLOEXEC);
        Errno errno = ErrnoExtensions.Last();
        place.Dispose();
        return fd >= 0
            ? new OutputFile(place.Path, new SafeFileHandle(fd, ownsHandle: true))
            : throw new OutputException(place.Path, OutputException.Reason(errno));
    }

    void ThrowIfReplacesInput()
    {
        // What becomes .old is not lost.
        if (_before is not { } before || _rule.KeepsOld)
        {
            return;
        }

        foreach (string input in _rule.Inputs)
        {
            FileFacts? read = FileFacts.At(input == StandardOutput ? "/proc/self/fd/0" : input);
            if (read?.IsSameAs(before) == true || (input != StandardOutput && FileFacts.At(input + SidecarFormat.Suffix)?.IsSameAs(before) == true))
            {
                throw new OutputException(Path, "it is what is read; give it another name");
            }
        }
    }

    /// <summary>What would fail only when the file is to be given its name.</summary>
    void ThrowIfStaysInTheWay()
    {
        const uint Sticky = 0x200;
        if (_before is not { } before)
        {
            return;
        }

        FileFacts folder = FileFacts.Of(_place!.Folder);
        uint user = LibC.geteuid();
        if ((folder.Mode & Sticky) != 0 && user != 0 && before.Owner != user && folder.Owner != user)
        {
            throw new OutputException(Path, "a file of another user has this name, in a folder where only that user can remove it");
        }

        const int LongestName = 255;
        if (_rule.KeepsOld && _name.Length - 1 + OldSuffix.Length > LongestName)
        {
            throw new OutputException(Path, $"its name is too long to become '{OldSuffix}'");
        }

        if (_rule.KeepsOld
            && FileFacts.In(_place.Folder, [.. _name.AsSpan(0, _name.Length - 1), .. Encoding.UTF8.GetBytes(OldSuffix), 0]) is { } old
            && !old.IsRegular
            && !old.IsLink)
        {
            throw new OutputException(Path, $"it would become '{Path}{OldSuffix}', and what has that name is no regular file");
        }
    }

    /// <summary>Locks what is to be replaced, so that two runs do not write to one name.</summary>
    /// <returns>Null where it cannot be opened: of others' files the permissions tell who writes.</returns>
    SafeFileHandle? Lock(FileFacts before)
    {
        if (before.Owner != LibC.geteuid())
        {
            return null;
        }

        const int Flags = LibC.O_NONBLOCK | LibC.O_NOCTTY | LibC.O_CLOEXEC;
        bool isWritable = TryOpen(_name, LibC.O_RDWR | LibC.O_NOFOLLOW | Flags, 0, out SafeFileHandle? file, out _);
        if (!isWritable && !TryOpen(_name, LibC.O_RDONLY | LibC.O_NOFOLLOW | Flags, 0, out file, out _))
        {
            return null;
        }

        if (!TryLock(file!, isWritable ? LibC.F_WRLCK : LibC.F_RDLCK))
        {
            file!.Dispose();
            throw new OutputException(Path, InUse);
        }

        // What a file system over another one copies up for writing may have another number then.
        _before = FileFacts.Of(file!);
        return file;
    }

    /// <returns>False when another process has it; file systems without locks have none.</returns>
    static bool TryLock(SafeFileHandle file, short type)
    {
        LibC.flock all = new() { l_type = type };
        return LibC.fcntl(file, LibC.F_OFD_SETLK, &all) == 0 || ErrnoExtensions.Last() is not (Errno.EAGAIN or Errno.EACCES);
    }

    /// <summary>A new file that has the name at once.</summary>
    SafeFileHandle Take()
    {
        if (!TryOpen(_name, LibC.O_RDWR | LibC.O_CREAT | LibC.O_EXCL | LibC.O_NOFOLLOW | LibC.O_CLOEXEC, OwnerOnly, out SafeFileHandle? file, out Errno errno))
        {
            throw errno == Errno.EEXIST ? new OutputException(Path, "another program has just made it") : Failure(errno);
        }

        _isPlaced = true;
        return file!;
    }

    /// <summary>A new file without a name, or, where the file system has no such thing, with one that nobody can foresee.</summary>
    SafeFileHandle Make()
    {
        SafeFileHandle? file = null;
        Errno errno = Errno.EOPNOTSUPP;

        // Such a file is given its name by way of /proc.
        if (Directory.Exists("/proc/self/fd") && TryOpen([(byte)'.', 0], LibC.O_RDWR | LibC.O_TMPFILE | LibC.O_CLOEXEC, OwnerOnly, out file, out errno))
        {
            return file!;
        }

        if (errno is not (Errno.EOPNOTSUPP or Errno.EISDIR or Errno.EINVAL or Errno.ENOENT))
        {
            throw Failure(errno);
        }

        StaleFiles.Clear(_place!.Folder);
        for (int i = 0; i < Attempts; i++)
        {
            byte[] name = StaleFiles.NewName();
            if (TryOpen(name, LibC.O_RDWR | LibC.O_CREAT | LibC.O_EXCL | LibC.O_NOFOLLOW | LibC.O_CLOEXEC, OwnerOnly, out file, out errno))
            {
                _temporary = name;
                return file!;
            }

            if (errno != Errno.EEXIST)
            {
                break;
            }
        }

        throw Failure(errno);
    }

    /// <summary>Gives a file without a name one that nobody can foresee.</summary>
    void Link()
    {
        for (int i = 0; _temporary is null; i++)
        {
            byte[] name = StaleFiles.NewName();
            byte[] file = [.. Encoding.ASCII.GetBytes(OutputPlace.PathOf(_file)), 0];
            fixed (byte* from = file, to = name)
            {
                if (LibC.linkat(LibC.AT_FDCWD, from, _place!.Folder, to, LibC.AT_SYMLINK_FOLLOW) == 0)
                {
                    _temporary = name;
                }
                else if (ErrnoExtensions.Last() != Errno.EEXIST || i == Attempts)
                {
                    throw Failure();
                }
            }
        }
    }

    /// <summary>
    /// Of what is replaced, if its owner is to be trusted with the new content: whoever could make a file there could have made one that all can read.
    /// </summary>
    void TakeOverPermissions()
    {
        if (_rule.KeepsOld || _before is not { IsRegular: true } before)
        {
            return;
        }

        bool isOwn = before.Owner == LibC.geteuid();
        FileFacts folder = FileFacts.Of(_place!.Folder);
        if (!isOwn && (folder.IsShared || folder.Owner != before.Owner || LibC.fchown(_file, before.Owner, before.Group) != 0))
        {
            return;
        }

        if (isOwn && before.Group != FileFacts.Of(_file).Group && LibC.fchown(_file, uint.MaxValue, before.Group) != 0)
        {
            // The permissions were meant for that group.
            return;
        }

        // Where there are no permissions to give, those of a new file are the safe ones.
        _ = LibC.fchmod(_file, before.Mode & AllPermissions);
    }

    /// <summary>Takes the place of what is there, in one step where the file system can do that, and holds what was there under the other name.</summary>
    void Exchange(FileFacts before)
    {
        byte[] temporary = _temporary!;
        fixed (byte* from = temporary, to = _name)
        {
            if (LibC.renameat2(_place!.Folder, from, _place.Folder, to, LibC.RENAME_EXCHANGE) == 0)
            {
                if (FileFacts.In(_place.Folder, temporary) is { } got && got.IsSameAs(before))
                {
                    (_temporary, _replaced) = (null, temporary);
                    return;
                }

                _ = LibC.renameat2(_place.Folder, from, _place.Folder, to, LibC.RENAME_EXCHANGE);
                throw new OutputException(Path, "another program has written it meanwhile");
            }
        }

        Errno errno = ErrnoExtensions.Last();
        if (errno == Errno.ENOENT)
        {
            throw new OutputException(Path, "another program has removed what had this name meanwhile");
        }

        if (errno is not (Errno.EINVAL or Errno.ENOSYS))
        {
            throw Failure(errno);
        }

        if (FileFacts.In(_place.Folder, _name) is not { } there || !there.IsSameAs(before))
        {
            throw new OutputException(Path, "another program has written it meanwhile");
        }

        byte[] aside = StaleFiles.NewName();
        Rename(_name, aside, 0);
        try
        {
            Rename(temporary, _name, 0);
        }
        catch (OutputException)
        {
            Rename(aside, _name, 0);
            throw;
        }

        (_temporary, _replaced) = (null, aside);
    }

    void Rename(byte[] name, byte[] to, uint flags)
    {
        fixed (byte* start = name, end = to)
        {
            if (LibC.renameat2(_place!.Folder, start, _place.Folder, end, flags) == 0)
            {
                return;
            }

            Errno errno = ErrnoExtensions.Last();
            if (errno == Errno.EEXIST)
            {
                throw new OutputException(Path, "another program has made it meanwhile");
            }

            // File systems that cannot promise it.
            if (errno is not (Errno.EINVAL or Errno.ENOSYS) || LibC.renameat(_place.Folder, start, _place.Folder, end) != 0)
            {
                throw Failure();
            }
        }
    }

    void Remove(byte[] name)
    {
        fixed (byte* start = name)
        {
            _ = LibC.unlinkat(_place!.Folder, start, 0);
        }
    }

    bool TryOpen(byte[] name, int flags, uint mode, out SafeFileHandle? file, out Errno errno)
    {
        fixed (byte* start = name)
        {
            int fd = LibC.openat(_place!.Folder, start, flags, mode);
            errno = fd >= 0 ? Errno.None : ErrnoExtensions.Last();
            file = fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : null;
            return fd >= 0;
        }
    }

    OutputException Failure() => Failure(ErrnoExtensions.Last());

    OutputException Failure(Errno errno) => new(Path, OutputException.Reason(errno));
}
