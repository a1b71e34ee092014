namespace Damon.Tests.Records;

/// <summary>A file on a disk that fails behind the given bytes.</summary>
sealed class BrokenStream(byte[] bytes) : MemoryStream(bytes)
{
    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = base.Read(buffer, offset, count);
        return read > 0 ? read : throw new IOException("Input/output error");
    }
}
