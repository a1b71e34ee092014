using Damon.Linux.DamonFs;
using Damon.Linux.Fuse;

namespace Damo.DebugFs;

/// <summary>A file of the debugfs interface, as the FUSE server wants it.</summary>
sealed class ServedFile(DamonFsFile file) : FuseFile
{
    /// <inheritdoc/>
    public override ulong Id => file.Id;

    /// <inheritdoc/>
    public override uint Permissions => (uint)file.Permissions;

    /// <inheritdoc/>
    public override byte[] Read(in FuseCaller caller, CancellationToken cancellation)
    {
        try
        {
            return file.Read(new DamonFsCaller(caller.Pid, caller.UserId), cancellation);
        }
        catch (DamonFsException e)
        {
            throw new FuseException(e.Errno);
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> data, in FuseCaller caller, CancellationToken cancellation)
    {
        try
        {
            file.Write(data, new DamonFsCaller(caller.Pid, caller.UserId), cancellation);
        }
        catch (DamonFsException e)
        {
            throw new FuseException(e.Errno);
        }
    }
}
