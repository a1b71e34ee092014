using Damon.Linux.Native;

namespace Damon.Linux.DamonFs;

/// <summary><c>record</c>: the buffer length and the path of the record file.</summary>
sealed class RecordingFile(DamonFileSystem fileSystem, DamonFsContext context) : ContextFile("record", fileSystem, context)
{
    /// <inheritdoc/>
    internal override byte[] Read(DamonFsCaller caller, CancellationToken token)
    {
        lock (FileSystem.Gate)
        {
            Context.ThrowIfRemoved();
            return Context.Recording.ToBytes();
        }
    }

    /// <inheritdoc/>
    /// <remarks>A refused write changes nothing.</remarks>
    internal override void Write(ReadOnlySpan<byte> data, DamonFsCaller caller, CancellationToken token)
    {
        DamonFsRecording recording = DamonFsRecording.Parse(data) ?? throw new DamonFsException(Errno.EINVAL);

        // The file is written with the rights of this process: no other user may borrow them.
        if (recording.BufferLength > 0 && caller.UserId != 0 && caller.UserId != LibC.geteuid())
        {
            throw new DamonFsException(Errno.EPERM);
        }

        lock (FileSystem.Gate)
        {
            Context.ThrowIfNotChangeable();
            Context.Recording = recording.IsValid ? recording : throw new DamonFsException(Errno.EINVAL);
        }
    }
}
