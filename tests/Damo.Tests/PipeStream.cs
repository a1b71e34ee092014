namespace Damo.Tests;

/// <summary>Bytes that, like those of a pipe, come once.</summary>
sealed class PipeStream(byte[] bytes) : MemoryStream(bytes)
{
    public override bool CanSeek => false;

    public override long Seek(long offset, SeekOrigin loc) => throw new NotSupportedException();
}
