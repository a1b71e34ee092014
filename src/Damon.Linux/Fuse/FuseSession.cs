using System.Text;
using System.Text.Unicode;
using Damon.Linux.Native;

namespace Damon.Linux.Fuse;

/// <summary>
/// Answers requests: at once those about names, attributes and handles, by a <see cref="FuseCallQueue"/> those that need a file's handler. For one thread.
/// </summary>
sealed class FuseSession(FuseDevice device, FuseCallQueue calls, FuseDirectory root, FuseMountOptions options)
{
    /// <summary>Most bytes of one write.</summary>
    internal const int MaxWrite = 1 << 20;

    const uint MajorVersion = 7;
    const uint MinorVersion = 36;

    // What kernels since 3.15 speak; before, the reply to the first request was shorter.
    const uint OldestMinorVersion = 23;

    const uint AtomicTruncate = 1 << 3;
    const uint BigWrites = 1 << 5;
    const uint ParallelDirectoryOperations = 1 << 18;
    const uint MaxPages = 1 << 22;

    // Direct, because the size is always 0 and the kernel would read no further than that. Not seekable, as the files of debugfs that take
    // orders: what copies by sendfile then falls back to read; it would find an empty file otherwise.
    const uint OpenReply = DirectIo | NonSeekable;
    const uint DirectIo = 1;
    const uint NonSeekable = 4;

    internal const uint PageSize = 4096;
    const int MaxListing = 64 << 10;
    const int MaxNameLength = 255;

