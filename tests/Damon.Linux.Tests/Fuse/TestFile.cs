using System.Text;
using Damon.Linux.Fuse;

namespace Damon.Linux.Tests.Fuse;

/// <summary>A file that does what a test tells it to.</summary>
sealed class TestFile(ulong id) : FuseFile
{
    public delegate byte[] Reader(FuseCaller caller, CancellationToken cancellation);

    public delegate void Writer(ReadOnlySpan<byte> data, FuseCaller caller, CancellationToken cancellation);

    public override ulong Id => id;

    public override uint Permissions => Mode;

    public uint Mode { get; set; } = 0x180; // 0600

    /// <summary>What it holds, unless the test does something else.</summary>
    public volatile byte[] Bytes = [];

    public string Text
    {
        get => Encoding.UTF8.GetString(Bytes);
        set => Bytes = Encoding.UTF8.GetBytes(value);
    }

    public int NrReads;

    public int NrWrites;

    public Reader? OnRead { get; set; }

    public Writer? OnWrite { get; set; }

    public override byte[] Read(in FuseCaller caller, CancellationToken cancellation)
    {
        Interlocked.Increment(ref NrReads);
        return OnRead is { } read ? read(caller, cancellation) : Bytes;
    }

    public override void Write(ReadOnlySpan<byte> data, in FuseCaller caller, CancellationToken cancellation)
    {
        Interlocked.Increment(ref NrWrites);
        if (OnWrite is { } write)
        {
            write(data, caller, cancellation);
        }
        else
        {
            Bytes = data.ToArray();
        }
    }
}
