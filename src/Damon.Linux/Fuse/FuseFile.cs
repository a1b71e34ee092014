namespace Damon.Linux.Fuse;

/// <summary>A file whose text is made when it is read, and which takes what is written to it as one order.</summary>
/// <remarks>
/// Both members run on a worker thread, several at a time, for different handles of the same file too. They may take long but must end. The token is
/// cancelled when the client is interrupted (Ctrl+C, any signal) and when the file system is unmounted; an
/// <see cref="OperationCanceledException"/> is then EINTR. A <see cref="FuseException"/> answers with its own error number, any other exception with EIO.
/// </remarks>
abstract class FuseFile : FuseNode
{
    /// <summary>The whole text. Taken when a handle is read at offset 0; what that handle reads further comes from the same text.</summary>
    /// <param name="caller">Who reads.</param>
    /// <param name="cancellation">Cancelled when the client is interrupted.</param>
    /// <returns>Not to be changed any more: it is sent from where it is.</returns>
    public abstract byte[] Read(in FuseCaller caller, CancellationToken cancellation);

    /// <summary>Takes what one <c>write</c> at offset 0 brought, all of it or none. Other writes are refused before (EINVAL).</summary>
    /// <param name="data">0 bytes to 1 MiB, valid until the return.</param>
    /// <param name="caller">Who writes.</param>
    /// <param name="cancellation">Cancelled when the client is interrupted.</param>
    public abstract void Write(ReadOnlySpan<byte> data, in FuseCaller caller, CancellationToken cancellation);
}