    readonly FuseNodeTable _nodes = new(root);
    readonly Dictionary<ulong, FuseFileHandle> _files = [];
    readonly Dictionary<ulong, FuseDirectoryHandle> _directories = [];
    readonly FuseAttributes _attributes = new(options, (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    readonly byte[] _listing = new byte[MaxListing];
    ulong _lastHandle;

    /// <summary>How many nodes the kernel knows, besides the root.</summary>
    public int NrKnownNodes => _nodes.Count;

    /// <summary>How many files and directories are open.</summary>
    public int NrHandles => _files.Count + _directories.Count;

    /// <summary>Answers a request, or sees to it that it is answered. Never throws, whatever the bytes and the tree.</summary>
    public void Handle(ReadOnlySpan<byte> bytes)
    {
        FuseParseResult result = FuseRequest.Parse(bytes, out FuseRequest request);
        if (result != FuseParseResult.Ok)
        {
            if (result == FuseParseResult.Malformed && request.WantsReply)
            {
                device.Fail(request.Unique, Errno.EINVAL);
            }

            return;
        }

        try
        {
            Errno errno = Serve(request);
            if (errno != Errno.None)
            {
                device.Fail(request.Unique, errno);
            }
        }
        catch (FuseException e)
        {
            device.Fail(request.Unique, e.Errno);
        }
#pragma warning disable CA1031 // Whatever the tree throws, the client gets an answer and the others go on.
        catch (Exception e)
        {
            device.Fail(request.Unique, Errno.EIO);
            options.Failed?.Invoke(e);
        }
#pragma warning restore CA1031
    }

    /// <returns>The error to answer with; none when the answer is given, will be, or is not wanted.</returns>
    Errno Serve(in FuseRequest request)
    {
        switch (request.Opcode)
        {
            case FuseOpcode.Initialize:
                return Initialize(request);
            case FuseOpcode.Lookup:
                return Lookup(request);
            case FuseOpcode.Forget:
                _nodes.Forget(request.NodeId, request.NrLookups);
                return Errno.None;
            case FuseOpcode.ForgetSeveral:
                for (int i = 0; i < request.NrForgotten; i++)
                {
                    (ulong id, ulong nrLookups) = request.Forgotten(i);
                    _nodes.Forget(id, nrLookups);
                }

                return Errno.None;

            // Setting the size to 0 is what `>` does; times and modes are taken without effect.
            case FuseOpcode.GetAttributes or FuseOpcode.SetAttributes:
                return GetAttributes(request);
            case FuseOpcode.Open:
                return Open(request);
            case FuseOpcode.Read:
                return Read(request);
            case FuseOpcode.Write:
                return Write(request);
            case FuseOpcode.Release:
                _files.Remove(request.Handle);
                device.Reply(request.Unique);
                return Errno.None;
            case FuseOpcode.OpenDirectory:
                return OpenDirectory(request);
            case FuseOpcode.ReadDirectory:
                return ReadDirectory(request);
            case FuseOpcode.ReleaseDirectory:
                _directories.Remove(request.Handle);
                device.Reply(request.Unique);
                return Errno.None;
            case FuseOpcode.FileSystemStatistics:
                return Statistics(request);
            case FuseOpcode.Access or FuseOpcode.Synchronize or FuseOpcode.SynchronizeDirectory or FuseOpcode.Destroy:
                device.Reply(request.Unique);
                return Errno.None;
            case FuseOpcode.Interrupt:
                // EAGAIN has the kernel ask again: the request may still be on its way. Once it is answered, this reply goes nowhere.
                return calls.Interrupt(request.Interrupted) ? Errno.None : Errno.EAGAIN;
            case FuseOpcode.Control:
                return Errno.ENOTTY;
            case FuseOpcode.Create:
                return _nodes[request.NodeId] is FuseDirectory parent ? parent.CreateError : Errno.ESTALE;
            case FuseOpcode.MakeDirectory or FuseOpcode.MakeNode or FuseOpcode.SymbolicLink or FuseOpcode.Link or FuseOpcode.Unlink
                or FuseOpcode.RemoveDirectory or FuseOpcode.Rename or FuseOpcode.RenameWithFlags:
                return _nodes[request.NodeId] is FuseDirectory directory ? directory.ChangeError : Errno.ESTALE;

            // The kernel remembers this and does what it does for file systems without such an operation: flush does nothing, extended
            // attributes are "not supported", polling finds a file ready.
            default:
                return Errno.ENOSYS;
        }
    }

    Errno Initialize(in FuseRequest request)
    {
        if (request.Major < MajorVersion || (request.Major == MajorVersion && request.Minor < OldestMinorVersion))
        {
            return Errno.EPROTO;
        }

        // A newer kernel begins again with the major number it is offered.
        FuseReplyWriter reply = new(stackalloc byte[64]);
        reply.U32(MajorVersion);
        reply.U32(MinorVersion);
        reply.U32(request.MaxReadAhead);
        reply.U32(request.InitializeFlags & (AtomicTruncate | BigWrites | ParallelDirectoryOperations | MaxPages));
        reply.Zeros(4); // The kernel's own limits of what goes on in the background.
        reply.U32(MaxWrite);
        reply.U32(1); // Granularity of times, ns.
        reply.U16((ushort)(MaxWrite / PageSize));
        reply.Zeros(34);
        device.Reply(request.Unique, reply.Written);
        return Errno.None;
    }

    Errno Lookup(in FuseRequest request)
    {
        if (_nodes[request.NodeId] is not FuseDirectory directory)
        {
            return Errno.ESTALE;
        }

        if (request.Name.Length > MaxNameLength)
        {
            return Errno.ENAMETOOLONG;
        }

        if (!Utf8.IsValid(request.Name) || directory.Find(Encoding.UTF8.GetString(request.Name)) is not { } node)
        {
            return Errno.ENOENT;
        }

        FuseReplyWriter reply = new(stackalloc byte[FuseAttributes.EntrySize]);
        _attributes.WriteEntry(node, ref reply);
        if (device.Reply(request.Unique, reply.Written))
        {
            _nodes.Remember(node);
        }

        return Errno.None;
    }

    Errno GetAttributes(in FuseRequest request)
    {
        if (_nodes[request.NodeId] is not { } node)
        {
            return Errno.ESTALE;
        }

        FuseReplyWriter reply = new(stackalloc byte[FuseAttributes.ReplySize]);
        _attributes.WriteReply(node, ref reply);
        device.Reply(request.Unique, reply.Written);
        return Errno.None;
    }

    Errno Open(in FuseRequest request)
    {
        switch (_nodes[request.NodeId])
        {
            case FuseFile file:
                // O_TRUNC is taken without effect: the file's state is not its text.
                if (ReplyOpened(request.Unique, OpenReply))
                {
                    _files.Add(_lastHandle, new FuseFileHandle(file, (request.OpenFlags & LibC.O_APPEND) != 0));
                }

                return Errno.None;
            case null:
                return Errno.ESTALE;
            default:
                return Errno.EISDIR;
        }
    }

    Errno OpenDirectory(in FuseRequest request)
    {
        switch (_nodes[request.NodeId])
        {
            case FuseDirectory directory:
                if (ReplyOpened(request.Unique, 0))
                {
                    _directories.Add(_lastHandle, new FuseDirectoryHandle(directory));
                }

                return Errno.None;
            case null:
                return Errno.ESTALE;
            default:
                return Errno.ENOTDIR;
        }
    }

    /// <summary>Gives a new handle out.</summary>
    /// <returns>False when the kernel did not take it: it would never give it back.</returns>
    bool ReplyOpened(ulong unique, uint flags)
    {
        FuseReplyWriter reply = new(stackalloc byte[16]);
        reply.U64(++_lastHandle);
        reply.U32(flags);
        reply.Zeros(sizeof(uint));
        return device.Reply(unique, reply.Written);
    }

    Errno Read(in FuseRequest request)
    {
        if (!_files.TryGetValue(request.Handle, out FuseFileHandle? handle))
        {
            return Errno.EBADF;
        }

        if (request.Offset != 0 && handle.Text is { } text)
        {
            calls.ReplyWithText(request.Unique, handle, text, request.Offset, request.Size);
            return Errno.None;
        }

        return calls.TryAdd(request, handle) ? Errno.None : Errno.ENOMEM;
    }

    Errno Write(in FuseRequest request)
    {
        if (!_files.TryGetValue(request.Handle, out FuseFileHandle? handle))
        {
            return Errno.EBADF;
        }

        if (!handle.Takes(request.Offset))
        {
            return Errno.EINVAL;
        }

        return calls.TryAdd(request, handle) ? Errno.None : Errno.ENOMEM;
    }

    Errno ReadDirectory(in FuseRequest request)
    {
        if (!_directories.TryGetValue(request.Handle, out FuseDirectoryHandle? handle))
        {
            return Errno.EBADF;
        }

        FuseReplyWriter reply = new(_listing.AsSpan(0, (int)Math.Min(request.Size, MaxListing)));
        if (!handle.Read(request.Offset, ref reply))
        {
            return Errno.EINVAL;
        }

        device.Reply(request.Unique, reply.Written);
        return Errno.None;
    }

    Errno Statistics(in FuseRequest request)
    {
        FuseReplyWriter reply = new(stackalloc byte[80]);
        reply.Zeros(40); // There are no blocks and no inodes to run out of.
        reply.U32(PageSize);
        reply.U32(MaxNameLength);
        reply.U32(PageSize);
        reply.Zeros(28);
        device.Reply(request.Unique, reply.Written);
        return Errno.None;
    }
}
